//! `.leaselint.yaml`: what it does, and how mistakes in it are shown.

use super::workspace::{ERROR, Workspace, advice, sound, warning};

fn rules(workspace: &Workspace, arguments: &[&str]) -> Vec<String> {
    let report = workspace.lint(arguments);
    let findings = report["findings"].as_array().expect("a list");
    let name = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().expect("text").to_owned();
        format!("{} {}", word("severity"), word("rule"))
    };
    findings.iter().map(name).collect()
}

#[test]
fn it_is_found_upwards_from_the_first_path() {
    let workspace = Workspace::with("a/b/x.yaml", &warning())
        .and("a/.leaselint.yaml", "rules: {single-replica: error}\n")
        .and("c.yaml", &warning());
    assert_eq!(rules(&workspace, &["a/b"]), ["error single-replica"]);
    assert_eq!(rules(&workspace, &["a/b/x.yaml"]), ["error single-replica"]);
    assert_eq!(rules(&workspace, &["c.yaml"]), ["warning single-replica"]);
    assert_eq!(
        rules(&workspace, &["c.yaml", "--config", "a/.leaselint.yaml"]),
        ["error single-replica"]
    );
}

#[test]
fn severities_are_set() {
    for (word, expected) in [
        ("off", &[] as &[&str]),
        ("'off'", &[]),
        ("info", &["info single-replica"]),
        ("warning", &["warning single-replica"]),
        ("error", &["error single-replica"]),
    ] {
        let workspace = Workspace::with("a.yaml", &warning()).and(
            ".leaselint.yaml",
            &format!("rules:\n  single-replica: {word}\n"),
        );
        assert_eq!(rules(&workspace, &[]), expected, "{word}");
    }
}

#[test]
fn profiles_and_limits_are_set() {
    let slow = sound().replace("=15s", "=200s");
    let workspace = Workspace::with("a.yaml", &slow);
    assert_eq!(rules(&workspace, &[]), ["info slow-failover"]);
    workspace.write(".leaselint.yaml", b"limits: {failoverTarget: 5m}\n");
    assert!(rules(&workspace, &[]).is_empty());
    workspace.write(
        ".leaselint.yaml",
        b"profile: pedantic\nlimits: {failoverTarget: 5m}\n",
    );
    assert!(rules(&workspace, &[]).contains(&"info unusual-ratio".to_owned()));
    assert!(rules(&workspace, &["--profile", "recommended"]).is_empty());
    workspace.write(
        ".leaselint.yaml",
        b"limits: {failoverTarget: 5m, apiOutageTarget: 30s}\n",
    );
    assert_eq!(rules(&workspace, &[]), ["warning fragile-to-api-outage"]);
}

#[test]
fn paths_are_left_out() {
    let workspace = Workspace::with("a.yaml", ERROR)
        .and("vendor/b.yaml", ERROR)
        .and("x/generated/c.yaml", ERROR)
        .and(".leaselint.yaml", "exclude:\n  - /vendor/\n  - generated\n");
    assert_eq!(rules(&workspace, &[]), ["error lease-not-above-renew"]);
    assert_eq!(rules(&workspace, &["x"]).len(), 0);
    assert_eq!(
        rules(&workspace, &["vendor/b.yaml"]).len(),
        1,
        "what is named is read"
    );
}

#[test]
fn findings_are_silenced_with_a_reason() {
    let entry = |more: &str| format!("ignore:\n  - rule: single-replica\n    reason: edge\n{more}");
    let workspace = Workspace::with("edge/a.yaml", &warning());
    for more in [
        "",
        "    path: edge/\n",
        "    path: '*.yaml'\n",
        "    object: Deployment ops/warden\n",
        "    object: warden\n",
        "    until: 2999-01-31\n",
    ] {
        workspace.write(".leaselint.yaml", entry(more).as_bytes());
        assert!(rules(&workspace, &[]).is_empty(), "{more}");
        let report = workspace
            .run(&["lint", "--format", "json", "--show-suppressed"])
            .json();
        let suppressed = &report["findings"][0]["suppressed"];
        assert_eq!(
            (&suppressed["by"], &suppressed["reason"]),
            (&"config".into(), &"edge".into())
        );
        assert_eq!(report["summary"]["suppressed"], 1);
        assert_eq!(report["summary"]["warnings"], 0);
    }
    for more in [
        "    path: other/\n",
        "    object: keeper\n",
        "    object: StatefulSet/warden\n",
        "    until: 2020-01-31\n",
    ] {
        workspace.write(".leaselint.yaml", entry(more).as_bytes());
        let expected = ["warning single-replica", "warning unused-ignore"];
        assert_eq!(rules(&workspace, &[]), expected, "{more}");
    }
}

