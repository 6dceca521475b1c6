//! Reviews among the objects of a cluster: which mode holds, and what watches decide.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::sync::Arc;

use serde_json::{Value, json};

use crate::review::{Decision, Policy, Reviewed, Reviewer};
use cluster::{ClusterState, WatchedResource};

pub(super) const GOOD: [&str; 2] = ["15s", "10s"];
pub(super) const BAD: [&str; 2] = ["10s", "10s"];

pub(super) fn cluster() -> Arc<ClusterState> {
    Arc::new(ClusterState::of([]).unwrap())
}

pub(super) fn put(state: &ClusterState, what: WatchedResource, object: &Value) {
    state.put(what, &object.to_string()).unwrap();
}

pub(super) fn namespace(state: &ClusterState, name: &str, mode: Option<&str>) {
    let labels = mode.map_or_else(|| json!({}), |mode| json!({"leaselint.io/mode": mode}));
    labelled(state, name, &labels);
}

pub(super) fn labelled(state: &ClusterState, name: &str, labels: &Value) {
    let object = json!({"metadata": {"name": name, "labels": labels}});
    put(state, WatchedResource::Namespaces, &object);
}

/// A Deployment with this lease and renew deadline.
pub(super) fn deployment(namespace: &str, [lease, renew]: [&str; 2]) -> Value {
    let arguments = [
        "--leader-elect".to_owned(),
        format!("--leader-elect-lease-duration={lease}"),
        format!("--leader-elect-renew-deadline={renew}"),
    ];
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "orders", "namespace": namespace},
        "spec": {"replicas": 2, "template": {"spec": {
            "serviceAccountName": "orders",
            "containers": [{"name": "manager", "image": "registry.example/orders:v1", "args": arguments}],
        }}},
    })
}

/// A ClusterRole, bound in every namespace to the account that Deployments here run as.
pub(super) fn cluster_role(state: &ClusterState, namespaces: &[&str], verbs: &[&str]) -> Value {
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": "electors"},
        "rules": [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": verbs}],
    });
    put(state, WatchedResource::ClusterRoles, &role);
    for namespace in namespaces {
        let binding = json!({
            "metadata": {"name": "orders", "namespace": namespace},
            "roleRef": {"kind": "ClusterRole", "name": "electors"},
            "subjects": [{"kind": "ServiceAccount", "name": "orders", "namespace": namespace}],
        });
        put(state, WatchedResource::RoleBindings, &binding);
    }
    role
}

fn review(state: &Arc<ClusterState>, object: &Value, old: &Value, resource: &str) -> Reviewed {
    let reviewer = Reviewer::among(Policy::default(), Arc::clone(state));
    review_by(&reviewer, object, old, resource)
}

pub(super) fn review_by(
    reviewer: &Reviewer,
    object: &Value,
    old: &Value,
    resource: &str,
) -> Reviewed {
    review_of("somebody", reviewer, object, old, resource)
}

pub(super) fn review_of(
    user: &str,
    reviewer: &Reviewer,
    object: &Value,
    old: &Value,
    resource: &str,
) -> Reviewed {
    let (group, version) = object["apiVersion"]
        .as_str()
        .unwrap()
        .split_once('/')
        .unwrap();
    let (resource, sub_resource) = resource.split_once('/').unwrap_or((resource, ""));
    let body = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "1",
            "kind": {"group": group, "version": version, "kind": object["kind"]},
            "resource": {"group": "apps", "version": "v1", "resource": resource},
            "subResource": sub_resource,
            "name": object["metadata"]["name"], "namespace": object["metadata"]["namespace"],
            "operation": if old.is_null() { "CREATE" } else { "UPDATE" },
            "userInfo": {"username": user, "groups": ["system:authenticated"]},
        },
    });
    // The objects after the rest, as the API server sends them.
    let head = body.to_string();
    let head = head.strip_suffix("}}").unwrap();
    let body = format!("{head},\"object\":{object},\"oldObject\":{old}}}}}");
    reviewer.review(body.as_bytes()).unwrap()
}

