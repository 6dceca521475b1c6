//! What was judged before is answered alike, and only what is the same is taken for it.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "server/as_sent.rs"]
mod as_sent;

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use webhook::review::{Decision, Mode, Policy, Reviewed, Reviewer};

use as_sent::as_sent;

fn recorded() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../benches/webhook/reviews");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (
            name,
            serde_json::from_slice(&fs::read(path).unwrap()).unwrap(),
        )
    };
    files.into_iter().map(read).collect()
}

fn named(part: &str) -> Value {
    let mut all = recorded().into_iter();
    all.find(|(name, _)| name.contains(part)).unwrap().1
}

fn ask(reviewer: &Reviewer, review: &Value) -> Reviewed {
    reviewer.review(as_sent(review).as_bytes()).unwrap()
}

fn fresh() -> Reviewer {
    Reviewer::new(Policy::default())
}

/// Asks until it is worth keeping: what comes once is not kept.
fn ask_twice(reviewer: &Reviewer, review: &Value) -> Reviewed {
    assert!(!ask(reviewer, review).is_recalled);
    let second = ask(reviewer, review);
    assert!(!second.is_recalled);
    second
}

/// Everything of an answer but whether it was recalled.
fn said(reviewed: &Reviewed) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        String::from_utf8(reviewed.body.clone()).unwrap(),
        reviewed.decision,
        reviewed.kind,
        reviewed.dry_run,
        reviewed.findings.clone(),
        reviewed.subject.clone(),
    )
}

#[test]
fn recorded_reviews_are_recalled_and_answered_alike() {
    let reviewer = fresh();
    let mut recalled = Vec::new();
    for (name, review) in recorded() {
        let alone = ask(&fresh(), &review);
        let first = ask_twice(&reviewer, &review);
        let again = ask(&reviewer, &review);
        assert!(!alone.is_recalled, "{name}");
        assert_eq!(said(&first), said(&alone), "{name}");
        assert_eq!(said(&again), said(&alone), "{name}");
        if again.is_recalled {
            recalled.push(name);
        }
    }
    // Thirteen of the fourteen that are created, one is denied, and nine that are changed.
    assert_eq!(recalled.len(), 22, "{recalled:?}");
    assert!(
        recalled
            .iter()
            .all(|name| !name.contains("-quarry") || name.contains("-update-"))
    );
}

#[test]
fn what_every_request_has_anew_is_not_looked_at() {
    for part in ["create-deployment-granite", "update-deployment-lantern"] {
        let reviewer = fresh();
        let mut review = named(part);
        let first = ask_twice(&reviewer, &review);
        review["request"]["uid"] = json!("another");
        review["request"]["userInfo"]["username"] = json!("somebody-else");
        for object in ["object", "oldObject"] {
            let object = &mut review["request"][object];
            if object.is_null() {
                continue;
            }
            object["status"] = json!({"replicas": 7});
            let metadata = &mut object["metadata"];
            metadata["resourceVersion"] = json!("123456");
            metadata["generation"] = json!(77);
            metadata["uid"] = json!("3a9d2f74-0000-4000-8000-000000000000");
            metadata["creationTimestamp"] = json!("2020-02-02T02:02:02Z");
            metadata["managedFields"] = json!([]);
        }
        let again = ask(&reviewer, &review);
        assert!(again.is_recalled, "{part}");
        assert_eq!(again.findings, first.findings);
        let answer: Value = serde_json::from_slice(&again.body).unwrap();
        assert_eq!(answer["response"]["uid"], "another");
    }
}

/// Where all the leaves of a value are.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, inner) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                leaves(inner, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, inner) in items.iter().enumerate() {
                leaves(inner, &format!("{path}/{at}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn changed(leaf: &Value) -> Value {
    match leaf {
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        Value::Null => json!({}),
        Value::Array(_) => json!(["x"]),
        Value::Object(_) => json!({"x": "x"}),
    }
}

#[test]
fn whatever_else_differs_is_judged_anew() {
    const PASSING: [&str; 6] = [
        "/status",
        "/metadata/resourceVersion",
        "/metadata/generation",
        "/metadata/uid",
        "/metadata/creationTimestamp",
        "/metadata/managedFields",
    ];
    let mut tried = 0;
    for part in ["create-deployment-granite", "update-deployment-lantern"] {
        let review = named(part);
        let reviewer = fresh();
        ask_twice(&reviewer, &review);
        for object in ["object", "oldObject"] {
            let object = format!("/request/{object}");
            let mut found = Vec::new();
            leaves(review.pointer(&object).unwrap(), &object, &mut found);
            for path in found {
                let inner = path.strip_prefix(&object).unwrap();
                if inner.is_empty() || PASSING.iter().any(|passing| inner.starts_with(passing)) {
                    continue;
                }
                let mut other = review.clone();
                let leaf = other.pointer_mut(&path).unwrap();
                *leaf = changed(leaf);
                let reviewed = ask_twice(&reviewer, &other);
                assert_eq!(said(&reviewed), said(&ask(&fresh(), &other)), "{path}");
                tried += 1;
            }
        }
        let again = ask(&reviewer, &review);
        assert!(again.is_recalled, "it is still known");
    }
    assert!(tried > 200, "only {tried} leaves were changed");
}

#[test]
fn a_member_of_one_object_is_not_taken_for_one_of_the_other() {
    let review = named("update-deployment-orchard");
    let reviewer = fresh();
    ask_twice(&reviewer, &review);
    let mut swapped = review.clone();
    let request = &mut swapped["request"];
    let (object, old) = (request["object"].take(), request["oldObject"].take());
    request["object"] = old;
    request["oldObject"] = object;
    ask_twice(&reviewer, &swapped);
    let mut without = review.clone();
    without["request"]["oldObject"] = Value::Null;
    ask_twice(&reviewer, &without);
    let mut created = without;
    created["request"]["operation"] = json!("CREATE");
    ask_twice(&reviewer, &created);
    assert!(ask(&reviewer, &review).is_recalled);
}

#[test]
fn every_denial_is_a_judgement_of_its_own() {
    let reviewer = fresh();
    let review = named("create-deployment-quarry");
    for _ in 0..4 {
        let reviewed = ask(&reviewer, &review);
        assert_eq!(reviewed.decision, Decision::Denied);
        assert!(!reviewed.is_recalled);
    }
}

#[test]
fn another_policy_judges_anew() {
    let reviewer = fresh();
    let review = named("create-deployment-granite");
    assert_eq!(ask_twice(&reviewer, &review).decision, Decision::Warned);
    assert!(ask(&reviewer, &review).is_recalled);
    let mut policy = Policy::default();
    let severities = &mut policy.settings.severities;
    severities.insert("single-replica".to_owned(), None);
    reviewer.set_policy(policy);
    let reviewed = ask_twice(&reviewer, &review);
    assert_eq!(reviewed.decision, Decision::Allowed);
    reviewer.set_policy(Policy {
        mode: Mode::Warn,
        ..Policy::default()
    });
    assert_eq!(ask(&reviewer, &review).decision, Decision::Warned);
}
