//! `serve` from outside: it says where it listens, and how it leaves.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin_cmd;

type LogReader = BufReader<std::process::ChildStderr>;

/// A server on free ports, with the lines of its log.
fn start(options: &[&str]) -> (Child, LogReader) {
    let (child, log, _) = start_at(options);
    (child, log)
}

/// The same, and where it listens.
fn start_at(options: &[&str]) -> (Child, LogReader, String) {
    let local = ["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"];
    let (child, log, first) = spawn(&[&local[..], options].concat());
    let listen = first["listen"].as_str().unwrap();
    assert!(
        listen.starts_with("127.0.0.1:") && !listen.ends_with(":0"),
        "{first}"
    );
    let listen = listen.to_owned();
    (child, log, listen)
}

/// A server without a cluster, and the first line of its log.
fn spawn(options: &[&str]) -> (Child, LogReader, serde_json::Value) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_leaselint"))
        .args(["serve", "--no-cluster", "--self-signed"])
        .args(options)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let first = line(&mut log);
    assert_eq!(first["event"], "serving", "{first}");
    assert_eq!(first["cluster"], false);
    (child, log, first)
}

fn line(log: &mut impl BufRead) -> serde_json::Value {
    let mut text = String::new();
    log.read_line(&mut text).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text:?}"))
}

fn terminate(child: &Child) {
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

fn exit_code(mut child: Child) -> Option<i32> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    panic!("it does not end");
}

#[test]
fn a_signal_ends_it_after_the_lame_duck_time() {
    let (child, mut log) = start(&["--lame-duck", "0.2"]);
    terminate(&child);
    assert_eq!(line(&mut log)["event"], "leaving");
    assert_eq!(line(&mut log)["event"], "ended");
    assert_eq!(exit_code(child), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let (child, mut log) = start(&["--lame-duck", "600"]);
    terminate(&child);
    assert_eq!(line(&mut log)["event"], "leaving");
    terminate(&child);
    assert_eq!(exit_code(child), Some(0));
}

#[test]
fn a_second_signal_waits_for_no_request_that_is_on_its_way() {
    let (child, mut log, address) = start_at(&["--lame-duck", "0.1", "--drain", "600"]);
    // A body that begins and does not end.
    let mut client = Command::new("curl")
        .args([
            "--silent",
            "--insecure",
            "--request",
            "POST",
            "--upload-file",
            "-",
        ])
        .args(["--header", "Content-Type: application/json"])
        .arg(format!("https://{address}/validate"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("curl");
    let mut body = client.stdin.take().unwrap();
    body.write_all(b"{\"kind\": \"AdmissionReview\",").unwrap();
    body.flush().unwrap();
    thread::sleep(Duration::from_millis(500));
    terminate(&child);
    assert_eq!(line(&mut log)["event"], "leaving");
    terminate(&child);
    assert_eq!(exit_code(child), Some(0));
    drop(body);
    client.wait().unwrap();
}

/// As `deploy/base` has it listen, whatever the cluster's pods have for addresses.
#[test]
fn any_address_is_one_of_either_family() {
    let any = ["--listen", "[::]:0", "--metrics-listen", "[::]:0"];
    let (child, _log, first) = spawn(&any);
    for listener in ["listen", "metrics_listen"] {
        let address = first[listener].as_str().unwrap();
        let (_, port) = address.rsplit_once(':').unwrap();
        let port: u16 = port.parse().unwrap();
        let reached = TcpStream::connect(("127.0.0.1", port));
        assert!(reached.is_ok(), "{address}: {reached:?}");
    }
    terminate(&child);
    terminate(&child);
    exit_code(child);
}

#[test]
fn without_a_certificate_nothing_is_served() {
    for options in [
        &["serve", "--no-cluster"][..],
        &["serve", "--no-cluster", "--tls-cert", "a.crt"],
        &[
            "serve",
            "--no-cluster",
            "--tls-cert",
            "no-such.crt",
            "--tls-key",
            "no-such.key",
        ],
        &[
            "serve",
            "--no-cluster",
            "--self-signed",
            "--self-signed-name",
            "not a name",
        ],
        &[
            "serve",
            "--no-cluster",
            "--self-signed",
            "--lame-duck",
            "soon",
        ],
        &[
            "serve",
            "--no-cluster",
            "--self-signed",
            "--config",
            "no-such.yaml",
        ],
    ] {
        let output = cargo_bin_cmd!("leaselint").args(options).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(!output.stderr.is_empty(), "{options:?}");
    }
}
