//! `diff`: folders, files and standard input.

use serde_json::Value;

use super::workspace::{ERROR, Workspace, finish, rules_in, sound, warning};

/// The controller with another lock.
pub(super) fn renamed() -> String {
    sound().replace("resource-name=warden", "resource-name=warden-lock")
}

#[test]
fn what_a_change_brings_mends_and_leaves_is_told() {
    let workspace = Workspace::with("old/a.yaml", &warning())
        .and("old/b.yaml", &ERROR.replace("warden", "other"))
        .and("new/a.yaml", &renamed())
        .and("new/b.yaml", &ERROR.replace("warden", "other"));
    let run = workspace.run(&["diff", "old", "new", "-v"]);
    assert_eq!(run.status, 1);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_report_for_programs_has_the_shape_of_lint() {
    let workspace = Workspace::with("old.yaml", &warning()).and("new.yaml", &renamed());
    let report = workspace
        .run(&["diff", "old.yaml", "new.yaml", "--format", "json"])
        .json();
    assert_eq!(report["schema"], "leaselint/diff/v1");
    assert_eq!(rules_in(&report, "findings"), ["lock-renamed"]);
    assert_eq!(rules_in(&report, "removed"), ["single-replica"]);
    assert!(rules_in(&report, "existing").is_empty());
    let finding = &report["findings"][0];
    assert_eq!(finding["location"]["file"], "new.yaml");
    let related = finding["related"].as_array().expect("a list");
    assert!(
        related
            .iter()
            .any(|one| one["location"]["file"] == "old.yaml"
                && one["message"] == "it was `warden` here"),
        "{related:?}"
    );
    for key in ["notJudged", "unread", "internalErrors"] {
        assert_eq!(report[key], Value::Array(Vec::new()), "{key}");
    }
    let summary = &report["summary"];
    for (key, count) in [
        ("errors", 1),
        ("warnings", 0),
        ("removed", 1),
        ("existing", 0),
        ("files", 1),
    ] {
        assert_eq!(summary[key], count, "{key}");
    }
}

#[test]
fn only_new_findings_fail_a_run_unless_all_are_asked_for() {
    let workspace =
        Workspace::with("old.yaml", ERROR).and("new.yaml", &ERROR.replace(":v1", ":v2"));
    let status = |options: &[&str]| {
        let arguments = [&["diff", "old.yaml", "new.yaml"], options].concat();
        workspace.run(&arguments).status
    };
    assert_eq!(status(&[]), 0);
    assert_eq!(status(&["--new-only"]), 0);
    assert_eq!(status(&["--all"]), 1);
    assert_eq!(status(&["--all", "--new-only"]), 0);
    let workspace = Workspace::with("old.yaml", &sound()).and("new.yaml", &warning());
    let status = |level| {
        let arguments = ["diff", "old.yaml", "new.yaml", "--fail-on", level];
        workspace.run(&arguments).status
    };
    assert_eq!(
        (status("error"), status("warning"), status("never")),
        (0, 1, 0)
    );
}

#[test]
fn standard_input_may_be_one_side() {
    let workspace = Workspace::with("old.yaml", &sound());
    let mut command = workspace.command(&["diff", "old.yaml", "-", "--format", "json"]);
    command.write_stdin(renamed());
    let run = finish(command);
    assert_eq!(rules_in(&run.json(), "findings"), ["lock-renamed"]);
    let run = workspace.run(&["diff", "-", "-"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.stderr, "error: standard input can be one side only\n");
}
