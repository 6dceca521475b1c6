//! Which rules run and which findings are shown: `--select`, `--ignore`, `--min-severity`, `--statistics`, and the same
//! in the configuration.

use super::workspace::{Workspace, advice, warning};

/// A warning of the group `replicas` and a piece of advice of the same group.
fn two() -> Workspace {
    let other = advice().replace("warden", "other");
    Workspace::with("a.yaml", &warning()).and("b.yaml", &other)
}

#[test]
fn a_selection_names_rules_or_groups() {
    let workspace = two();
    let both = ["single-replica", "standbys-on-one-node"];
    assert_eq!(workspace.found_rules(&[]), both);
    assert_eq!(workspace.found_rules(&["--select", "replicas"]), both);
    assert_eq!(
        workspace.found_rules(&["--select", "timing,single-replica"]),
        ["single-replica"]
    );
    assert_eq!(
        workspace.found_rules(&["--select", "timing", "--select", "access"]),
        Vec::<String>::new()
    );
    assert_eq!(
        workspace.found_rules(&["--ignore", "single-replica"]),
        ["standbys-on-one-node"]
    );
    assert_eq!(
        workspace.found_rules(&["--select", "replicas", "--ignore", "single-replica"]),
        ["standbys-on-one-node"]
    );
    // What is selected runs in every profile.
    let unusual = warning().replace("=15s", "=60s");
    let workspace = Workspace::with("a.yaml", &unusual);
    assert!(
        !workspace
            .found_rules(&[])
            .contains(&"unusual-ratio".to_owned())
    );
    assert_eq!(
        workspace.found_rules(&["--select", "unusual-ratio"]),
        ["unusual-ratio"]
    );
}

#[test]
fn the_configuration_selects_and_switches_groups() {
    let workspace = two();
    for (config, expected) in [
        ("select: [single-replica]\n", vec!["single-replica"]),
        ("rules: {replicas: off}\n", vec![]),
        // A rule's own entry is stronger than its group's, wherever it stands.
        (
            "rules: {single-replica: info, replicas: off}\n",
            vec!["single-replica"],
        ),
        (
            "rules: {replicas: off, single-replica: info}\n",
            vec!["single-replica"],
        ),
        (
            "select: [replicas]\nrules: {single-replica: off}\n",
            vec!["standbys-on-one-node"],
        ),
    ] {
        workspace.write(".leaselint.yaml", config.as_bytes());
        assert_eq!(workspace.found_rules(&[]), expected, "{config}");
    }
    // The command line is stronger.
    workspace.write(".leaselint.yaml", b"rules: {replicas: off}\n");
    assert_eq!(
        workspace.found_rules(&["--select", "single-replica"]),
        ["single-replica"]
    );
    // A group's severity runs nothing that the profile leaves out.
    workspace.write("a.yaml", warning().replace("=15s", "=60s").as_bytes());
    workspace.write(".leaselint.yaml", b"rules: {timing: error}\n");
    assert!(
        !workspace
            .found_rules(&[])
            .contains(&"unusual-ratio".to_owned())
    );
    assert!(
        workspace
            .found_rules(&["--profile", "pedantic"])
            .contains(&"unusual-ratio".to_owned())
    );
}

#[test]
fn an_unknown_name_ends_the_run() {
    let workspace = two();
    let run = workspace.run(&["lint", "--select", "single-replicas"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("no rule or group is called `single-replicas`"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("did you mean `single-replica`?"),
        "{}",
        run.stderr
    );
    workspace.write(
        ".leaselint.yaml",
        b"rules: {timings: off}\nselect: [replica]\n",
    );
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains(".leaselint.yaml:1:9"), "{}", run.stderr);
    assert!(
        run.stderr.contains("did you mean `timing`?"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains(".leaselint.yaml:2:10"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_mild_is_hidden_and_still_counts() {
    let workspace = two();
    let run = workspace.run(&["lint", "--min-severity", "warning"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("single-replica"), "{}", run.stdout);
    assert!(
        !run.stdout.contains("standbys-on-one-node"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("1 below --min-severity not shown"),
        "{}",
        run.stdout
    );
    let run = workspace.run(&["lint", "--min-severity", "error", "--format", "json"]);
    assert_eq!(run.status, 1, "--fail-on decides, and the warning is there");
    let report = run.json();
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0));
    assert_eq!(report["summary"]["warnings"], 1);
}

#[test]
fn findings_are_counted_by_rule() {
    let workspace = two().and("c/d.yaml", &warning().replace("warden", "third"));
    let run = workspace.run(&["lint", "--statistics"]);
    assert_eq!(run.status, 1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("2  warning  single-replica        "),
        "{}",
        run.stdout
    );
    assert!(
        lines[1].starts_with("1  info     standbys-on-one-node  "),
        "{}",
        run.stdout
    );
    assert_eq!(lines[3], "3 findings in all");
}

#[test]
fn a_change_is_selected_alike() {
    let old = Workspace::with(
        "old/a.yaml",
        &warning().replace("replicas: 1", "replicas: 2"),
    )
    .and("new/a.yaml", &warning());
    let run = old.run(&["diff", "old", "new"]);
    assert_eq!(run.status, 1);
    let run = old.run(&["diff", "old", "new", "--ignore", "replicas"]);
    assert_eq!(run.status, 0, "{}", run.stdout);
    let run = old.run(&["diff", "old", "new", "--statistics"]);
    assert!(
        run.stdout.starts_with("1  warning  single-replica"),
        "{}",
        run.stdout
    );
}

#[test]
fn paths_are_left_out() {
    let workspace = two();
    assert_eq!(
        workspace.found_rules(&["--exclude", "a.*"]),
        ["standbys-on-one-node"]
    );
    // Named files, too.
    let left_out: [&str; 0] = [];
    assert_eq!(
        workspace.found_rules(&["a.yaml", "--exclude", "a.*"]),
        left_out
    );
    let run = workspace.run(&["lint", "a.yaml", "--exclude", "a.*"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    // A folder in which everything is left out is no success.
    let run = workspace.run(&["lint", "--exclude", "*.yaml"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stderr.contains("`*.yaml` in `--exclude`"),
        "{}",
        run.stderr
    );
    // Those of the configuration hold for folders, and with `force-exclude` for named files.
    workspace.write(".leaselint.yaml", b"exclude: [a.yaml]\n");
    assert_eq!(workspace.found_rules(&[]), ["standbys-on-one-node"]);
    assert_eq!(workspace.found_rules(&["a.yaml"]), ["single-replica"]);
    assert_eq!(
        workspace.found_rules(&["--exclude", "b.yaml", "--allow-empty"]),
        left_out
    );
    workspace.write(
        ".leaselint.yaml",
        b"force-exclude: true\nexclude: [a.yaml]\n",
    );
    assert_eq!(workspace.found_rules(&["a.yaml"]), left_out);
    workspace.write(".leaselint.yaml", b"force-exclude: perhaps\n");
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr
            .contains("`force-exclude` must be `true` or `false`"),
        "{}",
        run.stderr
    );
}
