#![allow(clippy::unwrap_used)] // in tests a panic is the message

use super::*;

fn reduced(what: WatchedResource, raw: &str) -> NamedFact {
    let document =
        read(what, raw, fields::built_in()).unwrap_or_else(|error| panic!("{raw}: {error}"));
    fact_of(what, &document).unwrap_or_else(|error| panic!("{raw}: {error}"))
}

#[test]
fn of_a_workload_the_spec_and_our_own_annotations_are_kept() {
    let raw = r#"{"metadata":{"name":"x","namespace":"ops","uid":"1","managedFields":[{"manager":"a"}],
        "annotations":{"leaselint.io/ignore.single-replica":"edge","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
        "spec":{"paused":true,"replicas":2},"status":{"replicas":2}}"#;
    let document = read(WatchedResource::Deployments, raw, fields::built_in()).unwrap();
    let NamedFact {
        namespace,
        name,
        fact: Fact::Workload,
    } = fact_of(WatchedResource::Deployments, &document).unwrap()
    else {
        panic!("a Deployment is a workload");
    };
    assert_eq!((&*namespace, &*name), ("ops", "x"));
    assert_eq!(
        workload_text(WatchedResource::Deployments, &document).as_deref(),
        Some(
            r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","namespace":"ops","annotations":{"leaselint.io/ignore.single-replica":"edge"}},"spec":{"replicas":2}}"#
        )
    );
}

#[test]
fn of_a_config_map_only_what_may_speak_of_an_election_is_kept() {
    let large = "x".repeat(2000);
    let speaking = format!("leaderElection: true\n{large}");
    let configuration = format!("kind: Configuration\n{large}");
    let huge = format!("leader{}", "x".repeat(MAX_VALUE_BYTES));
    let raw = serde_json::json!({
        "metadata": {"name": "c", "namespace": "ops"},
        "data": {
            "small": "true", "large": large, "speaking": speaking, "configuration": configuration,
            "huge": huge, "leader.txt": large, "ca.crt": "-----BEGIN CERTIFICATE-----",
        },
        "binaryData": {"b": "AAAA"},
    });
    let Fact::ConfigMap(Some(document)) =
        reduced(WatchedResource::ConfigMaps, &raw.to_string()).fact
    else {
        panic!("something is kept");
    };
    let data = document.root().get("data");
    let keys: Vec<&str> = data
        .into_iter()
        .flat_map(|data| data.entries())
        .map(|entry| entry.key)
        .collect();
    assert_eq!(keys, ["configuration", "leader.txt", "small", "speaking"]);
    let nothing = r#"{"metadata":{"name":"c","namespace":"ops"},"data":null}"#;
    let fact = reduced(WatchedResource::ConfigMaps, nothing).fact;
    assert!(matches!(fact, Fact::ConfigMap(None)));
}

#[test]
fn of_rbac_what_can_grant_a_lock_to_an_account_is_kept() {
    let raw = r#"{"metadata":{"name":"r","namespace":"ops"},"rules":[
        {"apiGroups":[""],"resources":["pods"],"verbs":["get"]},
        {"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["get","update"]}]}"#;
    let Fact::Role(role) = reduced(WatchedResource::Roles, raw).fact else {
        panic!("a Role is a role");
    };
    assert_eq!(
        (role.cluster, role.namespace.as_deref(), &*role.name),
        (false, Some("ops"), "r")
    );
    assert_eq!(role.rules.len(), 1);
    assert!(role.place.is_none() && role.rules.iter().all(|rule| rule.place.is_none()));

    let raw = r#"{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[
        {"kind":"User","name":"jane"},{"kind":"Group","name":"system:masters"},
        {"kind":"User","name":"system:serviceaccount:ops:a"},
        {"kind":"Group","name":"system:serviceaccounts:ops"},
        {"kind":"ServiceAccount","name":"a","namespace":"ops"}]}"#;
    let Fact::Binding(Some(binding)) = reduced(WatchedResource::ClusterRoleBindings, raw).fact
    else {
        panic!("accounts are among its subjects");
    };
    assert!(binding.cluster && binding.namespace.is_none());
    assert_eq!(binding.subjects.len(), 3);
    let people = r#"{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"User","name":"jane"}]}"#;
    let fact = reduced(WatchedResource::ClusterRoleBindings, people).fact;
    assert!(matches!(fact, Fact::Binding(None)));
}

#[test]
fn the_smallest_number_of_a_scaler_has_the_default_of_its_kind() {
    const PAUSED: &str = r#""annotations":{"autoscaling.keda.sh/paused":"true"},"#;
    const PINNED: &str = r#""annotations":{"autoscaling.keda.sh/paused-replicas":"4"},"#;
    for (what, annotations, field, expected) in [
        (WatchedResource::HorizontalPodAutoscalers, "", "", Some(1)),
        (
            WatchedResource::HorizontalPodAutoscalers,
            "",
            r#","minReplicas":3"#,
            Some(3),
        ),
        (WatchedResource::ScaledObjects, "", "", Some(0)),
        (
            WatchedResource::ScaledObjects,
            "",
            r#","minReplicaCount":2"#,
            Some(2),
        ),
        (
            WatchedResource::ScaledObjects,
            PAUSED,
            r#","minReplicaCount":2"#,
            None,
        ),
        (
            WatchedResource::ScaledObjects,
            PINNED,
            r#","minReplicaCount":2"#,
            Some(4),
        ),
        (
            WatchedResource::HorizontalPodAutoscalers,
            PINNED,
            "",
            Some(1),
        ),
    ] {
        let raw = format!(
            r#"{{"metadata":{{{annotations}"name":"h","namespace":"ops"}},"spec":{{"scaleTargetRef":{{"name":"x"}}{field}}}}}"#
        );
        let Fact::Scaler(scaler) = reduced(what, &raw).fact else {
            panic!("{what:?} is a scaler");
        };
        let found = scaler.scaler.as_ref().unwrap().as_ref();
        assert_eq!(found.map(|scaler| scaler.minimum), expected, "{raw}");
        assert!(found.is_none_or(|scaler| scaler.place.is_none()));
        assert_eq!(scaler.target().name, "x");
    }
}

#[test]
fn a_scaler_means_the_group_that_it_names() {
    let deployment = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"}}"#;
    let document = read(WatchedResource::Deployments, deployment, fields::built_in()).unwrap();
    let object = only_object(&document).unwrap();
    for (group, meant) in [
        ("", true),
        (r#""apiVersion":"apps/v1","#, true),
        (r#""apiVersion":"rollouts.example/v1","#, false),
    ] {
        let raw = format!(
            r#"{{"metadata":{{"name":"h"}},"spec":{{"scaleTargetRef":{{{group}"kind":"Deployment","name":"x"}}}}}}"#
        );
        let Fact::Scaler(scaler) = reduced(WatchedResource::HorizontalPodAutoscalers, &raw).fact
        else {
            panic!("a scaler");
        };
        assert_eq!(scaler.target().is(object), meant, "{raw}");
    }
}

#[test]
fn what_has_no_name_is_refused() {
    for raw in [
        "",
        "null",
        "{}",
        r#"{"metadata":{}}"#,
        r#"{"metadata":{"name":1}}"#,
    ] {
        for what in WatchedResource::ALL {
            let reduced =
                read(what, raw, fields::built_in()).and_then(|document| fact_of(what, &document));
            assert!(reduced.is_err(), "{what:?}: {raw}");
        }
    }
}