fn create(state: &Arc<ClusterState>, object: &Value) -> Reviewed {
    review(state, object, &Value::Null, "deployments")
}

#[test]
fn nothing_is_denied_in_a_namespace_that_was_not_seen_yet() {
    let state = cluster();
    let first = create(&state, &deployment("trial", BAD));
    assert_eq!(first.decision, Decision::Warned);
    assert!(
        first.needs_second_review,
        "it may deny, once the namespace is seen"
    );
    let rightless = create(&state, &deployment("trial", GOOD));
    assert!(
        rightless.needs_second_review,
        "its rights may have come with it"
    );
    cluster_role(&state, &["trial"], &["get", "create", "update"]);
    let fine = create(&state, &deployment("trial", GOOD));
    assert_eq!(
        (fine.decision, fine.needs_second_review),
        (Decision::Allowed, false)
    );

    namespace(&state, "trial", Some("warn"));
    let seen = create(&state, &deployment("trial", BAD));
    assert_eq!(
        (seen.decision, seen.needs_second_review),
        (Decision::Warned, false)
    );
    namespace(&state, "trial", None);
    let seen = create(&state, &deployment("trial", BAD));
    assert_eq!(
        (seen.decision, seen.needs_second_review),
        (Decision::Denied, false)
    );
}

#[test]
fn what_a_namespace_has_said_holds_also_while_namespaces_may_not_be_read() {
    let state = cluster();
    namespace(&state, "trial", Some("warn"));
    namespace(&state, "free", Some("off"));
    state.forbid(WatchedResource::Namespaces);
    let decision = |namespace| create(&state, &deployment(namespace, BAD)).decision;
    assert_eq!(decision("trial"), Decision::Warned);
    assert_eq!(decision("free"), Decision::Skipped);
    assert_eq!(
        decision("other"),
        Decision::Denied,
        "labels are not looked at"
    );
}

