//! `schema`: reports are as their schemas say, and the configuration's schema takes what the program takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::json_shape::everything;
use super::schema_check::{problems, validator};
use super::shared_configuration::uncommented;
use super::workspace::{ERROR, Workspace, sound, warning};

fn schema(of: &str) -> String {
    let run = Workspace::new().run(&["schema", of]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{of}");
    run.stdout
}

/// The reports that have a schema, and how many keys each has at least.
const REPORTS: &[(&str, usize)] = &[
    ("lint", 60),
    ("inspect", 60),
    ("diff", 60),
    ("rules", 11),
    ("rule", 11),
    #[cfg(feature = "live")]
    ("leases", 30),
    #[cfg(feature = "live")]
    ("event", 7),
    #[cfg(feature = "live")]
    ("audit", 60),
    #[cfg(feature = "serve")]
    ("certs", 20),
];

/// `LEASELINT_BLESS=1 cargo test schemas` writes them anew.
#[test]
#[cfg(all(feature = "live", feature = "serve"))]
fn the_published_schemas_are_those_of_this_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let mut published = BTreeSet::new();
    for of in REPORTS.iter().map(|(of, _)| *of).chain(["config"]) {
        let file = folder.join(format!("{of}.json"));
        if std::env::var_os("LEASELINT_BLESS").is_some() {
            fs::write(&file, schema(of)).expect("it is written");
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            text.replace("\r\n", "\n") == schema(of),
            "{}: LEASELINT_BLESS=1 writes it anew",
            file.display()
        );
        published.insert(file);
    }
    let there = fs::read_dir(&folder).expect("a folder");
    let there = there.map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(published, there);
}

#[test]
fn every_key_of_a_report_is_described() {
    for (of, least) in REPORTS {
        let schema: Value = serde_json::from_str(&schema(of)).expect("JSON");
        let definitions = schema["definitions"].as_object();
        let definitions = definitions.into_iter().flat_map(|all| all.values());
        let mappings = definitions.chain([&schema]);
        let keys = mappings.filter_map(|mapping| mapping["properties"].as_object());
        let mut count = 0;
        for (key, about) in keys.flatten() {
            assert!(about["description"].is_string(), "{of}: {key}");
            count += 1;
        }
        assert!(count >= *least, "{of}: {count}");
    }
}

#[test]
fn reports_are_as_their_schemas_say() {
    let workspace = everything();
    workspace.run(&["lint", "--write-baseline", "known.txt", "error.yaml"]);
    let gone = fs::read_to_string(workspace.path().join("known.txt")).expect("it is there");
    let gone = gone.replace("error.yaml", "gone.yaml");
    workspace.write("known.txt", gone.as_bytes());
    workspace.write("base/a.yaml", sound().as_bytes());
    workspace.write("base/b.yaml", warning().as_bytes());
    workspace.write("head/a.yaml", ERROR.as_bytes());
    workspace.write("head/b.yaml", sound().as_bytes());
    for arguments in [
        &["lint"] as &[&str],
        &[
            "lint",
            "--show-suppressed",
            "--profile",
            "pedantic",
            "--baseline",
            "known.txt",
        ],
        &["inspect"],
        &["diff", "base", "head"],
        &[
            "diff",
            "base",
            "head",
            "--all",
            "--show-suppressed",
            "--baseline",
            "known.txt",
        ],
        &["diff", "error.yaml", "fix.yaml"],
    ] {
        let validator = validator(&schema(arguments[0]));
        let report = workspace.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(problems(&validator, &report.json()), "", "{arguments:?}");
        assert!(
            report.stdout.len() > 1000,
            "{arguments:?}: {}",
            report.stdout
        );
    }
    for (of, arguments) in [
        ("rules", &["rules"] as &[&str]),
        ("rule", &["explain", "single-replica"]),
        #[cfg(feature = "serve")]
        (
            "certs",
            &["certs", "show", "c/tls.crt", "c/tls.key", "error.yaml"],
        ),
    ] {
        if of == "certs" {
            workspace.run(&["certs", "issue", "--dir", "c", "--dns", "a.b"]);
        }
        let report = workspace.run(&[arguments, &["--format", "json"]].concat());
        let problems = problems(&validator(&schema(of)), &report.json());
        assert_eq!(problems, "", "{of}");
    }
    // The check sees what is missing, superfluous, of another kind or another word.
    let report = workspace.run(&["lint", "--format", "json"]).json();
    let validator = validator(&schema("lint"));
    for (pointer, value) in [
        ("/findings/0", serde_json::json!({"rule": "x"})),
        ("/summary/files", serde_json::json!("1")),
        ("/findings/0/severity", serde_json::json!("fatal")),
        ("/findings/0/location/more", serde_json::json!(1)),
        ("/schema", serde_json::json!("leaselint/lint/v2")),
    ] {
        let mut wrong = report.clone();
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = wrong.pointer_mut(parent).expect("it is there");
        match parent {
            Value::Array(items) => items[0] = value,
            parent => parent[key] = value,
        }
        assert_ne!(problems(&validator, &wrong), "", "{pointer}");
    }
}

