//! The objects that tests apply.

use serde_json::{Value, json};

/// The lease ends before its holder gives up.
pub const BAD: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=10s",
    "--leader-elect-renew-deadline=10s",
    "--leader-elect-retry-period=2s",
];
/// It may be right, and little may go wrong.
pub const RISKY: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=15s",
    "--leader-elect-renew-deadline=14s",
    "--leader-elect-retry-period=5s",
];
pub const GOOD: &[&str] = &[
    "--leader-elect",
    "--leader-elect-lease-duration=15s",
    "--leader-elect-renew-deadline=10s",
    "--leader-elect-retry-period=2s",
];
pub const OFF: &[&str] = &["--leader-elect=false"];

/// A program whose lock is where its name says.
pub fn electing(name: &str, namespace: &str) -> [String; 3] {
    [
        "--leader-elect".to_owned(),
        format!("--leader-elect-resource-name={name}"),
        format!("--leader-elect-resource-namespace={namespace}"),
    ]
}

pub fn namespace(name: &str, mode: Option<&str>) -> Value {
    let mut object =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {}}});
    if let Some(mode) = mode {
        object["metadata"]["labels"]["leaselint.io/mode"] = mode.into();
    }
    object
}

/// A namespace in which also a change between two right states is denied.
pub fn strict_namespace(name: &str) -> Value {
    let mut object = namespace(name, None);
    object["metadata"]["labels"]["leaselint.io/transitions"] = "deny".into();
    object
}

/// A Deployment of a program that is listed, so that it is known how it reads its arguments.
pub fn listed<A: AsRef<str>>(namespace: &str, name: &str, arguments: &[A], replicas: u8) -> Value {
    let mut object = deployment(namespace, name, arguments, replicas);
    object["spec"]["template"]["spec"]["containers"][0]["image"] =
        "quay.io/jetstack/cert-manager-controller:v1.16.1".into();
    object
}

pub fn deployment<A: AsRef<str>>(
    namespace: &str,
    name: &str,
    arguments: &[A],
    replicas: u8,
) -> Value {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "serviceAccountName": "orders",
                    "containers": [{"name": "manager", "image": "registry.example/orders:v1", "args": arguments}],
                },
            },
        },
    })
}

pub fn account(namespace: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "orders", "namespace": namespace}})
}

pub fn role(namespace: &str, verbs: &[&str]) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
        "metadata": {"name": "orders", "namespace": namespace},
        "rules": [{"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": verbs}],
    })
}

pub fn binding(namespace: &str) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "orders", "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "orders"},
        "subjects": [{"kind": "ServiceAccount", "name": "orders", "namespace": namespace}],
    })
}

/// One manifest of several objects.
pub fn manifest(objects: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": objects})
}
