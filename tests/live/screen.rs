//! `leases --watch` on a terminal, which `script` of util-linux makes.
#![allow(clippy::print_stderr)] // what is not tested is named

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use control_plane::{ControlPlane, Options};

use super::support::{leader, namespace, workload};

/// What a terminal gets to show another screen, and to go back to the one before.
const OTHER_SCREEN: &str = "\u{1b}[?1049h";
const SCREEN_BEFORE: &str = "\u{1b}[?1049l";

#[test]
fn a_terminal_gets_a_screen_and_has_its_own_back_after_q() {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("!!! NOT TESTED: no `script` (util-linux), which makes a terminal");
        return;
    }
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    namespace(&plane, "shop");
    workload(&plane, "shop", "orders", "6s");
    let _leader = leader(&plane, "shop", "orders", "orders-0_0", &[]);
    let command = format!(
        "stty cols 80 rows 24; exec '{}' leases --watch -n shop --kubeconfig '{}'",
        assert_cmd::cargo::cargo_bin!("leaselint").display(),
        plane.kubeconfig().display()
    );
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("TERM", "xterm-256color")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_secs(6));
    let mut keys = script.stdin.take().unwrap();
    keys.write_all(b"q").unwrap();
    let output = script.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    for text in [OTHER_SCREEN, "shop/orders", "orders-0", "┼", "q quit"] {
        assert!(shown.contains(text), "no {text:?} in {shown:?}");
    }
    let end = shown.rfind(SCREEN_BEFORE);
    assert!(end > shown.rfind("shop/orders"), "{shown:?}");
}
