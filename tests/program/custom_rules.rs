//! Rules of the user's own in the configuration: what they find, how they are tested, and how mistakes are shown.

use super::workspace::{ERROR, Workspace, sound, warning};

const CONFIG: &str = "\
custom-rules:
  - id: our-lease-at-least-30s
    severity: error
    for: elector
    select: $.timing.leaseDuration.seconds
    where: {$.election.state: \"on\"}
    require: {at-least: 30}
    message: lease duration {value} s is below our 30 s
    help: A shorter lease does not outlast a restart of our API servers.
    tests: [{file: tests/short.yaml, finds: 1}, {file: tests/long.yaml, finds: 0}]
  - id: our-registry
    for: object
    kind: [Deployment]
    select: $.spec.template.spec.containers[*].image
    require: {matches: '^registry\\.example/'}
    message: image {value} is from elsewhere
";

fn workspace() -> Workspace {
    Workspace::with(".leaselint.yaml", CONFIG).and("a.yaml", &sound())
}

#[test]
fn a_finding_stands_on_what_was_selected() {
    let workspace = workspace();
    let run = workspace.run(&["lint", "--format", "json"]);
    assert_eq!(run.status, 1);
    let finding = &run.json()["findings"][0];
    assert_eq!(finding["rule"], "our-lease-at-least-30s");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["message"], "lease duration 15 s is below our 30 s");
    assert_eq!(finding["container"], "manager");
    let path = "$.spec.template.spec.containers[0].args[1]";
    assert_eq!(finding["location"]["path"], path);

    let elsewhere = sound().replace("registry.example", "docker.example");
    workspace.write("a.yaml", elsewhere.as_bytes());
    let finding = &workspace.run(&["lint", "--format", "json"]).json()["findings"][0];
    assert_eq!(finding["rule"], "our-registry");
    assert_eq!(finding["severity"], "warning");
    assert_eq!(
        finding["message"],
        "image docker.example/ops/warden:v1 is from elsewhere"
    );
    assert_eq!(finding["location"]["line"], 17);
}

#[test]
fn they_are_selected_ignored_and_switched_as_others() {
    let workspace = workspace();
    let ours = "our-lease-at-least-30s";
    assert_eq!(workspace.found_rules(&["--select", ours]), [ours]);
    assert_eq!(workspace.found_rules(&["--select", "custom"]), [ours]);
    assert_eq!(
        workspace.found_rules(&["--ignore", ours]),
        Vec::<String>::new()
    );
    let config = format!("{CONFIG}rules: {{{ours}: off}}\n");
    workspace.write(".leaselint.yaml", config.as_bytes());
    assert_eq!(workspace.found_rules(&[]), Vec::<String>::new());
    // A rule that is off by itself would be one that nothing can name.
    let off = CONFIG.replace("severity: error", "severity: off");
    workspace.write(".leaselint.yaml", off.as_bytes());
    let run = workspace.run(&["lint"]);
    let help = "`off` for its id under `rules` switches it off";
    assert!(
        run.status == 2 && run.stderr.contains(help),
        "{}",
        run.stderr
    );
    let config = format!("{CONFIG}ignore: [{{rule: {ours}, reason: not yet}}]\n");
    workspace.write(".leaselint.yaml", config.as_bytes());
    assert_eq!(workspace.found_rules(&[]), Vec::<String>::new());

    workspace.write(".leaselint.yaml", CONFIG.as_bytes());
    let argument = "lease-duration=15s";
    let ignored = format!("{argument} # leaselint: ignore[{ours}] not yet");
    workspace.write("a.yaml", sound().replace(argument, &ignored).as_bytes());
    assert_eq!(workspace.found_rules(&[]), Vec::<String>::new());
    let long = sound().replace(argument, &ignored.replace("15s", "60s"));
    workspace.write("a.yaml", long.as_bytes());
    assert!(
        workspace
            .found_rules(&[])
            .contains(&"unused-ignore".to_owned())
    );
    // Every format knows them.
    workspace.write("a.yaml", sound().as_bytes());
    let sarif = workspace.run(&["lint", "--format", "sarif"]).stdout;
    assert!(sarif.contains(&format!("\"id\": \"{ours}\"")));
}

#[test]
fn a_rule_that_selects_nothing_is_named_if_asked_for() {
    let workspace = Workspace::with(".leaselint.yaml", CONFIG).and(
        "a.yaml",
        "kind: Role\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: x}\n",
    );
    assert_eq!(workspace.run(&["lint"]).stderr, "");
    assert_eq!(
        workspace.run(&["lint", "-v"]).stderr,
        "our-lease-at-least-30s selected nothing in this run\nour-registry selected nothing in this run\n"
    );
}

#[test]
fn what_is_not_known_is_not_judged() {
    let workspace = workspace();
    workspace.write("a.yaml", super::workspace::unknown().as_bytes());
    let report = workspace.run(&["lint", "--format", "json"]).json();
    let entries = report["notJudged"].as_array().expect("a list").iter();
    let ours: Vec<_> = entries
        .filter(|entry| entry["rule"] == "our-lease-at-least-30s")
        .map(|entry| entry["code"].as_str().expect("text"))
        .collect();
    assert_eq!(ours, ["variable-outside-input"]);
}

/// The codes of the ledger's entries of a rule, and how many findings it has.
fn judged(workspace: &Workspace, rule: &str) -> (Vec<String>, usize) {
    let report = workspace.run(&["lint", "--format", "json"]).json();
    let entries = report["notJudged"].as_array().expect("a list").iter();
    let codes = entries
        .filter(|entry| entry["rule"] == rule)
        .map(|entry| entry["code"].as_str().expect("text").to_owned());
    let findings = report["findings"].as_array().expect("a list").iter();
    let findings = findings.filter(|one| one["rule"] == rule).count();
    (codes.collect(), findings)
}

