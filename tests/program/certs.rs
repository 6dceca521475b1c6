//! Certificates as files: made, shown, and what is wrong with them.

use std::fs;

use super::workspace::{ProgramRun, Workspace};

fn issue(workspace: &Workspace, folder: &str, more: &[&str]) -> ProgramRun {
    workspace.run(&[&["certs", "issue", "--dir", folder], more].concat())
}

fn issued(folder: &str, more: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    let run = issue(&workspace, folder, more);
    assert_eq!(run.status, 0, "{}", run.stderr);
    workspace
}

fn codes(run: &ProgramRun) -> Vec<String> {
    let files = run.json()["files"].as_array().expect("files").clone();
    let problems = files
        .iter()
        .flat_map(|file| file["problems"].as_array().expect("problems").clone());
    problems
        .map(|one| one["code"].as_str().expect("a code").to_owned())
        .collect()
}

#[test]
fn what_is_issued_is_well() {
    let names = [
        "--service",
        "lint",
        "--namespace",
        "ops",
        "--dns",
        "a.b",
        "--ip",
        "::1",
    ];
    let workspace = issued("out", &names);
    let name = "lint.ops.svc";
    let run = workspace.run(&["certs", "show", "out", "--name", name, "--within", "89"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    for part in [
        "  names    lint.ops.svc, a.b, ::1\n",
        "  trusted  by out/ca.crt\n",
        "  private  the key of out/tls.crt\n",
        "  use      an authority\n",
        "2 certificates: all is well\n",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    let shown = workspace
        .run(&["certs", "show", "out/tls.crt", "--format", "json"])
        .json();
    assert_eq!(shown["schema"], "leaselint/certs/v1");
    let certificate = &shown["files"][0]["certificates"][0];
    assert_eq!(certificate["subject"], "CN=lint.ops.svc");
    assert_eq!(certificate["names"][2], "::1");
    assert_eq!(
        certificate["daysLeft"],
        89 + i32::from(certificate["daysLeft"] == 90)
    );
    assert_eq!(certificate["isCa"], false);
}

#[test]
fn the_next_steps_are_shown() {
    let workspace = Workspace::new();
    let names = ["--service", "lint", "--namespace", "ops"];
    let run = issue(&workspace, "it's out", &names);
    for part in [
        "kubectl --namespace ops create secret tls",
        r"--cert='it'\''s out/tls.crt'",
        "base64 < ",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("PRIVATE"), "{}", run.stdout);
    let run = issue(&workspace, "quiet", &["-q", "--dns", "a.b"]);
    assert_eq!((run.status, &*run.stdout), (0, ""));
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let workspace = issued("out", &["--dns", "a.b"]);
    let mode = |file: &str| {
        let path = workspace.path().join("out").join(file);
        fs::metadata(path).expect("written").permissions().mode() & 0o777
    };
    let open = workspace.path().join("out/tls.key");
    fs::set_permissions(open, fs::Permissions::from_mode(0o644)).expect("opened");
    assert_eq!(
        issue(&workspace, "out", &["--dns", "a.b", "--force"]).status,
        0
    );
    assert_eq!((mode("ca.key"), mode("tls.key")), (0o600, 0o600));
    assert_eq!(mode("tls.crt") & 0o400, 0o400);
}

#[test]
fn nothing_is_overwritten_unless_forced() {
    let workspace = Workspace::with("out/tls.key", "mine");
    let run = issue(&workspace, "out", &["--dns", "a.b"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        "error: `out/tls.key` exists; --force overwrites it and the others\n"
    );
    let read = || fs::read_to_string(workspace.path().join("out/tls.key")).expect("there");
    assert_eq!(read(), "mine");
    let files = || {
        fs::read_dir(workspace.path().join("out"))
            .expect("a folder")
            .count()
    };
    assert_eq!(files(), 1);
    assert_eq!(
        issue(&workspace, "out", &["--dns", "a.b", "--force"]).status,
        0
    );
    assert_ne!(read(), "mine");
    assert_eq!(files(), 4);
}

#[test]
fn what_is_wrong_is_named() {
    let workspace = issued("out", &["--dns", "a.b"]);
    assert_eq!(
        issue(&workspace, "other", &["--dns", "a.b", "--days", "5"]).status,
        0
    );
    let show = |more: &[&str]| {
        let run = workspace.run(&[&["certs", "show", "--format", "json"], more].concat());
        (run.status, codes(&run))
    };
    let found = |code: &str| (1, vec![code.to_owned()]);
    assert_eq!(show(&["out"]), (0, vec![]));
    assert_eq!(
        show(&["other/tls.crt", "--within", "6"]),
        found("expires-soon")
    );
    assert_eq!(show(&["other/tls.crt", "--within", "4"]), (0, vec![]));
    assert_eq!(show(&["out/tls.crt", "--name", "b.a"]), found("wrong-name"));
    assert_eq!(
        show(&["out/tls.crt", "--ca", "other/ca.crt"]),
        found("untrusted")
    );
    assert_eq!(show(&["out/tls.crt", "--ca", "out/ca.crt"]), (0, vec![]));
    // A key by itself is no mistake.
    assert_eq!(show(&["out/tls.key"]), (0, vec![]));
    let key = fs::read(workspace.path().join("other/tls.key")).expect("written");
    workspace.write("out/tls.key", &key);
    assert_eq!(show(&["out"]), found("key-mismatch"));
}

#[test]
fn an_expired_certificate_fails() {
    // Made by openssl, for one day in 2020.
    let workspace = Workspace::with("old.pem", include_str!("expired.pem"));
    let run = workspace.run(&["certs", "show", "old.pem"]);
    assert_eq!(run.status, 1);
    let line = "  error[expired] CN=old.ops.svc expired at 2020-01-02T00:00:00Z\n";
    assert!(run.stdout.contains(line), "{}", run.stdout);
    assert!(run.stdout.contains(", 0 days left"), "{}", run.stdout);
}

#[test]
fn what_cannot_be_read_is_3_and_wrong_usage_2() {
    let workspace = Workspace::with("a.pem", "hello\n").and("empty/readme", "");
    let run = workspace.run(&["certs", "show", "a.pem"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stdout
            .contains("not read a.pem: neither a certificate nor a private key in it"),
        "{}",
        run.stdout
    );
    for arguments in [
        &["show"] as &[&str],
        &["show", "missing"],
        &["show", "empty"],
        &["show", "a.pem", "--ca", "a.pem"],
        &["show", "a.pem", "--name", "a b"],
        &["issue", "--dir", "out"],
        &["issue", "--dns", "a.b"],
        &["issue", "--dir", "out", "--dns", "10.0.0.1"],
        &["issue", "--dir", "out", "--ip", "a.b"],
        &["issue", "--dir", "out", "--service", "lint"],
        &[
            "issue",
            "--dir",
            "out",
            "--namespace",
            "ops",
            "--dns",
            "a.b",
        ],
        &[
            "issue",
            "--dir",
            "out",
            "--service",
            "a.b",
            "--namespace",
            "ops",
        ],
        &["issue", "--dir", "out", "--dns", "a.b", "--days", "0"],
        &["issue", "--dir", "a.pem", "--dns", "a.b"],
    ] {
        let run = workspace.run(&[&["certs"], arguments].concat());
        assert_eq!(run.status, 2, "{arguments:?}\n{}", run.stdout);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
    assert!(!workspace.path().join("out").exists());
}
