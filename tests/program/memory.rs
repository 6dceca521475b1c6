//! `serve` starts itself anew to give memory back at once, which nobody notices.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

const ARGUMENTS: [&str; 9] = [
    "serve",
    "--no-cluster",
    "--self-signed",
    "--listen",
    "127.0.0.1:0",
    "--metrics-listen",
    "127.0.0.1:0",
    "--lame-duck",
    "0.5",
];

/// A server that listens, and is killed at the end.
struct Serving(Child);

impl Serving {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .args(ARGUMENTS)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let log = child.stderr.take().unwrap();
        BufReader::new(log).read_line(&mut line).unwrap();
        assert!(line.contains("\"serving\""), "{line}");
        Self(child)
    }

    /// The parts of a file of `/proc` about the process that was started.
    fn proc_file(&self, what: &str) -> Vec<String> {
        let path = format!("/proc/{}/{what}", self.0.id());
        let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
        let text = text.trim_end_matches(['\0', '\n']);
        text.split('\0').map(str::to_owned).collect()
    }

    fn settings(&self) -> Vec<String> {
        let mut variables = self.proc_file("environ");
        variables.retain(|variable| variable.starts_with(PURGE_DELAY));
        variables
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program under another name: the kernel calls a process by the file that was started last, and
/// anew the program itself is started.
fn under_another_name(folder: &Path) -> Command {
    let link = folder.join("other");
    symlink(env!("CARGO_BIN_EXE_leaselint"), &link).unwrap();
    let mut command = Command::new(link);
    command.env("MARK", "kept as it is");
    command
}

#[test]
fn it_starts_itself_anew_once_and_stays_the_same_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = under_another_name(folder.path());
    let serving = Serving::start(command.env_remove(PURGE_DELAY));
    assert_eq!(serving.proc_file("comm"), ["leaselint"]);
    assert_eq!(serving.settings(), [format!("{PURGE_DELAY}=0")]);
    let variables = serving.proc_file("environ");
    assert!(variables.contains(&"MARK=kept as it is".to_owned()));
    let line = serving.proc_file("cmdline");
    let name = folder.path().join("other").to_str().unwrap().to_owned();
    assert_eq!(line.first(), Some(&name));
    assert_eq!(line[1..], ARGUMENTS);
}

#[test]
fn what_somebody_has_set_stays_and_nothing_is_started_anew() {
    // As it is after the first time, and as somebody may want it.
    for value in ["0", "250", ""] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = under_another_name(folder.path());
        let serving = Serving::start(command.env(PURGE_DELAY, value));
        assert_eq!(serving.proc_file("comm"), ["other"], "{value:?}");
        assert_eq!(serving.settings(), [format!("{PURGE_DELAY}={value}")]);
    }
}
