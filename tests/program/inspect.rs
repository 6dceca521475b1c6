//! `inspect`: what an elector does, where its values come from, what its numbers promise.

use serde_json::{Value, json};

use super::workspace::{Workspace, sound, unknown};

#[test]
fn values_come_with_their_origins() {
    let text = sound().replace("            - --leader-elect-retry-period=2s\n", "");
    let report = Workspace::with("a.yaml", &text)
        .run(&["inspect", "--format", "json"])
        .json();
    let elector = &report["electors"][0];
    assert_eq!(elector["file"], "a.yaml");
    assert_eq!(elector["line"], 16);
    assert_eq!(elector["election"]["state"], "on");
    assert_eq!(
        elector["timing"]["leaseDuration"],
        json!({"seconds": 15.0, "source": {
            "kind": "flag", "file": "a.yaml", "line": 20, "column": 15,
            "text": "--leader-elect-lease-duration=15s", "setBy": null,
        }})
    );
    let retry = &elector["timing"]["retryPeriod"];
    assert_eq!(retry["seconds"], 2.0);
    assert!(["default", "assumed"].contains(&retry["source"]["kind"].as_str().expect("a word")));
    assert_eq!(retry["source"]["file"], Value::Null);
    assert_eq!(elector["lock"]["name"], "warden");
    assert_eq!(elector["replicas"]["count"], 2);
    assert_eq!(
        elector["serviceAccount"],
        json!({"namespace": "ops", "name": "warden"})
    );
}

/// Has a configuration say that a program is the one of [`sound`].
fn listing(facts: &str) -> String {
    format!(
        "programs:\n  - id: warden\n    name: Warden\n    like: unlisted-component\n    generic: false\n    \
         known-by: {{images: [ops/warden]}}\n{facts}"
    )
}

#[test]
fn what_is_not_known_is_promised_at_its_worst_and_marked() {
    let inspected = |configuration: Option<&str>| {
        let workspace = Workspace::with("a.yaml", &sound());
        if let Some(text) = configuration {
            workspace.write(".leaselint.yaml", text.as_bytes());
        }
        let report = workspace.run(&["inspect", "--format", "json"]).json();
        let mut elector = report["electors"][0].clone();
        let promises = elector["promises"].take();
        let figures = [
            "leaderStopsAfter",
            "strictMargin",
            "apiOutageSurvivedHanging",
        ];
        let figures = figures.map(|name| promises[name].as_f64().expect("a number"));
        let facts = ["certainty", "releases", "assumes", "libraryVersion"];
        (figures, facts.map(|name| elector[name].take()))
    };
    // 15s, 10s and 2s: a release without a timeout hangs for another 10s, with one of 5s for 5s.
    assert_eq!(
        inspected(None),
        (
            [22.0, -7.0, 0.0],
            [
                json!("assumed"),
                Value::Null,
                json!(["releases", "clientTimeout"]),
                Value::Null
            ]
        )
    );
    let known = listing("    client-timeout: true\n    releases: false\n");
    assert_eq!(
        inspected(Some(&known)),
        (
            [12.0, 3.0, 5.0],
            [json!("listed"), json!(false), json!([]), Value::Null]
        )
    );
    let released = listing("    client-timeout: true\n    releases: true\n");
    assert_eq!(
        inspected(Some(&released)),
        (
            [17.0, -2.0, 5.0],
            [json!("listed"), json!(true), json!([]), Value::Null]
        )
    );
    let half_known = listing("    client-timeout: true\n");
    assert_eq!(
        inspected(Some(&half_known)),
        (
            [17.0, -2.0, 5.0],
            [
                json!("listed"),
                Value::Null,
                json!(["releases"]),
                Value::Null
            ]
        )
    );
    let text = Workspace::with("a.yaml", &sound()).run(&["inspect"]).stdout;
    assert!(
        text.contains("taken at its worst: whether the lock is released on exit, whether"),
        "{text}"
    );
}

#[test]
fn promises_are_those_of_the_numbers() {
    let report = Workspace::with("a.yaml", &sound())
        .run(&["inspect", "--format", "json"])
        .json();
    let promises = &report["electors"][0]["promises"];
    for (promise, expected) in [
        ("failoverAfterCrashWorst", 23.8),
        ("coldRestartWorst", 19.4),
        ("apiOutageSurvived", 8.0),
        ("writesPerHour", 1800.0),
        ("requestsPerHour", 2925.0),
    ] {
        assert_eq!(promises[promise].as_f64(), Some(expected), "{promise}");
    }
}

#[test]
fn what_is_not_known_is_null() {
    let report = Workspace::with("a.yaml", &unknown())
        .run(&["inspect", "--format", "json"])
        .json();
    let elector = &report["electors"][0];
    assert_eq!(elector["timing"]["leaseDuration"]["seconds"], Value::Null);
    let promises = elector["promises"].as_object().expect("an object");
    assert!(promises.values().all(Value::is_null));
}

#[test]
fn one_elector_is_shown_in_full() {
    let run = Workspace::with("a.yaml", &sound()).run(&["inspect"]);
    assert_eq!(run.status, 0);
    for part in [
        "Deployment ops/warden, container manager",
        "a.yaml:16",
        "--leader-elect-lease-duration=15s (a.yaml:20:15)",
        "after a crash a standby leads within 23.8s",
    ] {
        assert!(run.stdout.contains(part), "{part}\n{}", run.stdout);
    }
}

#[test]
fn several_electors_are_a_table() {
    let workspace = Workspace::with("a.yaml", &sound()).and(
        "b.yaml",
        &sound().replace("warden", "keeper").replace("=15s", "=30s"),
    );
    insta::assert_snapshot!(workspace.run(&["inspect"]).stdout);
    assert!(
        workspace
            .run(&["inspect", "--detail"])
            .stdout
            .contains("what the numbers promise")
    );
    let chosen = workspace.run(&["inspect", "--name", "keeper"]);
    assert!(
        chosen.stdout.starts_with("Deployment ops/keeper"),
        "{}",
        chosen.stdout
    );
    let none = workspace.run(&["inspect", "--name", "nobody"]);
    assert_eq!(
        (none.status, &*none.stdout),
        (
            0,
            "Nothing of that name elects a leader; 2 electors here.\n"
        )
    );
}

#[test]
fn nothing_that_elects_is_said() {
    let workspace = Workspace::with(
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    );
    insta::assert_snapshot!(
        workspace.run(&["inspect"]).stdout,
        @"Read 1 file, 1 document, 1 object: no container that elects a leader was found."
    );
}
