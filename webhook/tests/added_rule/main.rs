//! A rule is one folder, and nothing else is edited: a rule over a field that no other rule reads speaks in `lint`, in
//! `diff`, and at admission on CREATE and on UPDATE.
//!
//! The folder beside this file is compiled into this test alone, as the engine's build compiles its own. The crate's root
//! holds the names that a rule finds at the root of the engine.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

#[path = "frequent-liveness-probe/rule.rs"]
mod rule;

use engine::{
    Check, Draft, Engine, FixAvailability, Group, Input, Needs, Profile, Rule, Settings, Severity,
    Sink, Task, read_file,
};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use serde_json::{Value, json};
use std::sync::Arc;
use webhook::cluster::{ClusterState, WatchedResource};
use webhook::review::{Policy, Reviewed, Reviewer};

const ID: &str = "frequent-liveness-probe";

fn settings() -> Settings {
    Settings {
        rules: vec![&rule::RULE],
        ..Settings::default()
    }
}

fn reviewer() -> Reviewer {
    Reviewer::new(Policy {
        settings: settings(),
        ..Policy::default()
    })
}

/// A Deployment that elects, probed so often.
fn deployment(period_seconds: u32) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "orders"}},
            "template": {
                "metadata": {"labels": {"app": "orders"}},
                "spec": {"containers": [container(period_seconds)]},
            },
        },
    })
}

fn container(period_seconds: u32) -> Value {
    json!({
        "name": "manager", "image": "controller:1",
        "args": ["--leader-elect", "--leader-election-id=orders"],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8081}, "periodSeconds": period_seconds},
    })
}

fn input(first: u32, object: &Value) -> Input {
    let (id, text) = (FileId(first), object.to_string());
    let file = read_file(id, "a.json", text.as_bytes(), true, ReadLimits::default());
    Input::starting_at(id, vec![file])
}

fn review(reviewer: &Reviewer, operation: &str, object: &Value, old: &Value) -> Reviewed {
    let (group, version) = object["apiVersion"]
        .as_str()
        .unwrap()
        .split_once('/')
        .unwrap();
    let head = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5", "operation": operation, "name": "orders", "namespace": "shop",
            "kind": {"group": group, "version": version, "kind": object["kind"]},
            "resource": {"group": group, "version": version, "resource": "workloads"},
        },
    });
    let head = head.to_string();
    let head = head.strip_suffix("}}").unwrap();
    let body = format!("{head},\"object\":{object},\"oldObject\":{old}}}}}");
    let reviewed = reviewer.review(body.as_bytes()).unwrap();
    assert!(reviewed.failed_rules.is_empty(), "{reviewed:?}");
    reviewed
}

/// Whether a review warns of the probe.
fn warns(reviewed: &Reviewed) -> bool {
    String::from_utf8(reviewed.body.clone())
        .unwrap()
        .contains(ID)
}

fn has_found(reviewed: &Reviewed) -> bool {
    reviewed.findings.iter().any(|(rule, _)| *rule == ID)
}

fn count<'w>(engine: &'w Engine, task: Task<'_, 'w>) -> usize {
    let findings = engine.judge(task).findings.into_iter();
    findings.filter(|finding| finding.rule.id == ID).count()
}

#[test]
fn it_speaks_in_lint_and_in_diff() {
    let engine = Engine::new(settings());
    let (before, after) = (input(0, &deployment(10)), input(1, &deployment(1)));
    assert_eq!(count(&engine, Task::lint(&after)), 1);
    assert_eq!(count(&engine, Task::lint(&before)), 0);
    assert_eq!(count(&engine, Task::change(&before, &after)), 1);
}

#[test]
fn it_speaks_at_admission_when_an_object_is_created() {
    let reviewer = reviewer();
    for (period, expected) in [(1, true), (10, false)] {
        let created = review(&reviewer, "CREATE", &deployment(period), &Value::Null);
        assert_eq!((has_found(&created), warns(&created)), (expected, expected));
    }
    // Wherever pods are described: in an init container that stays, and in a Pod.
    let mut sidecar = container(1);
    sidecar["restartPolicy"] = json!("Always");
    let mut object = deployment(10);
    let spec = &mut object["spec"]["template"]["spec"];
    spec["containers"] = json!([{"name": "web", "image": "nginx"}]);
    spec["initContainers"] = json!([sidecar]);
    assert!(has_found(&review(
        &reviewer,
        "CREATE",
        &object,
        &Value::Null
    )));
}

#[test]
fn it_speaks_at_admission_when_nothing_else_of_an_object_changes() {
    let reviewer = reviewer();
    let update = |object: &Value, old: &Value| review(&reviewer, "UPDATE", object, old);
    let changed = update(&deployment(1), &deployment(10));
    assert!(has_found(&changed) && warns(&changed));
    let kept = update(&deployment(1), &deployment(1));
    assert!(has_found(&kept) && !warns(&kept), "it is nothing new");
    assert!(!has_found(&update(&deployment(10), &deployment(1))));
    // Without the rule nobody reads the probe, and the change is none.
    let others = Reviewer::new(Policy::default());
    let unread = review(&others, "UPDATE", &deployment(1), &deployment(10));
    assert!(!has_found(&unread));
}

#[test]
fn it_speaks_when_a_known_workload_is_scaled() {
    let cluster = ClusterState::new(Vec::new()).with_fields_of(&Engine::new(settings()));
    let deployment = deployment(1).to_string();
    let cluster = cluster
        .with_objects([(WatchedResource::Deployments, deployment.as_str())])
        .unwrap();
    let policy = Policy {
        settings: settings(),
        ..Policy::default()
    };
    let reviewer = Reviewer::among(policy, Arc::new(cluster));
    let scale = |replicas: u32| {
        json!({"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "orders", "namespace": "shop"},
            "spec": {"replicas": replicas}})
    };
    let body = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5", "operation": "UPDATE", "name": "orders", "namespace": "shop", "subResource": "scale",
            "kind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
            "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
            "object": scale(3), "oldObject": scale(2),
        },
    });
    let reviewed = reviewer.review(body.to_string().as_bytes()).unwrap();
    assert!(has_found(&reviewed), "{reviewed:?}");
}