/// What the program says of a configuration; empty: it takes it.
fn mistakes(configuration: &str) -> String {
    let workspace = Workspace::with(".leaselint.yaml", configuration);
    let run = workspace.run(&["lint", "--show-settings"]);
    assert_eq!(run.stderr.is_empty(), run.status == 0, "{}", run.stderr);
    run.stderr
}

fn document(configuration: &str) -> Value {
    serde_yaml::from_str(configuration).expect("YAML")
}

/// A key that nothing knows in each mapping of a configuration, and the name of that mapping in the schema.
const UNKNOWN_KEYS: &[(&str, &str)] = &[
    ("", "zzzzzzzzzz: 1"),
    ("LimitKeys", "limits: {zzzzzzzzzz: 1}"),
    (
        "PathKeys",
        "per-path: [{path: a, rules: {}, zzzzzzzzzz: 1}]",
    ),
    (
        "IgnoreKeys",
        "ignore: [{rule: single-replica, reason: edge, zzzzzzzzzz: 1}]",
    ),
    ("RenderKeys", "render: {zzzzzzzzzz: 1}"),
    ("ChartKeys", "render: {charts: [{path: a, zzzzzzzzzz: 1}]}"),
    (
        "ReleaseKeys",
        "render: {charts: [{path: a, releases: [{name: a, zzzzzzzzzz: 1}]}]}",
    ),
    #[cfg(feature = "serve")]
    ("AdmissionKeys", "admission: {zzzzzzzzzz: 1}"),
    #[cfg(feature = "serve")]
    (
        "DenyAfterKeys",
        "admission: {missingAccess: {zzzzzzzzzz: 1}}",
    ),
    #[cfg(feature = "custom-rules")]
    (
        "CustomRuleKeys",
        "custom-rules: [{id: a, for: elector, select: $.a, require: {exists: true}, message: m, zzzzzzzzzz: 1}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        "RequirementKeys",
        "custom-rules: [{id: a, for: elector, select: $.a, require: {zzzzzzzzzz: 1}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        "RuleTestKeys",
        "custom-rules: [{id: a, for: elector, select: $.a, require: {exists: true}, message: m, tests: [{file: a, finds: 1, zzzzzzzzzz: 1}]}]",
    ),
];

