//! What a build without a feature answers to whoever needs it, and what one with it offers.

use super::workspace::Workspace;

#[cfg(not(feature = "serve"))]
#[test]
fn a_command_that_is_not_built_in_names_its_feature() {
    for arguments in [
        &["serve"] as &[&str],
        &["serve", "--help"],
        &["serve", "--self-signed", "--listen", "127.0.0.1:0"],
        &["certs", "show", "folder"],
        &["certs", "issue", "--dir", "folder", "--dns", "a.example"],
    ] {
        let run = Workspace::with("a.yaml", super::workspace::GOOD).run(arguments);
        assert_eq!(
            (run.status, run.stdout.as_str(), run.stderr),
            (
                2,
                "",
                format!(
                    "error: `{}` is not built in: build leaselint with its feature `serve`\n",
                    arguments[0]
                )
            ),
            "{arguments:?}"
        );
    }
}

#[test]
fn help_lists_what_is_built_in() {
    let workspace = Workspace::new();
    let help = workspace.run(&["--help"]).stdout;
    let manual = workspace.run(&["man"]).stdout;
    let completions = workspace.run(&["completions", "bash"]).stdout;
    let of_features = [
        ("serve", cfg!(feature = "serve")),
        ("certs", cfg!(feature = "serve")),
        ("leases", cfg!(feature = "live")),
        ("audit", cfg!(feature = "live")),
        ("monitor", cfg!(feature = "live")),
        ("schema", cfg!(feature = "schema")),
    ];
    for (command, is_built) in of_features {
        assert_eq!(
            help.contains(&format!("\n  {command} ")),
            is_built,
            "{help}"
        );
        let section = format!(".SH \"LEASELINT {}\"", command.to_uppercase());
        assert_eq!(manual.contains(&section), is_built, "{command}");
        assert!(!is_built || completions.contains(command), "{command}");
    }
    for command in ["lint", "diff", "inspect", "export", "explain", "rules"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}

#[cfg(not(feature = "git"))]
#[test]
fn a_revision_that_cannot_be_read_names_its_feature() {
    let workspace = Workspace::with("a.yaml", super::workspace::GOOD);
    let run = workspace.run(&["diff", "main"]);
    assert_eq!(
        (run.status, run.stdout.as_str(), run.stderr.as_str()),
        (
            2,
            "",
            "error: `main` is no file and no folder, and revisions of git are not built in: build leaselint \
             with its feature `git`\n"
        )
    );
    assert_eq!(workspace.run(&["diff", "a.yaml", "a.yaml"]).status, 0);
}

#[cfg(unix)]
#[test]
fn as_a_plugin_of_kubectl_it_calls_itself_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let plugin = folder.path().join("kubectl-leaselint");
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin("leaselint"), &plugin).expect("a link");
    let output = std::process::Command::new(&plugin)
        .args(["lint", "--help"])
        .output()
        .expect("it runs");
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(help.contains("Usage: kubectl leaselint lint "), "{help}");
}
