//! What an API server writes into an object does not change what is said of it.

use std::collections::{BTreeMap, BTreeSet};

use control_plane::{ControlPlane, Options};
use engine::{Engine, Input, Profile, Settings, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use serde_json::{Value, json};

use super::documents::{of_the_rules, to_json};

/// Rules and severities with their counts.
type RuleCounts = BTreeMap<(&'static str, &'static str), usize>;

fn counts_of(object: &Value) -> RuleCounts {
    let text = object.to_string();
    let file = read_file(
        FileId(0),
        "object.json",
        text.as_bytes(),
        true,
        ReadLimits::default(),
    );
    let input = Input::new(vec![file]);
    let engine = Engine::new(Settings {
        profile: Profile::Pedantic,
        ..Settings::default()
    });
    let mut counts = RuleCounts::new();
    for finding in engine.judge(Task::lint(&input)).findings {
        if finding.suppressed.is_none() {
            let key = (finding.rule.id, finding.severity.as_str());
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

/// Where the API server takes an object of this kind.
fn collection(object: &Value) -> Option<String> {
    let namespace = object["metadata"]["namespace"].as_str()?;
    let (group, plural) = match object["kind"].as_str()? {
        "Deployment" => ("apps/v1", "deployments"),
        "StatefulSet" => ("apps/v1", "statefulsets"),
        "DaemonSet" => ("apps/v1", "daemonsets"),
        "Role" => ("rbac.authorization.k8s.io/v1", "roles"),
        "RoleBinding" => ("rbac.authorization.k8s.io/v1", "rolebindings"),
        _ => return None,
    };
    (object["apiVersion"] == group)
        .then(|| format!("/apis/{group}/namespaces/{namespace}/{plural}"))
}

/// Objects that an API server may take, each in a namespace.
fn objects() -> Vec<Value> {
    let mut objects = Vec::new();
    for (name, bytes) in of_the_rules() {
        let file = read_file(FileId(0), &name, &bytes, true, ReadLimits::default());
        for document in &file.reading.documents {
            let mut object = to_json(document.root());
            if object["metadata"].is_object() && object["metadata"]["namespace"].is_null() {
                object["metadata"]["namespace"] = "default".into();
            }
            // For a file it says that somebody else sets the number; the API server sets it to 1.
            let is_left_open = object["spec"].get("replicas").is_some_and(Value::is_null);
            // The API server drops it unless its gate ContainerStopSignals is open.
            let has_stop_signal = object.to_string().contains("\"stopSignal\"");
            if !is_left_open && !has_stop_signal && collection(&object).is_some() {
                objects.push(object);
            }
        }
    }
    objects
}

#[test]
fn what_is_stored_is_judged_like_what_was_written() {
    let Some(plane) = ControlPlane::for_test(&Options::default()) else {
        return;
    };
    let objects = objects();
    let namespaces: BTreeSet<&str> = objects
        .iter()
        .filter_map(|object| object["metadata"]["namespace"].as_str())
        .collect();
    for name in namespaces {
        let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        // Some are there already, and some names are none.
        drop(plane.client().create("/api/v1/namespaces", &object));
    }
    let mut compared = 0;
    for object in &objects {
        let path = format!("{}?dryRun=All", collection(object).unwrap());
        // What it refuses is never stored.
        let Ok(mut stored) = plane.client().create(&path, object) else {
            continue;
        };
        for key in ["apiVersion", "kind"] {
            stored[key] = object[key].clone();
        }
        assert_eq!(counts_of(&stored), counts_of(object), "{object:#}");
        compared += 1;
    }
    assert!(compared > 300, "only {compared} objects were compared");
}