#[test]
fn the_schema_of_the_configuration_has_the_keys_that_are_read() {
    let schema: Value = serde_json::from_str(&schema("config")).expect("JSON");
    for (name, configuration) in UNKNOWN_KEYS {
        let keys = match *name {
            "" => &schema["properties"],
            name => &schema["definitions"][name]["properties"],
        };
        let keys: BTreeSet<&str> = keys
            .as_object()
            .expect(name)
            .keys()
            .map(String::as_str)
            .collect();
        let said = mistakes(configuration);
        let (_, list) = said.split_once("known are ").expect(&said);
        let list = list.split("Nothing was judged").next().unwrap_or_default();
        let known: BTreeSet<&str> = list.split('`').skip(1).step_by(2).collect();
        assert_eq!(keys, known, "{name}");
    }
}

/// Configurations, and whether they are taken.
const CONFIGURATIONS: &[(bool, &str)] = &[
    (true, "{}"),
    (true, "profile:\nlimits:\nrules:\nselect:\nignore:\n"),
    (
        true,
        "profile: strict\nbundle: folder\nforce-exclude: true\nexclude: [a/, '*.yaml']\n",
    ),
    (false, "profile: lax"),
    (false, "bundle: both"),
    (false, "force-exclude: often"),
    (false, "exclude: vendor/"),
    (
        true,
        "limits: {failoverTarget: 1h30m, apiOutageTarget: 0.5s, longestLease: 90s}",
    ),
    (false, "limits: {failoverTarget: 180}"),
    (false, "limits: {failoverTarget: 3 minutes}"),
    (false, "limits: {failoverTarget: }"),
    (false, "limits: []"),
    (true, "limits: {minRenewAttempts: 1, largestFile: 500 KiB}"),
    (true, "limits: {largestFile: 1000}"),
    (false, "limits: {minRenewAttempts: 0}"),
    (false, "limits: {minRenewAttempts: few}"),
    (false, "limits: {largestFile: 1.5 MiB}"),
    (false, "limits: {largestFile: 32 XiB}"),
    (
        true,
        "rules: {single-replica: error, timing: info, access: 'off'}",
    ),
    (false, "rules: {single-replica: fatal}"),
    (false, "rules: [single-replica]"),
    (
        true,
        "per-path: [{path: edge/, rules: {replicas: warning}}]",
    ),
    (false, "per-path: [{path: edge/}]"),
    (false, "per-path: {path: edge/, rules: {}}"),
    (true, "select: [timing, single-replica]"),
    (false, "select: timing"),
    (
        true,
        "ignore: [{rule: single-replica, reason: edge, until: 2999-01-31, object: warden, path: edge/}]",
    ),
    (false, "ignore: [{rule: single-replica}]"),
    (false, "ignore: [{reason: edge}]"),
    (
        false,
        "ignore: [{rule: single-replica, reason: edge, until: tomorrow}]",
    ),
    (
        true,
        "render: {helm: helm, timeout: 30s, charts: [{path: a, releases: [{name: x, set: {a.b: 1, c: [true]}, values: [v.yaml]}]}]}",
    ),
    (false, "render: {timeout: soon}"),
    (false, "render: {charts: [{releases: []}]}"),
    (
        false,
        "render: {charts: [{path: a, releases: [{name: -x}]}]}",
    ),
    (
        false,
        "render: {charts: [{path: a, releases: [{namespace: x}]}]}",
    ),
    (
        true,
        "programs: [{id: warden, like: unlisted-component, known-by: {images: [ops/warden]}, settings: {lease-duration: 30s, renew-deadline: {flags: [deadline]}}}]",
    ),
    (
        true,
        "programs: [{id: warden, like: unlisted-component, known-by: {images: ops/warden}, settings: {lease-duration: {default: 30s, flags: lease}}, lock: {name: null}}]",
    ),
    (false, "programs: [{id: warden, liek: unlisted-component}]"),
    (
        false,
        "programs: [{id: warden, like: unlisted-component, generic: often}]",
    ),
];