#[test]
fn a_condition_that_is_not_known_is_not_judged() {
    let rule = |conditions: &str, require: &str| {
        format!(
            "custom-rules:\n  - id: our-rule\n    for: elector\n    select: $.container\n    \
             where: {conditions}\n    require: {require}\n    message: x\n"
        )
    };
    let workspace = Workspace::with("a.yaml", &super::workspace::unknown());
    let of = |conditions: &str, require: &str| {
        workspace.write(".leaselint.yaml", rule(conditions, require).as_bytes());
        judged(&workspace, "our-rule")
    };
    let lease = "$.timing.leaseDuration.seconds";
    let open = (vec!["variable-outside-input".to_owned()], 0);
    assert_eq!(of(&format!("{{{lease}: 15}}"), "{equals: x}"), open);
    // Neither the one nor the other is known.
    let other = format!("{{{lease}: {{not: {{equals: 15}}}}}}");
    assert_eq!(of(&other, "{equals: x}"), open);
    // What fails for certain decides.
    let fails = format!("{{{lease}: 15, $.container: other}}");
    assert_eq!(of(&fails, "{equals: x}"), (Vec::new(), 0));
    assert_eq!(of("{$.container: manager}", "{equals: x}"), (Vec::new(), 1));

    // The switch of an election is not known: `state` is the word `unknown`.
    let switch = super::workspace::unknown()
        .replace("lease-duration=$(LEASE)", "lease-duration=15s")
        .replace("- --leader-elect\n", "- --leader-elect=$(LEASE)\n");
    workspace.write("a.yaml", switch.as_bytes());
    assert_eq!(of("{$.election.state: \"on\"}", "{equals: x}"), open);
    let meant = of("{$.election.state: unknown}", "{equals: x}");
    assert_eq!(meant, (Vec::new(), 1));
    let selected = rule("{$.container: manager}", "{equals: \"on\"}")
        .replace("select: $.container", "select: $.election.state");
    workspace.write(".leaselint.yaml", selected.as_bytes());
    assert_eq!(judged(&workspace, "our-rule"), open);
}

#[test]
fn what_rests_on_a_value_that_is_not_known_is_not_judged() {
    let workspace = Workspace::new();
    for (manifest, select, code) in [
        (
            super::workspace::unknown(),
            "$.promises.failoverAfterCrashWorst",
            "variable-outside-input",
        ),
        (
            sound().replace("replicas: 2", "replicas: null"),
            "$.replicas.count",
            "replicas-null",
        ),
    ] {
        workspace.write("a.yaml", manifest.as_bytes());
        for require in ["{at-most: 1}", "{exists: true}"] {
            let rule = format!(
                "custom-rules:\n  - id: our-rule\n    for: elector\n    select: {select}\n    \
                 require: {require}\n    message: x\n"
            );
            workspace.write(".leaselint.yaml", rule.as_bytes());
            let expected = (vec![code.to_owned()], 0);
            assert_eq!(
                judged(&workspace, "our-rule"),
                expected,
                "{select} {require}"
            );
        }
    }
}

#[test]
fn tests_of_rules_are_run() {
    let workspace = workspace().and("tests/short.yaml", ERROR).and(
        "tests/long.yaml",
        &sound().replace("lease-duration=15s", "lease-duration=45s"),
    );
    let run = workspace.run(&["rules", "test"]);
    assert_eq!(run.status, 0);
    assert_eq!(
        run.stdout,
        "ok  our-lease-at-least-30s  tests/short.yaml: 1 finding\n\
         ok  our-lease-at-least-30s  tests/long.yaml: 0 findings\n\
         no test  our-registry\n\
         2 tests right, 0 wrong\n"
    );
    workspace.write("tests/long.yaml", warning().as_bytes());
    let run = workspace.run(&["rules", "test", "a.yaml"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stdout.contains(
            "wrong  our-lease-at-least-30s  tests/long.yaml: 1 finding, not 0 findings\n"
        ),
        "{}",
        run.stdout
    );
    assert_eq!(Workspace::new().run(&["rules", "test"]).status, 2);
    // The catalogue is still there.
    assert_eq!(workspace.run(&["rules", "--format", "json"]).status, 0);
}

#[test]
#[cfg(feature = "serve")]
fn a_kind_that_the_webhook_is_not_sent_is_named() {
    let config = CONFIG.replace("[Deployment]", "[Deployment, ServiceAccount]");
    let workspace = Workspace::with(".leaselint.yaml", &config);
    let run = workspace.run(&["rules", "test"]);
    assert_eq!(
        run.stderr,
        "our-registry is silent at admission: the webhook judges no objects of kind ServiceAccount\n"
    );
}

#[test]
fn mistakes_are_shown_in_place() {
    let config = "\
custom-rules:
  - id: single-replica
    for: electors
    select: $.spec[
    require: {}
    message: x
  - id: our-x
    for: object
    kind: [Service, Deployment]
    select: $..a..b
    where: {\"$.x[\": 1, $.y: {matches: '('}}
    require: {at-least: much, atmost: 3}
    message: x
    tests: [{file: a.yaml}]
  - id: Our X
";
    let workspace = Workspace::with(".leaselint.yaml", config).and("a.yaml", &sound());
    let run = workspace.run(&["lint"]);
    assert_eq!(run.status, 2);
    insta::assert_snapshot!(run.stderr);
}
