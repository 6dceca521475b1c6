//! Configurations by their four names, those that extend others, settings for some files, and what shows and writes them.

use std::fs;

use super::workspace::{ERROR, Workspace, advice, sound, warning};

#[test]
fn four_names_are_looked_for_and_two_side_by_side_are_a_mistake() {
    let names = [
        ".leaselint.yaml",
        ".leaselint.yml",
        "leaselint.yaml",
        "leaselint.yml",
    ];
    for name in names {
        let workspace = Workspace::with("deploy/a.yaml", &warning());
        workspace.write(name, b"rules: {single-replica: off}\n");
        assert_eq!(
            workspace.found_rules(&["deploy"]),
            Vec::<String>::new(),
            "{name}"
        );
    }
    let workspace = Workspace::with("a.yaml", &warning())
        .and(names[0], "profile: strict\n")
        .and(names[3], "profile: strict\n");
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .starts_with("error: two configurations side by side, "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_manifest_of_that_name_is_no_configuration() {
    let application =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: leaselint}\n";
    let workspace = Workspace::with("a.yaml", &warning()).and("leaselint.yaml", application);
    assert_eq!(workspace.found_rules(&["."]), ["single-replica"]);
    workspace.write("leaselint.yml", b"rules: {single-replica: off}\n");
    assert_eq!(workspace.found_rules(&["."]), Vec::<String>::new());
}

#[test]
fn a_configuration_extends_others() {
    let workspace = Workspace::with("a.yaml", &warning())
        .and("b.yaml", &advice().replace("warden", "other"))
        .and("vendor/c.yaml", &warning().replace("warden", "third"))
        .and(
            "common/base.yaml",
            "rules: {single-replica: off, standbys-on-one-node: warning}\nexclude: [c.yaml]\n\
             ignore: [{rule: chatty-retry, reason: not here}]\n",
        )
        .and(
            ".leaselint.yaml",
            "extends: [common/base.yaml]\nrules: {single-replica: info}\nexclude: [vendor/]\n",
        );
    let report = workspace.run(&["lint", "--format", "json"]).json();
    let found: Vec<_> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["rule"].as_str(), one["severity"].as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("single-replica"), Some("info")),
            (Some("standbys-on-one-node"), Some("warning")),
        ]
    );
}

#[test]
fn what_a_file_says_counts_more_than_what_it_extends() {
    let severity = |base: &str, own: &str| {
        let workspace = Workspace::with("a.yaml", &warning())
            .and("base.yaml", &format!("rules: {base}\n"))
            .and(
                ".leaselint.yaml",
                &format!("extends: [base.yaml]\nrules: {own}\n"),
            );
        let report = workspace.run(&["lint", "--format", "json"]).json();
        report["findings"][0]["severity"]
            .as_str()
            .map(str::to_owned)
    };
    let info = Some("info".to_owned());
    for base in ["{replicas: error}", "{single-replica: error}"] {
        assert_eq!(severity(base, "{replicas: info}"), info, "{base}");
        assert_eq!(severity(base, "{single-replica: info}"), info, "{base}");
        assert_eq!(severity(base, "{replicas: off}"), None, "{base}");
    }
    for base in ["{replicas: off}", "{single-replica: off}"] {
        assert_eq!(severity(base, "{replicas: info}"), info, "{base}");
    }
    // In one file a rule is stronger than its group.
    let both = "{replicas: error, single-replica: info}";
    assert_eq!(severity("{timing: off}", both), info);
    assert_eq!(severity(both, "{timing: off}"), info);
}

#[test]
fn a_configuration_does_not_extend_files_without_end() {
    // Each is read twice as often as the one above it: 2^15 times in the end.
    let mut workspace = Workspace::with("a.yaml", &sound())
        .and(".leaselint.yaml", "extends: [1.yaml, 1.yaml]\n")
        .and("15.yaml", "profile: strict\n");
    for number in 1..15 {
        let next = number + 1;
        let text = format!("extends: [{next}.yaml, {next}.yaml]\n");
        workspace = workspace.and(&format!("{number}.yaml"), &text);
    }
    let run = workspace.run(&["lint", "a.yaml"]);
    assert_eq!(run.status, 2);
    let message = "a configuration extends at most 100 files";
    assert!(run.stderr.contains(message), "{}", run.stderr);
}

#[test]
fn files_that_extend_themselves_are_shown_in_place() {
    let workspace = Workspace::with("a.yaml", &sound())
        .and(".leaselint.yaml", "extends: [b.yaml]\n")
        .and("b.yaml", "extends:\n  - c.yaml\n")
        .and("c.yaml", "extends: [.leaselint.yaml, none.yaml]\n");
    let run = workspace.run(&["lint", "a.yaml"]);
    assert_eq!(run.status, 2);
    insta::assert_snapshot!(
        run.stderr
            .replace(&workspace.path().display().to_string(), ".")
    );
}

