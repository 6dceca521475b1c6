//! `--baseline` and `--write-baseline`: what was known stays silent, what is new is found, what is gone is named.

use std::fs;

use super::workspace::{ERROR, Workspace, sound, unknown, warning};

fn read(workspace: &Workspace, name: &str) -> String {
    fs::read_to_string(workspace.path().join(name)).expect("it was written")
}

/// The lines of a baseline without its head, each without its fingerprint.
fn entries(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let rest = |line: &str| {
        line.split_once('\t')
            .expect("fields")
            .1
            .replace('\t', " | ")
    };
    lines.map(rest).collect()
}

#[test]
fn what_is_known_is_silent_and_what_is_new_is_found() {
    let workspace = Workspace::with("deploy/a.yaml", ERROR).and("deploy/b.yaml", &warning());
    let written = workspace.run(&["lint", "--write-baseline", "known.txt", "deploy"]);
    assert_eq!(written.status, 0, "{}", written.stdout);
    assert_eq!(written.stderr, "wrote 2 findings into known.txt\n");
    assert_eq!(
        entries(&read(&workspace, "known.txt")),
        [
            "lease-not-above-renew | deploy/a.yaml | Deployment ops/warden manager \
             $.spec.template.spec.containers[0].args[1]",
            "single-replica | deploy/b.yaml | Deployment ops/warden manager $.spec.replicas",
        ]
    );

    let known = [
        "lint",
        "--baseline",
        "known.txt",
        "deploy",
        "--format",
        "json",
    ];
    let quiet = workspace.run(&known);
    assert_eq!((quiet.status, quiet.stderr.as_str()), (0, ""));
    let report = quiet.json();
    assert_eq!(report["findings"].as_array().expect("a list").len(), 0);
    assert_eq!(report["summary"]["suppressed"], 2);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["baseline"]["file"], "known.txt");

    let shown = workspace
        .run(&[&known[..], &["--show-suppressed"]].concat())
        .json();
    assert_eq!(shown["findings"][0]["suppressed"]["by"], "baseline");

    // Lines above move nothing; another fault is new.
    let moved = format!(
        "# a comment\n\n{}",
        ERROR.replace("replicas: 2", "replicas: 1")
    );
    workspace.write("deploy/a.yaml", moved.as_bytes());
    let changed = workspace.run(&known);
    assert_eq!(changed.status, 1);
    let report = changed.json();
    assert_eq!(report["findings"].as_array().expect("a list").len(), 1);
    assert_eq!(report["findings"][0]["rule"], "single-replica");
}

#[test]
fn entries_that_match_nothing_are_named_and_dropped() {
    let workspace = Workspace::with("a.yaml", ERROR).and("b.yaml", &warning());
    workspace.run(&["lint", "--write-baseline", "known.txt"]);
    workspace.write("a.yaml", sound().as_bytes());
    let run = workspace.run(&["lint", "--baseline", "known.txt"]);
    assert_eq!(run.status, 0);
    assert_eq!(
        run.stderr,
        "known.txt:2: matches nothing any more: lease-not-above-renew a.yaml Deployment ops/warden manager \
         $.spec.template.spec.containers[0].args[1]; --write-baseline drops it\n"
    );
    let json = workspace
        .run(&["lint", "--baseline", "known.txt", "--format", "json"])
        .json();
    let unmatched = &json["baseline"]["unmatched"];
    assert_eq!(unmatched[0]["rule"], "lease-not-above-renew");
    assert_eq!(unmatched[0]["line"], 2);
    assert_eq!(unmatched[0]["file"], "a.yaml");

    workspace.run(&[
        "lint",
        "--baseline",
        "known.txt",
        "--write-baseline",
        "known.txt",
    ]);
    assert_eq!(
        entries(&read(&workspace, "known.txt")),
        ["single-replica | b.yaml | Deployment ops/warden manager $.spec.replicas"]
    );
}

