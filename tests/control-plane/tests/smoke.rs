//! The control plane itself.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use control_plane::{ControlPlane, Options, kubernetes_version};
use serde_json::{Value, json};

const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders-operator, namespace: default}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - {name: manager, image: registry.example/orders:v1, args: [--leader-elect]}
";

#[test]
fn what_kubectl_applies_can_be_read_back_with_its_defaults() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let version = plane.client().get("/version").unwrap();
    assert_eq!(
        version.get("gitVersion").and_then(Value::as_str),
        Some(kubernetes_version())
    );

    let applied = plane
        .kubectl_with_input(&["apply", "-f", "-"], DEPLOYMENT)
        .unwrap();
    assert!(applied.status.success(), "{applied:?}");
    let read = plane
        .kubectl(&["get", "deployment", "orders-operator", "-o", "json"])
        .unwrap();
    let read: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(read.pointer("/spec/replicas"), Some(&Value::from(1)));

    // RBAC is on: who has no binding may nothing.
    let nobody = control_plane::Subject {
        user: "system:serviceaccount:default:orders",
        groups: &[
            "system:serviceaccounts".to_owned(),
            "system:authenticated".to_owned(),
        ],
    };
    let question = json!({
        "namespace": "default", "verb": "get", "group": "coordination.k8s.io", "resource": "leases",
    });
    assert!(!plane.client().may(nobody, &question).unwrap());
}

#[test]
fn controllers_and_kwok_bring_a_deployment_to_life() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    if plane.assets().kube_controller_manager.is_none() || plane.assets().kwok.is_none() {
        // envtest's folders hold neither.
        assert!(std::env::var_os("KUBEBUILDER_ASSETS").is_some());
        return;
    }
    let controllers = plane.controllers(
        "controllers",
        &[
            "--leader-elect=false",
            "--controllers=deployment-controller,replicaset-controller",
        ],
    );
    let mut controllers = controllers.unwrap();
    plane.kwok().unwrap();
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-0"}});
    plane.client().create("/api/v1/nodes", &node).unwrap();
    // There is no scheduler.
    let placed = DEPLOYMENT.replace(
        "      containers:",
        "      nodeName: node-0\n      containers:",
    );
    let applied = plane.kubectl_with_input(&["apply", "-f", "-"], &placed);
    assert!(applied.unwrap().status.success());

    let path = "/apis/apps/v1/namespaces/default/deployments/orders-operator";
    let deadline = Instant::now() + Duration::from_secs(120);
    while plane
        .client()
        .get(path)
        .unwrap()
        .pointer("/status/readyReplicas")
        != Some(&json!(1))
    {
        assert!(Instant::now() < deadline, "{}", controllers.log_tail());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(controllers.ended().unwrap().is_none());
    controllers.kill();
    assert!(controllers.ended().unwrap().is_some());
}
