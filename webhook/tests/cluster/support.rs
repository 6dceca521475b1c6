//! A state that follows a control plane.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use control_plane::ControlPlane;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use webhook::cluster::{ClusterState, client, follow};
use webhook::log::Log;

/// Anything that a test waits for comes much sooner.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Follower {
    pub state: Arc<ClusterState>,
    pub runtime: Runtime,
}

impl Follower {
    /// Follows the cluster of a kubeconfig.
    pub fn start(kubeconfig: &Path, log: Log) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let state = Arc::new(ClusterState::new(Vec::new()));
        let api = runtime.block_on(client(Some(kubeconfig), None)).unwrap();
        runtime.spawn(follow(api, Arc::clone(&state), log.notices()));
        Self { state, runtime }
    }

    /// Waits until something holds.
    pub fn until(&self, what: &str, holds: impl Fn(&ClusterState) -> bool) {
        let start = Instant::now();
        while !holds(&self.state) {
            assert!(
                start.elapsed() < PATIENCE,
                "{what}: {:?}",
                self.state.view()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn until_synced(&self) {
        self.until("synced", |state| state.view().is_synced());
    }
}

/// kubectl as the administrator; what it prints.
pub fn kubectl(plane: &ControlPlane, arguments: &[&str], input: &str) -> String {
    let output = plane.kubectl_with_input(arguments, input).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The paths of a workload's kinds, and the objects of one elector with its rights.
pub fn elector(namespace: &str, name: &str) -> [(String, Value); 4] {
    let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
    let metadata =
        json!({"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/name": name}});
    let arguments = [
        "--leader-elect".to_owned(),
        format!("--leader-election-id={name}.example.org"),
        "--metrics-bind-address=:8443".to_owned(),
        "--health-probe-bind-address=:8081".to_owned(),
    ];
    let probe = |path: &str, seconds: u8| json!({"httpGet": {"path": path, "port": 8081}, "initialDelaySeconds": seconds});
    let container = json!({
        "name": "manager", "image": format!("registry.example.org/team/{name}:v1.2.3"),
        "command": ["/manager"], "args": arguments,
        "env": [
            {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            {"name": "GOMEMLIMIT", "value": "100MiB"},
        ],
        "livenessProbe": probe("/healthz", 15), "readinessProbe": probe("/readyz", 5),
        "ports": [{"name": "webhook", "containerPort": 9443}, {"name": "metrics", "containerPort": 8443}],
        "resources": {"limits": {"cpu": "500m", "memory": "128Mi"}, "requests": {"cpu": "10m", "memory": "64Mi"}},
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "certs", "mountPath": "/tmp/serving-certs", "readOnly": true}],
    });
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": name}},
                "spec": {
                    "serviceAccountName": name, "containers": [container],
                    "securityContext": {"runAsNonRoot": true},
                    "volumes": [{"name": "certs", "secret": {"secretName": format!("{name}-certs")}}],
                },
            },
        },
    });
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata,
        "rules": [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update", "patch"]},
            {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        ],
    });
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    });
    [
        (
            format!("/api/v1/namespaces/{namespace}/serviceaccounts"),
            json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        ),
        (format!("{rbac}/roles"), role),
        (format!("{rbac}/rolebindings"), binding),
        (
            format!("/apis/apps/v1/namespaces/{namespace}/deployments"),
            deployment,
        ),
    ]
}

pub fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}
