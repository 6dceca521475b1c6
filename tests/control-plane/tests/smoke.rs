//! The control plane itself.
#![allow(clippy::unwrap_used)]

use control_plane::{ControlPlane, Options, kubernetes_version};
use serde_json::Value;

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
    let question = serde_json::json!({
        "namespace": "default", "verb": "get", "group": "coordination.k8s.io", "resource": "leases",
    });
    assert!(!plane.client().may(nobody, &question).unwrap());
}