/// The same, of features.
const MORE_CONFIGURATIONS: &[(bool, &str)] = &[
    #[cfg(feature = "serve")]
    (
        true,
        "admission: {deny: all, transitions: deny, missingAccess: {denyAfter: 10m}, ignores: nobody}",
    ),
    #[cfg(feature = "serve")]
    (true, "admission: {missingAccess: warn}"),
    #[cfg(feature = "serve")]
    (false, "admission: {missingAccess: deny}"),
    #[cfg(feature = "serve")]
    (false, "admission: {deny: some}"),
    #[cfg(feature = "serve")]
    (false, "admission: {ignores: everybody}"),
    #[cfg(feature = "custom-rules")]
    (
        true,
        "custom-rules: [{id: a, for: elector, select: $.a, require: {at-least: 30, not: {one-of: [1, x]}}, message: m, where: {$.b: on, $.c: [1, 2], $.d: {exists: true}}}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        true,
        "custom-rules: [{id: a, severity: info, for: object, kind: Role, select: $.a, require: {equals: {a: 1}, matches: x}, message: m, help: h, tests: [{file: a, finds: 0}]}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        true,
        "custom-rules: [{id: our-rule, for: elector, select: $.a, require: {exists: true}, message: m}]\nrules: {our-rule: error}\nselect: [our-rule]\nignore: [{rule: our-rule, reason: r}]\n",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, for: elector, select: $.a, require: {}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: A B, for: elector, select: $.a, require: {exists: true}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, for: pods, select: $.a, require: {exists: true}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, severity: 'off', for: elector, select: $.a, require: {exists: true}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, for: elector, select: $.a, require: {at-least: many}, message: m}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, for: elector, select: $.a, require: {exists: true}}]",
    ),
    #[cfg(feature = "custom-rules")]
    (
        false,
        "custom-rules: [{id: a, for: elector, select: $.a, require: {exists: true}, message: m, tests: [{file: a}]}]",
    ),
];

#[test]
fn the_schema_of_the_configuration_takes_what_the_program_takes() {
    let validator = validator(&schema("config"));
    for (is_taken, configuration) in CONFIGURATIONS.iter().chain(MORE_CONFIGURATIONS) {
        let said = mistakes(configuration);
        assert_eq!(said.is_empty(), *is_taken, "{configuration}: {said}");
        let problems = problems(&validator, &document(configuration));
        assert_eq!(
            problems.is_empty(),
            *is_taken,
            "{configuration}: {problems}"
        );
    }
}

#[test]
#[cfg(all(feature = "serve", feature = "custom-rules"))]
fn what_init_writes_is_a_configuration_with_every_key() {
    let workspace = Workspace::new();
    assert_eq!(workspace.run(&["init"]).status, 0);
    let text = fs::read_to_string(workspace.path().join(".leaselint.yaml")).expect("it is there");
    let schema = schema("config");
    let parsed: Value = serde_json::from_str(&schema).expect("JSON");
    let first = format!(
        "# yaml-language-server: $schema={}",
        parsed["$id"].as_str().expect("text")
    );
    assert_eq!(text.lines().next(), Some(first.as_str()));

    let whole = format!("extends: []\n{}", uncommented(&text));
    assert_eq!(mistakes(&whole), "", "{whole}");
    let whole = document(&whole);
    assert_eq!(problems(&validator(&schema), &whole), "");
    let keys = |value: &Value| -> BTreeSet<String> {
        value
            .as_object()
            .expect("a mapping")
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(keys(&whole), keys(&parsed["properties"]));
}

#[test]
#[cfg(all(feature = "serve", feature = "custom-rules"))]
fn the_configurations_of_the_book_are_taken() {
    let page = include_str!("../../docs/configuration.md");
    let validator = validator(&schema("config"));
    let blocks = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let ours =
        blocks.filter(|block| block.starts_with("profile:") || block.starts_with("custom-rules:"));
    let mut checked = 0;
    for block in ours {
        assert_eq!(mistakes(block), "", "{block}");
        assert_eq!(problems(&validator, &document(block)), "", "{block}");
        checked += 1;
    }
    assert_eq!(checked, 2);
}