#[test]
fn some_files_have_other_severities() {
    let workspace = Workspace::with("a.yaml", &warning())
        .and("edge/b.yaml", &warning().replace("warden", "other"))
        .and(
            ".leaselint.yaml",
            "per-path:\n  - path: edge/\n    rules: {replicas: off}\n  - path: a.yaml\n    rules: {single-replica: info}\n",
        );
    let run = workspace.run(&["lint", "--format", "json"]);
    assert_eq!(run.status, 0, "an info does not fail a run");
    let report = run.json();
    assert_eq!(report["findings"].as_array().expect("a list").len(), 1);
    assert_eq!(report["findings"][0]["severity"], "info");
    assert_eq!(report["findings"][0]["location"]["file"], "a.yaml");
    workspace.write(
        ".leaselint.yaml",
        b"per-path: [{path: edge/, rules: {single-replicas: off}}]\n",
    );
    assert_eq!(workspace.run(&["lint"]).status, 2);
}

#[test]
fn a_configuration_is_written_once_and_changes_nothing() {
    let workspace = Workspace::with("a.yaml", &warning());
    let before = workspace.run(&["lint", "--format", "json"]).stdout;
    assert_eq!(workspace.run(&["init"]).stdout, "wrote .leaselint.yaml\n");
    assert_eq!(
        workspace
            .run(&["lint", "--format", "json", "a.yaml"])
            .stdout,
        before
    );
    let again = workspace.run(&["init"]);
    assert_eq!(
        (again.status, again.stderr.as_str()),
        (2, "error: .leaselint.yaml is there already\n")
    );
    // What is a comment in it is right, too.
    let text = fs::read_to_string(workspace.path().join(".leaselint.yaml")).expect("it is there");
    let all = uncommented(&text);
    // The linter alone has no rules of the user's own, and says so.
    let own_rules = all.find("custom-rules:").expect("they are there");
    let read = if cfg!(feature = "custom-rules") {
        all.len()
    } else {
        own_rules
    };
    let all = all.get(..read).expect("a part of it");
    workspace.write(".leaselint.yaml", all.as_bytes());
    let run = workspace.run(&["lint"]);
    assert_ne!(run.status, 2, "{all}\n{}", run.stderr);
}

/// The examples in the text that `init` writes, without their comment signs. The file that it could extend is not there.
pub fn uncommented(text: &str) -> String {
    let is_word = |key: &str| {
        key.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let is_example = |line: &&str| {
        let begins_with_key = line.split_once(':').is_some_and(|(key, _)| is_word(key));
        line.starts_with([' ', '-']) || begins_with_key
    };
    // The first line is for editors.
    let lines = text.lines().skip(1);
    let lines = lines.map(|line| line.strip_prefix("# ").unwrap_or(line));
    let lines = lines.filter(|line| is_example(line) && !line.starts_with("extends"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn settings_are_shown_as_yaml() {
    let workspace = Workspace::with("a.yaml", ERROR)
        .and("base.yaml", "limits: {failoverTarget: 60s}\n")
        .and(
            ".leaselint.yaml",
            "extends: [base.yaml]\nrules: {single-replica: off}\n",
        );
    for arguments in [
        vec!["lint", "--show-settings"],
        vec!["diff", ".", ".", "--show-settings"],
    ] {
        let run = workspace.run(&arguments);
        assert_eq!(run.status, 0, "{}", run.stderr);
        assert!(
            run.stdout
                .starts_with("# from .leaselint.yaml\n# which extends base.yaml\n"),
            "{}",
            run.stdout
        );
        for line in [
            "profile: recommended",
            "  failoverTarget: 60s",
            "  single-replica: off",
            "  lease-not-above-renew: error",
        ] {
            assert!(
                run.stdout.contains(&format!("{line}\n")),
                "{line}: {}",
                run.stdout
            );
        }
    }
}

#[test]
fn ignores_are_added_where_they_hold() {
    let text = format!("# first\n{}", ERROR.replace("replicas: 2", "replicas: 1"));
    let workspace = Workspace::with("a.yaml", &text).and("b.json", "{}\n");
    let run = workspace.run(&["lint", "--add-ignores"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (0, "ignored 2 findings in 1 file\n"),
        "{}",
        run.stdout
    );
    let reason = "TODO: say why this may stay";
    let expected = text
        .replace("  replicas: 1", &format!("  # leaselint: ignore[single-replica] {reason}\n  replicas: 1"))
        .replace(
            "            - --leader-elect-lease",
            &format!("            # leaselint: ignore[lease-not-above-renew] {reason}\n            - --leader-elect-lease"),
        );
    let written = fs::read_to_string(workspace.path().join("a.yaml")).expect("it is there");
    assert_eq!(written, expected);
    assert_eq!(workspace.run(&["lint", "--fail-on", "info"]).status, 0);

    // JSON has no comments.
    let json = r#"{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "x", "namespace": "kube-node-lease"}}"#;
    let workspace = Workspace::with("a.json", json);
    let run = workspace.run(&["lint", "--add-ignores"]);
    assert!(
        run.stderr.contains("a comment has no place here"),
        "{}",
        run.stderr
    );
    assert_eq!(
        fs::read_to_string(workspace.path().join("a.json")).expect("it is there"),
        json
    );
}
