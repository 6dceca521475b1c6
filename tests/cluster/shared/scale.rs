//! Numbers of replicas that come by the subresource `scale`: from people and from the autoscaler.

use serde_json::{Value, json};

use crate::objects::{OFF, deployment, electing, listed};
use crate::support::{Cluster, kubectl, until};

fn replicas(cluster: &Cluster, namespace: &str) -> Value {
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments/orders");
    cluster.get(&path)["spec"]["replicas"].clone()
}

#[test]
fn people_scale_only_what_elects() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("scales");
    cluster
        .apply(&listed("scales", "orders", OFF, 1))
        .passes_silently();
    cluster.until_known("deployment", "scales", "orders");
    let scale = |number: &str| {
        let arguments = ["scale", "-n", "scales", "deployment/orders", number];
        cluster.kubectl(&arguments)
    };
    scale("--replicas=2").refused_by("replicas-without-election");
    assert_eq!(replicas(&cluster, "scales"), 1);
    scale("--replicas=0").passes_silently();
    scale("--replicas=1").passes_silently();
}

#[test]
fn a_stateful_set_is_scaled_like_a_deployment() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("sets");
    let set = |name: &str, arguments: &[&str]| {
        let mut set = listed("sets", name, arguments, 1);
        set["kind"] = "StatefulSet".into();
        set["spec"]["serviceName"] = name.into();
        cluster.apply(&set).passes();
        cluster.until_known("statefulset", "sets", name);
    };
    let scale = |name: &str, number: &str| {
        cluster.kubectl(&["scale", "-n", "sets", "statefulset", name, number])
    };
    set("orders", OFF);
    scale("orders", "--replicas=2").refused_by("replicas-without-election");
    let path = "/apis/apps/v1/namespaces/sets/statefulsets/orders";
    assert_eq!(cluster.get(path)["spec"]["replicas"], 1);
    scale("orders", "--replicas=0").passes_silently();
    set("electing", &["--leader-elect"]);
    scale("electing", "--replicas=2").passes();
}

#[test]
fn what_is_scaled_to_zero_claims_no_lock() {
    const COLLISION: &str = "[lock-collision]";
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("handovers");
    let workload = |name: &str| deployment("handovers", name, &electing("orders", "handovers"), 2);
    cluster.apply(&workload("blue")).passes();
    cluster.until_known("deployment", "handovers", "blue");
    cluster
        .apply(&workload("green"))
        .passes()
        .names("lock-collision");
    cluster.until_known("deployment", "handovers", "green");
    let scale = |name: &str, number: &str| {
        let arguments = ["scale", "-n", "handovers", "deployment", name, number];
        cluster.kubectl(&arguments).passes()
    };
    // Who takes one of the two down is not told that both claim the lock, nor is whoever changes the other one.
    let said = scale("blue", "--replicas=0");
    assert!(!said.words.contains(COLLISION), "{}", said.words);
    until("only one of them is a candidate", || {
        let dry = ["apply", "--dry-run=server", "-f", "-"];
        let said = kubectl(&cluster.plane, &dry, &workload("green").to_string()).passes();
        !said.words.contains(COLLISION)
    });
    let said = scale("blue", "--replicas=2");
    assert!(said.words.contains(COLLISION), "{}", said.words);
}

fn autoscaler(namespace: &str, least: u8) -> Value {
    json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "orders", "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
            "minReplicas": least, "maxReplicas": 5,
            "metrics": [{"type": "Resource", "resource": {
                "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50},
            }}],
        },
    })
}

#[test]
fn the_autoscaler_is_never_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.namespace("autoscales");
    cluster
        .apply(&listed("autoscales", "orders", OFF, 1))
        .passes_silently();
    cluster.until_known("deployment", "autoscales", "orders");
    // Below its least number it scales without a metric (kube-controller-manager
    // `pkg/controller/podautoscaler`, v1.36).
    cluster.apply(&autoscaler("autoscales", 2)).passes();
    // People are refused the same (above): but it is the control plane that scales here.
    until("the autoscaler has scaled", || {
        replicas(&cluster, "autoscales") == 2
    });

    // What elects may be scaled.
    cluster.namespace("autoscaled");
    cluster
        .apply(&deployment("autoscaled", "orders", &["--leader-elect"], 1))
        .passes();
    cluster.until_known("deployment", "autoscaled", "orders");
    cluster.apply(&autoscaler("autoscaled", 3)).passes();
    until("the autoscaler has scaled", || {
        replicas(&cluster, "autoscaled") == 3
    });
}
