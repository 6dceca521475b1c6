//! A rule of the user's own over a field that no built-in rule reads, and over an elector: it speaks in `lint`, in `diff`,
//! and at admission on CREATE and on UPDATE, because what it queries is read of live objects, too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::sync::atomic::AtomicBool;

use custom::{CustomRule, Query, Requirement, RuleSubject};
use engine::{Engine, Input, Rule, Settings, Severity, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use serde_json::{Value, json};
use webhook::review::{Policy, Reviewed, Reviewer};

fn rule(id: &str, subject: RuleSubject, select: &str, require: Requirement) -> &'static Rule {
    let rule = CustomRule {
        subject,
        select: Query::parse(select).unwrap(),
        conditions: Vec::new(),
        require,
        message: "it is {value}".to_owned(),
        help: "Our clusters want it otherwise.".to_owned(),
        has_matched: AtomicBool::new(false),
    };
    rule.into_rule(id, Severity::Error).1
}

fn settings() -> Settings {
    let dns = rule(
        "our-dns-policy",
        RuleSubject::Object(vec!["Deployment".to_owned()]),
        "$.spec.template.spec.dnsPolicy",
        Requirement::Equals("ClusterFirst".into()),
    );
    let lease = rule(
        "our-lease-duration",
        RuleSubject::Elector,
        "$.timing.leaseDuration.seconds",
        Requirement::AtLeast(30.0),
    );
    Settings {
        rules: vec![dns, lease],
        ..Settings::default()
    }
}

fn deployment(dns: &str, lease: &str, arguments: &[&str]) -> Value {
    let lease = format!("--leader-elect-lease-duration={lease}");
    let arguments: Vec<&str> = arguments.iter().copied().chain([lease.as_str()]).collect();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "orders"}},
            "template": {
                "metadata": {"labels": {"app": "orders"}},
                "spec": {
                    "dnsPolicy": dns,
                    "containers": [{"name": "manager", "image": "controller:1", "args": arguments}],
                },
            },
        },
    })
}

const ELECTS: &[&str] = &["--leader-elect", "--leader-elect-resource-name=orders"];

fn input(first: u32, object: &Value) -> Input {
    let (id, text) = (FileId(first), object.to_string());
    let file = read_file(id, "a.json", text.as_bytes(), true, ReadLimits::default());
    Input::starting_at(id, vec![file])
}

fn found<'w>(engine: &'w Engine, task: Task<'_, 'w>) -> Vec<&'static str> {
    let outcome = engine.judge(task);
    assert!(outcome.internal.is_empty(), "{:?}", outcome.internal);
    let findings = outcome.findings.iter().map(|finding| finding.rule.id);
    findings.filter(|id| id.starts_with("our-")).collect()
}

fn review(reviewer: &Reviewer, operation: &str, object: &Value, old: &Value) -> Reviewed {
    let head = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5", "operation": operation, "name": "orders", "namespace": "shop",
            "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
            "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        },
    });
    let head = head.to_string();
    let head = head.strip_suffix("}}").unwrap();
    let body = format!("{head},\"object\":{object},\"oldObject\":{old}}}}}");
    let reviewed = reviewer.review(body.as_bytes()).unwrap();
    assert!(reviewed.failed_rules.is_empty(), "{reviewed:?}");
    reviewed
}

fn found_at_admission(reviewed: &Reviewed) -> Vec<&'static str> {
    let found = reviewed.findings.iter().map(|(rule, _)| *rule);
    found.filter(|id| id.starts_with("our-")).collect()
}

#[test]
fn it_speaks_in_lint_and_in_diff() {
    let engine = Engine::new(settings());
    let right = input(0, &deployment("ClusterFirst", "60s", ELECTS));
    let wrong = input(1, &deployment("Default", "20s", ELECTS));
    assert_eq!(found(&engine, Task::lint(&right)), Vec::<&str>::new());
    let both = ["our-dns-policy", "our-lease-duration"];
    let mut linted = found(&engine, Task::lint(&wrong));
    linted.sort_unstable();
    assert_eq!(linted, both);
    let mut changed = found(&engine, Task::change(&right, &wrong));
    changed.sort_unstable();
    assert_eq!(changed, both);
    assert_eq!(
        found(&engine, Task::change(&wrong, &right)),
        Vec::<&str>::new()
    );
}

#[test]
fn it_speaks_at_admission() {
    let reviewer = Reviewer::new(Policy {
        settings: settings(),
        ..Policy::default()
    });
    let right = deployment("ClusterFirst", "60s", ELECTS);
    let wrong = deployment("Default", "20s", ELECTS);
    let created = review(&reviewer, "CREATE", &wrong, &Value::Null);
    let mut found = found_at_admission(&created);
    found.sort_unstable();
    assert_eq!(found, ["our-dns-policy", "our-lease-duration"]);
    let fine = review(&reviewer, "CREATE", &right, &Value::Null);
    assert_eq!(found_at_admission(&fine), Vec::<&str>::new());

    // The one field alone changes.
    let dns = deployment("Default", "60s", ELECTS);
    let updated = review(&reviewer, "UPDATE", &dns, &right);
    assert_eq!(found_at_admission(&updated), ["our-dns-policy"]);
    let body = String::from_utf8(updated.body.clone()).unwrap();
    assert!(body.contains("it is Default"), "{body}");

    // It need not elect.
    let silent = deployment("Default", "60s", &[]);
    let created = review(&reviewer, "CREATE", &silent, &Value::Null);
    assert!(found_at_admission(&created).contains(&"our-dns-policy"));
}

#[test]
fn a_large_object_does_not_hold_an_admission_up() {
    let reviewer = Reviewer::new(Policy {
        settings: Settings {
            rules: vec![rule(
                "our-names",
                RuleSubject::Object(Vec::new()),
                "$..[?@.name == 'x']",
                Requirement::Exists(false),
            )],
            ..Settings::default()
        },
        ..Policy::default()
    });
    let found = |count: u32| {
        let mut object = deployment("Default", "60s", ELECTS);
        let mut many: Vec<Value> = (0..count).map(|number| json!({"name": number})).collect();
        many.push(json!({"name": "x"}));
        object["spec"]["many"] = json!(many);
        found_at_admission(&review(&reviewer, "CREATE", &object, &Value::Null))
    };
    assert_eq!(found(10), ["our-names"]);
    // The last of so many is not looked for.
    assert_eq!(found(60_000), Vec::<&str>::new());
}
