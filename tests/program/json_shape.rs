//! The shape of `lint --format json` and `inspect --format json`: every key, its type, nothing else.

use serde_json::Value;

use super::workspace::{ERROR, TEMPLATE, Workspace, unknown, warning};

/// What a value must be.
enum Shape {
    Text,
    Whole,
    Number,
    Flag,
    Words(&'static [&'static str]),
    Null(Box<Shape>),
    List(Box<Shape>),
    Keys(Vec<(&'static str, Shape)>),
}

use Shape::{Flag, Keys, List, Null, Number, Text, Whole, Words};

fn optional(shape: Shape) -> Shape {
    Null(Box::new(shape))
}

fn list(shape: Shape) -> Shape {
    List(Box::new(shape))
}

impl Shape {
    fn check(&self, value: &Value, path: &str) {
        let fits = match self {
            Text => value.is_string(),
            Whole => value.is_u64(),
            Number => value.is_number(),
            Flag => value.is_boolean(),
            Words(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Null(shape) => {
                if !value.is_null() {
                    shape.check(value, path);
                }
                true
            }
            List(shape) => {
                let items = value
                    .as_array()
                    .unwrap_or_else(|| panic!("{path} is no list: {value}"));
                for (at, item) in items.iter().enumerate() {
                    shape.check(item, &format!("{path}[{at}]"));
                }
                true
            }
            Keys(keys) => {
                let object = value
                    .as_object()
                    .unwrap_or_else(|| panic!("{path} is no object: {value}"));
                let mut expected: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
                let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
                expected.sort_unstable();
                found.sort_unstable();
                assert_eq!(found, expected, "keys of {path}");
                for (key, shape) in keys {
                    shape.check(&value[key], &format!("{path}.{key}"));
                }
                true
            }
        };
        assert!(fits, "{path}: {value}");
    }
}

fn object() -> Shape {
    Keys(vec![
        ("apiVersion", Text),
        ("kind", Text),
        ("namespace", optional(Text)),
        ("name", Text),
    ])
}

fn location() -> Shape {
    Keys(vec![
        ("file", Text),
        ("line", Whole),
        ("column", Whole),
        ("endLine", Whole),
        ("endColumn", Whole),
        ("path", Text),
        ("rendered", optional(rendered())),
    ])
}

fn rendered() -> Shape {
    Keys(vec![
        ("by", Text),
        ("release", optional(Text)),
        ("template", optional(Text)),
        ("line", Whole),
        ("column", Whole),
        ("text", Text),
        ("traced", Flag),
    ])
}

fn lint() -> Shape {
    let edit = Keys(vec![
        ("file", Text),
        ("start", Whole),
        ("end", Whole),
        ("text", Text),
    ]);
    let fix = Keys(vec![("title", Text), ("safe", Flag), ("edits", list(edit))]);
    let by = Words(&["comment", "annotation", "config", "baseline"]);
    let finding = Keys(vec![
        ("rule", Text),
        ("severity", Words(&["error", "warning", "info"])),
        ("message", Text),
        ("help", Text),
        ("remedy", Text),
        ("url", Text),
        ("object", object()),
        ("container", optional(Text)),
        ("location", location()),
        (
            "related",
            list(Keys(vec![("location", location()), ("message", Text)])),
        ),
        ("fingerprint", Text),
        ("fixes", list(fix)),
        (
            "suppressed",
            optional(Keys(vec![("by", by), ("reason", Text)])),
        ),
    ]);
    let not_judged = Keys(vec![
        ("rule", Text),
        ("object", object()),
        ("container", optional(Text)),
        ("location", location()),
        ("code", Text),
        ("reason", Text),
    ]);
    let unread = Keys(vec![
        ("file", Text),
        ("line", Whole),
        ("column", Whole),
        (
            "code",
            Words(&["syntax", "template", "encoding", "too-large", "io", "limit"]),
        ),
        ("reason", Text),
    ]);
    let counts = [
        "files",
        "documents",
        "objects",
        "electors",
        "errors",
        "warnings",
        "infos",
        "suppressed",
        "notJudged",
        "unread",
    ];
    Keys(vec![
        ("schema", Words(&["leaselint/lint/v1"])),
        ("findings", list(finding)),
        ("notJudged", list(not_judged)),
        ("unread", list(unread)),
        (
            "internalErrors",
            list(Keys(vec![("rule", Text), ("message", Text)])),
        ),
        ("baseline", optional(baseline())),
        ("summary", Keys(counts.map(|count| (count, Whole)).into())),
    ])
}

fn baseline() -> Shape {
    let entry = Keys(vec![
        ("line", Whole),
        ("fingerprint", Text),
        ("rule", Text),
        ("file", Text),
    ]);
    Keys(vec![("file", Text), ("unmatched", list(entry))])
}

fn source() -> Shape {
    optional(Keys(vec![
        (
            "kind",
            Words(&["flag", "env", "configmap", "file", "default", "assumed"]),
        ),
        ("file", optional(Text)),
        ("line", optional(Whole)),
        ("column", optional(Whole)),
        ("text", Text),
        (
            "setBy",
            optional(Keys(vec![("file", Text), ("line", Whole), ("key", Text)])),
        ),
    ]))
}

fn inspect() -> Shape {
    let duration = || Keys(vec![("seconds", optional(Number)), ("source", source())]);
    let kinds = [
        "hostname-uuid",
        "hostname",
        "pod-name-env",
        "node-name",
        "literal",
        "env",
        "flag",
        "unknown",
    ];
    let promises = [
        "strictMargin",
        "leaderStopsAfter",
        "failoverAfterCrashWorst",
        "failoverAfterCrashP99",
        "failoverAfterReleaseWorst",
        "coldRestartWorst",
        "apiOutageSurvived",
        "apiOutageSurvivedHanging",
        "leaderlessAfterOutageWorst",
        "clockRateTolerated",
        "writesPerHour",
        "requestsPerHour",
    ];
    let elector = Keys(vec![
        ("file", Text),
        ("line", Whole),
        ("object", object()),
        ("container", Text),
        ("hook", optional(Text)),
        ("program", Text),
        ("library", Text),
        ("libraryVersion", optional(Text)),
        ("releases", optional(Flag)),
        ("certainty", Words(&["read", "listed", "assumed"])),
        (
            "record",
            optional(Keys(vec![
                ("repository", Text),
                ("revision", Text),
                ("date", Text),
                ("facts", list(Keys(vec![("fact", Text), ("place", Text)]))),
            ])),
        ),
        ("assumes", list(Text)),
        (
            "election",
            Keys(vec![
                ("state", Words(&["on", "off", "unknown"])),
                ("source", source()),
            ]),
        ),
        (
            "timing",
            Keys(vec![
                ("leaseDuration", duration()),
                ("renewDeadline", duration()),
                ("retryPeriod", duration()),
            ]),
        ),
        (
            "lock",
            Keys(vec![
                ("type", optional(Text)),
                ("namespace", optional(Text)),
                ("name", optional(Text)),
                ("source", source()),
            ]),
        ),
        (
            "identity",
            Keys(vec![
                ("kind", Words(Box::leak(Box::new(kinds)))),
                ("env", optional(Text)),
                ("unique", optional(Flag)),
            ]),
        ),
        (
            "replicas",
            Keys(vec![("count", optional(Whole)), ("source", source())]),
        ),
        (
            "serviceAccount",
            Keys(vec![("namespace", optional(Text)), ("name", Text)]),
        ),
        (
            "access",
            Keys(vec![
                ("state", Words(&["granted", "missing", "unknown"])),
                ("resource", optional(Text)),
                ("missing", list(Text)),
                (
                    "through",
                    list(Keys(vec![("binding", Text), ("role", Text)])),
                ),
                ("code", optional(Text)),
                ("reason", optional(Text)),
                ("within", optional(Text)),
            ]),
        ),
        (
            "promises",
            Keys(promises.map(|promise| (promise, optional(Number))).into()),
        ),
    ]);
    Keys(vec![
        ("schema", Words(&["leaselint/inspect/v1"])),
        ("electors", list(elector)),
    ])
}

/// Findings with a fix, related places and an ignore, a template, and something not judged.
pub fn everything() -> Workspace {
    let silenced = warning().replace(
        "replicas: 1",
        "replicas: 1  # leaselint: ignore[single-replica] one node at the edge",
    );
    Workspace::with("error.yaml", ERROR)
        .and(
            "fix.yaml",
            &ERROR.replace("lease-duration=10s", "lease-duration=15"),
        )
        .and("silenced.yaml", &silenced)
        .and("template.yaml", TEMPLATE)
        .and("unknown.yaml", &unknown())
        .and(
            "no-namespace.yaml",
            &ERROR.replace("  namespace: ops\n", ""),
        )
}

#[test]
fn lint_has_its_shape() {
    let workspace = everything();
    for arguments in [
        &["lint", "--format", "json"] as &[&str],
        &[
            "lint",
            "--format",
            "json",
            "--show-suppressed",
            "--profile",
            "pedantic",
        ],
        &["lint", "--format", "json", "-q"],
        &["lint", "--format", "json", "-v", "--color", "always"],
    ] {
        lint().check(&workspace.run(arguments).json(), "$");
    }
    lint().check(
        &Workspace::new().run(&["lint", "--format", "json"]).json(),
        "$",
    );
}

#[test]
fn lint_says_what_is_there() {
    let report = everything()
        .run(&["lint", "--format", "json", "--show-suppressed"])
        .json();
    let findings = report["findings"].as_array().expect("a list");
    let of = |file: &str, rule: &str| {
        let found = findings
            .iter()
            .find(|finding| finding["location"]["file"] == file && finding["rule"] == rule);
        found.unwrap_or_else(|| panic!("{rule} in {file}: {findings:#?}"))
    };
    let finding = of("error.yaml", "lease-not-above-renew");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["object"]["namespace"], "ops");
    assert_eq!(finding["container"], "manager");
    assert_eq!(
        finding["url"],
        "https://github.com/leaselint/leaselint/blob/main/docs/rules.md#lease-not-above-renew"
    );
    let location = &finding["location"];
    assert_eq!(location["line"], 20);
    assert_eq!(location["column"], 15);
    assert_eq!(location["endLine"], 20);
    assert_eq!(location["endColumn"], 48);
    assert_eq!(
        location["path"],
        "$.spec.template.spec.containers[0].args[1]"
    );
    assert_eq!(finding["related"][0]["location"]["line"], 21);
    assert_eq!(finding["suppressed"], Value::Null);

    assert_eq!(
        of("no-namespace.yaml", "lease-not-above-renew")["object"]["namespace"],
        Value::Null
    );
    let silenced = &of("silenced.yaml", "single-replica")["suppressed"];
    assert_eq!(silenced["by"], "comment");
    assert_eq!(silenced["reason"], "one node at the edge");
    assert!(
        !of("fix.yaml", "unreadable-duration")["fixes"]
            .as_array()
            .expect("a list")
            .is_empty()
    );

    assert_eq!(report["unread"][0]["file"], "template.yaml");
    assert_eq!(report["unread"][0]["code"], "template");
    assert_eq!(report["unread"][0]["line"], 4);
    assert_eq!(report["notJudged"][0]["location"]["file"], "unknown.yaml");
    let summary = &report["summary"];
    for (count, expected) in [("files", 6), ("suppressed", 1), ("unread", 1)] {
        assert_eq!(summary[count], expected, "{count}");
    }
    let open = findings
        .iter()
        .filter(|finding| finding["suppressed"].is_null())
        .count() as u64;
    let sum: u64 = ["errors", "warnings", "infos"]
        .iter()
        .filter_map(|key| summary[key].as_u64())
        .sum();
    assert_eq!(sum, open);
}

#[test]
fn fingerprints_depend_on_file_and_object_and_not_on_lines() {
    let fingerprint = |name: &str, text: &str| {
        let report = Workspace::with(name, text)
            .run(&["lint", "--format", "json"])
            .json();
        report["findings"][0]["fingerprint"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let one = fingerprint("a.yaml", ERROR);
    assert_eq!(fingerprint("a.yaml", &format!("# moved\n\n{ERROR}")), one);
    assert_ne!(fingerprint("b.yaml", ERROR), one);
    assert_ne!(
        fingerprint("a.yaml", &ERROR.replace("name: warden", "name: keeper")),
        one
    );
}

#[test]
fn a_file_has_the_same_fingerprints_from_wherever_it_is_named() {
    let workspace = Workspace::with("deploy/a.yaml", ERROR);
    workspace.write(".git/HEAD", b"ref: refs/heads/main\n");
    let fingerprint = |path: &str| {
        let report = workspace.run(&["lint", "--format", "json", path]).json();
        report["findings"][0]["fingerprint"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    let one = fingerprint("deploy/a.yaml");
    assert_eq!(fingerprint("deploy"), one);
    assert_eq!(fingerprint("./deploy/../deploy/a.yaml"), one);
    let absolute = workspace.path().join("deploy/a.yaml");
    assert_eq!(fingerprint(absolute.to_str().expect("text")), one);
}

#[test]
fn no_two_findings_of_a_run_share_a_fingerprint() {
    // The same object twice in one file: alike in all of which a fingerprint is made.
    let workspace = Workspace::with("a.yaml", &format!("{ERROR}---\n{ERROR}"));
    workspace.write("b.yaml", ERROR.as_bytes());
    let report = workspace.run(&["lint", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("a list");
    let mut known: Vec<&str> = findings
        .iter()
        .map(|finding| finding["fingerprint"].as_str().expect("text"))
        .collect();
    let count = known.len();
    assert!(count >= 3, "{report}");
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), count, "{report}");
}

#[test]
fn silenced_findings_are_listed_only_if_asked_for() {
    let workspace = everything();
    let silenced = |arguments: &[&str]| {
        let report = workspace.run(arguments).json();
        let findings = report["findings"].as_array().expect("a list").clone();
        assert_eq!(report["summary"]["suppressed"], 1);
        findings
            .iter()
            .filter(|finding| !finding["suppressed"].is_null())
            .count()
    };
    assert_eq!(silenced(&["lint", "--format", "json"]), 0);
    assert_eq!(
        silenced(&["lint", "--format", "json", "--show-suppressed"]),
        1
    );
}

#[test]
fn inspect_has_its_shape() {
    let workspace = everything();
    inspect().check(&workspace.run(&["inspect", "--format", "json"]).json(), "$");
    inspect().check(
        &Workspace::new()
            .run(&["inspect", "--format", "json"])
            .json(),
        "$",
    );
}