#[test]
fn a_run_says_nothing_of_what_it_does_not_judge() {
    let workspace = Workspace::with("a.yaml", ERROR).and("b.yaml", &warning());
    workspace.run(&["lint", "--write-baseline", "known.txt"]);
    let all = read(&workspace, "known.txt");
    for arguments in [
        vec!["lint", "b.yaml"],
        vec!["lint", "--select", "replicas", "."],
    ] {
        let with = |option| [&arguments[..], &[option, "known.txt"]].concat();
        let run = workspace.run(&with("--baseline"));
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{arguments:?}");
        workspace.run(&with("--write-baseline"));
        assert_eq!(read(&workspace, "known.txt"), all, "{arguments:?}");
    }
    // What cannot be judged any more may still be there.
    workspace.write("a.yaml", unknown().as_bytes());
    assert_eq!(
        workspace.run(&["lint", "--baseline", "known.txt"]).stderr,
        ""
    );
    // A file that is gone has no findings.
    fs::remove_file(workspace.path().join("a.yaml")).expect("it was there");
    let gone = workspace.run(&["lint", "--baseline", "known.txt"]).stderr;
    assert!(gone.contains("known.txt:2"), "{gone}");
}

#[test]
fn a_change_has_a_baseline_too() {
    let workspace = Workspace::with("old/a.yaml", &sound()).and("new/a.yaml", ERROR);
    assert_eq!(workspace.run(&["diff", "old", "new"]).status, 1);
    let written = workspace.run(&["diff", "old", "new", "--write-baseline", "known.txt"]);
    assert_eq!(written.status, 0, "{}", written.stdout);
    let known = workspace.run(&["diff", "old", "new", "--baseline", "known.txt"]);
    assert_eq!((known.status, known.stderr.as_str()), (0, ""));
    // It is the baseline of `lint` as well.
    let linted = workspace.run(&["lint", "new", "--baseline", "known.txt"]);
    assert_eq!((linted.status, linted.stderr.as_str()), (0, ""));
}

#[test]
fn rules_of_another_kind_of_run_keep_their_entries() {
    let workspace = Workspace::with("old/a.yaml", &sound()).and(
        "new/a.yaml",
        &sound().replace(
            "leader-elect-resource-name=warden",
            "leader-elect-resource-name=other",
        ),
    );
    let written = workspace.run(&["diff", "old", "new", "--write-baseline", "known.txt"]);
    assert_eq!(written.status, 0, "{}", written.stdout);
    let known = read(&workspace, "known.txt");
    assert!(known.contains("\tlock-renamed\tnew/a.yaml\t"), "{known}");
    // `lint` has no change to judge.
    let linted = workspace.run(&["lint", "new", "--baseline", "known.txt"]);
    assert_eq!(linted.stderr, "");
    workspace.run(&["lint", "new", "--write-baseline", "known.txt"]);
    assert_eq!(read(&workspace, "known.txt"), known);
}

#[test]
#[cfg(feature = "custom-rules")]
fn a_rule_of_the_users_own_that_does_not_run_keeps_its_entries() {
    let config = "custom-rules: [{id: our-rule, for: object, select: $.kind, require: {equals: x}, message: found}]\n";
    let workspace = Workspace::with("a.yaml", ERROR).and(".leaselint.yaml", config);
    workspace.run(&["lint", "--write-baseline", "known.txt"]);
    let all = read(&workspace, "known.txt");
    assert!(all.contains("\tour-rule\t"), "{all}");
    let some = [
        "lint",
        "--select",
        "timing",
        "--write-baseline",
        "known.txt",
    ];
    workspace.run(&some);
    assert_eq!(read(&workspace, "known.txt"), all);
    // A rule that is no more has no findings.
    workspace.write(".leaselint.yaml", b"profile: recommended\n");
    workspace.run(&["lint", "--write-baseline", "known.txt"]);
    assert_eq!(entries(&read(&workspace, "known.txt")).len(), 1);
}

#[test]
fn what_is_no_baseline_is_neither_read_nor_overwritten() {
    let workspace = Workspace::with("a.yaml", ERROR);
    for option in ["--baseline", "--write-baseline"] {
        let run = workspace.run(&["lint", option, "a.yaml"]);
        assert_eq!(run.status, 2, "{option}");
        assert!(
            run.stderr.starts_with("error: a.yaml:1: "),
            "{}",
            run.stderr
        );
    }
    assert_eq!(read(&workspace, "a.yaml"), ERROR);
    let missing = workspace.run(&["lint", "--baseline", "none.txt"]);
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("no such baseline: none.txt"));
}

#[test]
fn two_reports_do_not_go_into_one_file() {
    let workspace = Workspace::with("a.yaml", ERROR);
    for second in ["--output=junit=./out", "--write-baseline=out"] {
        let run = workspace.run(&["lint", "--output", "sarif=out", second]);
        assert_eq!(run.status, 2, "{second}");
        assert!(run.stderr.contains("two reports would go into"));
        assert!(!workspace.path().join("out").exists());
    }
}