#[test]
fn a_denial_that_rests_on_watches_is_reviewed_twice() {
    let state = cluster();
    let denies = json!({"leaselint.io/transitions": "deny"});
    labelled(&state, "shop", &denies);
    let role = cluster_role(&state, &["shop"], &["get", "create", "update"]);
    put(
        &state,
        WatchedResource::Deployments,
        &deployment("shop", GOOD),
    );
    let mut less = role.clone();
    less["rules"][0]["verbs"] = json!(["get"]);
    let withdrawn = review(&state, &less, &role, "clusterroles");
    assert_eq!(withdrawn.decision, Decision::Denied);
    assert!(withdrawn.needs_second_review);

    // The settings come from a ConfigMap.
    let mut fed = deployment("shop", ["$(LEASE)", "10s"]);
    fed["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{"configMapRef": {"name": "times"}}]);
    let times =
        json!({"metadata": {"name": "times", "namespace": "shop"}, "data": {"LEASE": "9s"}});
    put(&state, WatchedResource::ConfigMaps, &times);
    let denied = create(&state, &fed);
    assert_eq!(
        (denied.decision, denied.needs_second_review),
        (Decision::Denied, true)
    );
    // That it reads one is no reason to wait for it.
    let mut beside = deployment("shop", BAD);
    beside["spec"]["template"]["spec"]["containers"][0]["envFrom"] =
        json!([{"configMapRef": {"name": "times"}}]);
    let denied = create(&state, &beside);
    assert_eq!(
        (denied.decision, denied.needs_second_review),
        (Decision::Denied, false)
    );
    let alone = create(&state, &deployment("shop", BAD));
    assert_eq!(
        (alone.decision, alone.needs_second_review),
        (Decision::Denied, false)
    );
}

#[test]
fn what_is_missing_is_looked_for_again_while_rights_are_being_applied() {
    let state = cluster();
    namespace(&state, "shop", None);
    let rightless = || create(&state, &deployment("shop", GOOD));
    let first = rightless();
    assert_eq!(
        (first.decision, first.needs_second_review),
        (Decision::Warned, false)
    );
    state.note_change(WatchedResource::ConfigMaps);
    assert!(
        !rightless().needs_second_review,
        "these change all the time"
    );
    state.note_change(WatchedResource::ServiceAccounts);
    assert!(rightless().needs_second_review);
    // Of an old lack nothing is said, so nothing waits for it.
    let mut new = deployment("shop", GOOD);
    new["spec"]["replicas"] = json!(3);
    let update = review(&state, &new, &deployment("shop", GOOD), "deployments");
    assert!(!update.needs_second_review);
}

#[test]
fn an_ignore_that_files_may_need_is_not_called_unused() {
    let state = cluster();
    namespace(&state, "shop", None);
    cluster_role(&state, &["shop"], &["get", "create", "update"]);
    let mut object = deployment("shop", GOOD);
    let annotation = |rule: &str| json!({format!("leaselint.io/ignore.{rule}"): "of the platform"});
    object["metadata"]["annotations"] = annotation("lease-access-missing");
    assert_eq!(create(&state, &object).decision, Decision::Allowed);
    object["metadata"]["annotations"] = annotation("lease-not-above-renew");
    let findings = create(&state, &object).findings;
    assert!(findings.iter().any(|(rule, _)| *rule == "unused-ignore"));
}

#[test]
fn a_role_of_the_whole_cluster_is_judged_in_the_modes_of_those_who_use_it() {
    let state = cluster();
    namespace(&state, "trial", Some("warn"));
    namespace(&state, "free", Some("off"));
    let role = cluster_role(
        &state,
        &["trial", "free", "shop", "store"],
        &["get", "create", "update"],
    );
    let mut less = role.clone();
    less["rules"][0]["verbs"] = json!(["get"]);
    let answer = || review(&state, &less, &role, "clusterroles");

    put(
        &state,
        WatchedResource::Deployments,
        &deployment("free", GOOD),
    );
    assert_eq!(answer().decision, Decision::Allowed);
    put(
        &state,
        WatchedResource::Deployments,
        &deployment("trial", GOOD),
    );
    assert_eq!(answer().decision, Decision::Warned);
    for name in ["shop", "store"] {
        labelled(&state, name, &json!({"leaselint.io/transitions": "deny"}));
        put(
            &state,
            WatchedResource::Deployments,
            &deployment(name, GOOD),
        );
    }
    let denied = answer();
    assert_eq!(denied.decision, Decision::Denied);
    // Of however many electors it is said, the log names the rule once.
    assert_eq!(denied.subject.unwrap().because, ["access-withdrawn"]);
}

#[test]
fn the_same_review_is_judged_by_the_facts_of_the_moment() {
    let state = cluster();
    namespace(&state, "shop", None);
    let reviewer = Reviewer::among(Policy::default(), Arc::clone(&state));
    let decide = || {
        let object = deployment("shop", GOOD);
        review_by(&reviewer, &object, &Value::Null, "deployments").decision
    };
    assert_eq!(decide(), Decision::Warned, "it has no rights");
    let role = cluster_role(&state, &["shop"], &["get", "create", "update"]);
    assert_eq!(decide(), Decision::Allowed);
    let mut less = role.clone();
    less["rules"][0]["verbs"] = json!(["get"]);
    put(&state, WatchedResource::ClusterRoles, &less);
    assert_eq!(decide(), Decision::Warned);
    put(&state, WatchedResource::ClusterRoles, &role);
    assert_eq!(decide(), Decision::Allowed);
    state.remove(WatchedResource::ClusterRoles, "", "electors");
    assert_eq!(decide(), Decision::Warned);
}

#[test]
fn a_namespace_turns_reviews_off() {
    let state = cluster();
    namespace(&state, "shop", None);
    let reviewer = Reviewer::among(Policy::default(), Arc::clone(&state));
    let mut object = deployment("shop", GOOD);
    object["spec"]["replicas"] = json!(1);
    let decide = || review_by(&reviewer, &object, &Value::Null, "deployments").decision;
    cluster_role(&state, &["shop"], &["get", "create", "update"]);
    assert_eq!(decide(), Decision::Warned);
    namespace(&state, "shop", Some("off"));
    assert_eq!(decide(), Decision::Skipped);
}