#[test]
fn an_entry_for_other_files_is_not_unused() {
    let workspace = Workspace::with("a.yaml", &sound())
        .and("edge/b.yaml", &sound())
        .and(
            ".leaselint.yaml",
            "ignore: [{rule: single-replica, reason: one node at the edge, path: edge/}]\n",
        );
    assert!(rules(&workspace, &["a.yaml"]).is_empty());
    assert_eq!(
        rules(&workspace, &["edge/b.yaml"]),
        ["warning unused-ignore"]
    );
    assert_eq!(rules(&workspace, &["edge"]), ["warning unused-ignore"]);
    assert_eq!(rules(&workspace, &["."]), ["warning unused-ignore"]);
}

#[test]
fn an_entry_that_silences_nothing_is_shown() {
    let workspace = Workspace::with("a.yaml", &sound()).and(
        ".leaselint.yaml",
        "ignore:\n  - rule: single-replica\n    reason: one node at the edge\n",
    );
    insta::assert_snapshot!(workspace.run(&["lint"]).stdout);
    workspace.write(
        ".leaselint.yaml",
        b"rules: {unused-ignore: off}\nignore: [{rule: single-replica, reason: edge}]\n",
    );
    assert!(rules(&workspace, &[]).is_empty());
}

#[test]
fn own_programs_are_known() {
    let text = advice().replace("--leader-elect-lease-duration=10s", "--term=10s");
    let own = "programs:\n  - id: warden\n    name: Warden\n    like: unlisted-component\n    known-by: {images: [ops/warden]}\n";
    let workspace = Workspace::with("a.yaml", &text).and(".leaselint.yaml", own);
    let run = workspace.run(&["inspect", "--format", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(run.json()["electors"][0]["program"], "warden");
}

#[test]
fn mistakes_are_shown_in_place() {
    let configuration = "\
profil: strict
limits:
  failoverTarget: 180
  largestFile: big
  minRenewAttempts: -1
rules:
  single-replika: off
  duplicate-key: fatal
exclude: vendor
ignore:
  - rule: single-replica
    untill: 2027-01-31
  - {rule: single-replica, reason: edge, until: tomorrow, object: a/b/c}
";
    let workspace = Workspace::with("a.yaml", &sound()).and(".leaselint.yaml", configuration);
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn mistakes_of_form_are_shown_in_place() {
    for (text, place) in [
        ("- a\n", "1:1"),
        ("profile: [\n", "1:10"),
        ("profile: strict\nprofile: strict\n", "2:1"),
        ("profile: strict\n---\nprofile: strict\n", "3:1"),
        ("programs:\n  - id: x\n    nam: y\n", "3:5"),
        ("programs:\n  - id: x\n    like: nothing-known\n", "3:11"),
        ("programs: {}\n", "1:11"),
    ] {
        let workspace = Workspace::with("a.yaml", &sound()).and(".leaselint.yaml", text);
        let run = workspace.run(&["lint"]);
        assert_eq!(run.status, 2, "{text}");
        let shown = format!("--> .leaselint.yaml:{place}\n");
        assert!(run.stderr.contains(&shown), "{text}\n{}", run.stderr);
    }
}

#[test]
fn an_empty_configuration_says_nothing() {
    for text in ["", "# nothing yet\n", "rules:\nlimits:\nignore:\n", "{}\n"] {
        let workspace = Workspace::with("a.yaml", &sound()).and(".leaselint.yaml", text);
        assert_eq!(workspace.run(&["lint"]).status, 0, "{text}");
    }
}

#[test]
fn the_configuration_of_the_book_is_right() {
    let page = include_str!("../../docs/configuration.md");
    let (_, from) = page
        .split_once("```yaml\nprofile:")
        .expect("a configuration");
    let (text, _) = from.split_once("```").expect("its end");
    let workspace =
        Workspace::with("a.yaml", &sound()).and(".leaselint.yaml", &format!("profile:{text}"));
    let run = workspace.run(&["inspect", "--format", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
}
