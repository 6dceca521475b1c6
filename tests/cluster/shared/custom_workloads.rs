//! Workloads and scalers of others: Argo Rollouts, OpenShift's DeploymentConfigs, KEDA's ScaledObjects.

use serde_json::{Value, json};

use crate::objects::{BAD, GOOD, OFF, deployment, listed};
use crate::support::{Cluster, until};

/// Makes a kind that takes any object, as its operator's own definition would.
fn define(cluster: &Cluster, group: &str, version: &str, kind: &str, plural: &str) {
    let object = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {
            "group": group, "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase(), "listKind": format!("{kind}List")},
            "versions": [{
                "name": version, "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            }],
        },
    });
    cluster.apply(&object).passes();
    let definition = format!("crd/{plural}.{group}");
    let established = [
        "wait",
        "--for=condition=established",
        "--timeout=60s",
        &definition,
    ];
    cluster.kubectl(&established).passes();
    // kubectl asks which kinds there are, and is answered a moment later.
    until("the kind is served", || {
        let get = ["get", "-n", "default", &format!("{plural}.{group}")];
        cluster.kubectl(&get).passed
    });
}

/// The same workload as another kind.
fn as_kind(mut object: Value, version: &str, kind: &str) -> Value {
    object["apiVersion"] = version.into();
    object["kind"] = kind.into();
    object
}

#[test]
fn rollouts_and_deployment_configs_are_judged() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("custom-workloads");
    for (group, version, kind, plural) in [
        ("argoproj.io", "v1alpha1", "Rollout", "rollouts"),
        (
            "apps.openshift.io",
            "v1",
            "DeploymentConfig",
            "deploymentconfigs",
        ),
    ] {
        define(&cluster, group, version, kind, plural);
        let of = |arguments: &[&str]| {
            let object = deployment("custom-workloads", "orders", arguments, 2);
            as_kind(object, &format!("{group}/{version}"), kind)
        };
        cluster.apply(&of(BAD)).refused_by("lease-not-above-renew");
        cluster.apply(&of(GOOD)).passes();
        cluster.apply(&of(BAD)).refused_by("lease-not-above-renew");
    }
}

#[test]
fn a_scaled_object_gets_a_comment_when_it_is_created() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("scaled-objects");
    define(
        &cluster,
        "keda.sh",
        "v1alpha1",
        "ScaledObject",
        "scaledobjects",
    );
    cluster
        .apply(&listed("scaled-objects", "orders", OFF, 1))
        .passes();
    cluster.until_known("deployment", "scaled-objects", "orders");
    let scaled = |name: &str, minimum: u8| {
        json!({
            "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
            "metadata": {"name": name, "namespace": "scaled-objects"},
            "spec": {"scaleTargetRef": {"name": "orders"}, "minReplicaCount": minimum, "maxReplicaCount": 5},
        })
    };
    cluster
        .apply(&scaled("two", 2))
        .names("replicas-without-election");
}
