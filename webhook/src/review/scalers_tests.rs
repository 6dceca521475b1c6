//! Reviews of what scales workloads, and of workloads that somebody else's controller runs.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cluster_tests::{
    BAD, GOOD, cluster, cluster_role, deployment, namespace, put, review_by,
};
use crate::review::{Decision, Policy, Reviewed, Reviewer};
use cluster::{ClusterState, WatchedResource};

/// A Deployment of two replicas of which one may run, with `--leader-elect=false`.
fn alone(replicas: u32) -> Value {
    let mut object = deployment("shop", GOOD);
    object["spec"]["replicas"] = replicas.into();
    let container = &mut object["spec"]["template"]["spec"]["containers"][0];
    container["image"] = "quay.io/jetstack/cert-manager-controller:v1.16.1".into();
    container["args"] = json!(["--leader-elect=false"]);
    object
}

fn shop(workload: &Value) -> Arc<ClusterState> {
    let state = cluster();
    namespace(&state, "shop", None);
    cluster_role(&state, &["shop"], &["get", "create", "update"]);
    put(&state, WatchedResource::Deployments, workload);
    state
}

fn review(state: &Arc<ClusterState>, object: &Value, old: &Value, resource: &str) -> Reviewed {
    let reviewer = Reviewer::among(Policy::default(), Arc::clone(state));
    review_by(&reviewer, object, old, resource)
}

fn warnings(reviewed: &Reviewed) -> Vec<String> {
    let body: Value = serde_json::from_slice(&reviewed.body).unwrap();
    let warnings = body["response"]["warnings"].as_array().cloned();
    let texts = warnings.unwrap_or_default().into_iter();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

fn scaled_object(target: &str, minimum: u32) -> Value {
    json!({
        "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {"scaleTargetRef": {"name": target}, "minReplicaCount": minimum},
    })
}

#[test]
fn a_scaled_object_that_runs_more_than_may_run_gets_a_comment() {
    let state = shop(&alone(1));
    let create = |object: &Value| review(&state, object, &Value::Null, "scaledobjects");
    let said = create(&scaled_object("orders", 3));
    assert_eq!(said.decision, Decision::Warned);
    let texts = warnings(&said);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("Deployment orders: "), "{texts:?}");
    assert!(
        texts[0].contains("[replicas-without-election]"),
        "{texts:?}"
    );
    // One pod is right, and so is another workload, whether it is known or not.
    assert_eq!(
        create(&scaled_object("orders", 1)).decision,
        Decision::Allowed
    );
    assert_eq!(
        create(&scaled_object("others", 3)).decision,
        Decision::Skipped
    );
    // What is there already is nothing new.
    put(
        &state,
        WatchedResource::ScaledObjects,
        &scaled_object("orders", 3),
    );
    let (before, after) = (scaled_object("orders", 3), scaled_object("orders", 4));
    let said = review(&state, &after, &before, "scaledobjects");
    assert_eq!(said.decision, Decision::Allowed, "{:?}", warnings(&said));
    let said = review(&state, &after, &scaled_object("orders", 1), "scaledobjects");
    assert_eq!(said.decision, Decision::Warned);
}

#[test]
fn an_autoscaler_gets_one_as_well() {
    let state = shop(&alone(1));
    let object = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "orders", "namespace": "shop"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
            "minReplicas": 2, "maxReplicas": 5,
        },
    });
    let said = review(&state, &object, &Value::Null, "horizontalpodautoscalers");
    assert_eq!(said.decision, Decision::Warned);
    // Of what may be out of date nothing is said.
    state.forbid(WatchedResource::Deployments);
    let said = review(&state, &object, &Value::Null, "horizontalpodautoscalers");
    assert_eq!(said.decision, Decision::Skipped);
}

#[test]
fn a_rollout_and_a_deployment_config_are_judged_and_what_is_made_of_them_is_not_denied() {
    let state = shop(&alone(1));
    let of = |api_version: &str, kind: &str| {
        let mut object = deployment("shop", BAD);
        object["apiVersion"] = api_version.into();
        object["kind"] = kind.into();
        object["metadata"]["name"] = "payments".into();
        object
    };
    let decide = |object: &Value| review(&state, object, &Value::Null, "any").decision;
    assert_eq!(
        decide(&of("argoproj.io/v1alpha1", "Rollout")),
        Decision::Denied
    );
    assert_eq!(
        decide(&of("apps.openshift.io/v1", "DeploymentConfig")),
        Decision::Denied
    );
    let owned = |kind: &str, owner: [&str; 2], controller: bool| {
        let mut object = of("apps/v1", kind);
        object["metadata"]["ownerReferences"] = json!([{
            "apiVersion": owner[0], "kind": owner[1], "name": "payments", "uid": "1", "controller": controller,
        }]);
        object
    };
    let rollout = ["argoproj.io/v1alpha1", "Rollout"];
    assert_eq!(
        decide(&owned("ReplicaSet", rollout, true)),
        Decision::Warned
    );
    assert_eq!(
        decide(&owned("ReplicaSet", rollout, false)),
        Decision::Denied
    );
    // No controller makes Deployments of Rollouts.
    assert_eq!(
        decide(&owned("Deployment", rollout, true)),
        Decision::Denied
    );
}
