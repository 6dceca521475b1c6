//! The commands of README.md and their output, run.
//!
//! `LEASELINT_BLESS=1 cargo test readme` writes the output anew.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::workspace::{finish, program};

/// A server that was started with `&`, ended with the block.
pub struct ServerChild(pub Child);

impl Drop for ServerChild {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn transcripts_of_the_readme_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md");
    assert_eq!(readme.matches("```console\n").count(), 2);
    let rebuilt = with_real_output(root, &readme);
    if std::env::var_os("LEASELINT_BLESS").is_some() {
        fs::write(&path, &rebuilt).expect("README.md is written");
    } else {
        assert_eq!(readme, rebuilt, "LEASELINT_BLESS=1 writes it anew");
    }
}

#[test]
fn the_readme_names_the_test_command_that_ci_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("a file");
    let (readme, ci) = (read("README.md"), read(".github/workflows/ci.yml"));
    let command = "cargo test --workspace --locked";
    assert!(readme.contains(&format!("```sh\n{command}\n```")));
    assert!(ci.contains(command), "CI runs another one");
}

/// A page in Markdown whose blocks of the language `console` show what their commands print.
pub fn with_real_output(root: &Path, page: &str) -> String {
    let mut rebuilt = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        rebuilt.push_str(line);
        rebuilt.push('\n');
        if line != "```console" {
            continue;
        }
        let prompt = lines.next().expect("a command");
        if prompt.ends_with(" &") {
            let second = lines
                .find(|line| line.starts_with("$ "))
                .expect("a second command");
            rebuilt.push_str(&beside(root, prompt, second));
            assert!(lines.any(|line| line == "```"), "the block ends");
            continue;
        }
        let command = prompt
            .strip_prefix("$ leaselint ")
            .or_else(|| {
                prompt.strip_prefix("$ cargo run --release --locked --no-default-features -- ")
            })
            .expect("a command of this program");
        let mut run = program();
        run.current_dir(root).args(command.split(' '));
        rebuilt.push_str(prompt);
        rebuilt.push('\n');
        rebuilt.push_str(&finish(run).stdout);
        rebuilt.push_str("```\n");
        assert!(lines.any(|line| line == "```"), "the block ends");
    }
    rebuilt
}

/// A block in which a server is started, and then asked: run as written, but on ports that are free.
fn beside(root: &Path, server: &str, client: &str) -> String {
    let written = ["127.0.0.1:8443", "127.0.0.1:8080"];
    let free = written.map(|_| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("its address").to_string()
    });
    let moved = |text: &str| {
        let there = written.iter().zip(&free);
        there.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let command = server.strip_prefix("$ leaselint ").expect("this program");
    let command = moved(command.trim_end_matches(" &"));
    let mut running = Command::new(env!("CARGO_BIN_EXE_leaselint"))
        .current_dir(root)
        .args(command.split(' '))
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map(ServerChild)
        .expect("a server");
    let log = running.0.stderr.take().expect("its log");
    let mut first = String::new();
    let mut log = BufReader::new(log);
    log.read_line(&mut first).expect("its first line");
    // What the time is differs.
    let (_, rest) = first
        .split_once(r#"","level""#)
        .expect("a time and a level");
    first = format!(r#"{{"time":"2026-11-30T09:00:00.000Z","level"{rest}"#);
    let asked = Command::new("sh")
        .current_dir(root)
        .args(["-c", &moved(client.strip_prefix("$ ").expect("a command"))])
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    let errors = String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.success(), "curl is needed: {errors}");
    let answer = String::from_utf8(asked.stdout).expect("text");
    let back = |text: &str| {
        let here = written.iter().zip(&free);
        here.fold(text.to_owned(), |text, (from, to)| text.replace(to, from))
    };
    format!("{server}\n{}{client}\n{answer}\n```\n", back(&first))
}
