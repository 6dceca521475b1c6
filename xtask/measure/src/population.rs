//! A cluster with many Deployments and their rights, made of what the recorded reviews are about.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use control_plane::{Client, ControlPlane, Options};
use serde_json::{Value, json};

/// The namespaces of the recorded reviews.
const REVIEWED_NAMESPACES: [&str; 3] = ["team-a", "team-b", "team-c"];
/// All namespaces: the reviewed ones and others.
const POPULATED_NAMESPACES: usize = 100;
const CONCURRENT_REQUESTS: usize = 4;

/// A control plane with as many Deployments, each with an account, a Role and a RoleBinding of its own.
pub fn populated(reviews: &Path, deployments: usize) -> Result<ControlPlane, String> {
    let plane = ControlPlane::start(&Options::default()).map_err(|error| error.to_string())?;
    let models = deployments_of(reviews)?;
    let namespace = |number: usize| {
        let number = number % POPULATED_NAMESPACES;
        let reviewed = REVIEWED_NAMESPACES.get(number).map(|&name| name.to_owned());
        reviewed.unwrap_or_else(|| format!("team-{number}"))
    };
    for number in 0..POPULATED_NAMESPACES {
        let name = namespace(number);
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        create(plane.client(), "/api/v1/namespaces", &object)?;
    }
    // The reviewed accounts may use their Leases, so that there is something to prove.
    for model in &models {
        for namespace in REVIEWED_NAMESPACES {
            rights(plane.client(), namespace, account(model))?;
        }
    }
    let part = |first: usize| {
        for number in (first..deployments).step_by(CONCURRENT_REQUESTS) {
            let model = models.get(number % models.len()).ok_or("no reviews")?;
            let (namespace, name) = (namespace(number), format!("operator-{number}"));
            rights(plane.client(), &namespace, &name)?;
            let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
            create(plane.client(), &path, &renamed(model, &name))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..CONCURRENT_REQUESTS)
            .map(|first| scope.spawn(move || part(first)))
            .collect();
        running.into_iter().try_for_each(|one| {
            one.join()
                .unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        })
    })?;
    Ok(plane)
}

/// The Deployments of the recorded reviews, as somebody would create them.
pub fn deployments_of(reviews: &Path) -> Result<Vec<Value>, String> {
    let mut files: Vec<PathBuf> = fs::read_dir(reviews)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        })
        .map_err(|error| format!("{}: {error}", reviews.display()))?;
    files.retain(|path| path.to_string_lossy().contains("-create-deployment-"));
    files.sort();
    let read = |path: &PathBuf| {
        let text = fs::read(path).map_err(|error| error.to_string())?;
        let review: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let mut object = review["request"]["object"].clone();
        let metadata = &object["metadata"];
        object["metadata"] = json!({
            "name": metadata["name"], "labels": metadata["labels"], "annotations": metadata["annotations"],
        });
        object["status"] = json!({});
        Ok(object)
    };
    files.iter().map(read).collect()
}

/// The account that a Deployment runs as.
pub fn account(deployment: &Value) -> &str {
    let account = &deployment["spec"]["template"]["spec"]["serviceAccountName"];
    account.as_str().unwrap_or("default")
}

/// The same Deployment under another name, with an account of that name.
fn renamed(deployment: &Value, name: &str) -> Value {
    let mut object = deployment.clone();
    object["metadata"]["name"] = json!(name);
    object["spec"]["template"]["spec"]["serviceAccountName"] = json!(name);
    object
}

/// An account that may use Leases in its namespace.
pub fn rights(client: &Client, namespace: &str, name: &str) -> Result<(), String> {
    let metadata = json!({"name": name, "namespace": namespace});
    let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata});
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata,
        "rules": [
            {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
            {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        ],
    });
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    });
    let accounts = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
    create(client, &accounts, &account)?;
    create(client, &format!("{rbac}/roles"), &role)?;
    create(client, &format!("{rbac}/rolebindings"), &binding)
}

/// Creates an object unless it is there.
fn create(client: &Client, path: &str, object: &Value) -> Result<(), String> {
    let reply = client
        .request("POST", path, Some(object))
        .map_err(|error| error.to_string())?;
    match reply.status {
        201 | 409 => Ok(()),
        status => Err(format!("{path}: {status} {}", reply.body["message"])),
    }
}
