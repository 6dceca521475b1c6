use super::*;

fn pod(json: &str) -> PodFacts {
    PodFacts::read(json).unwrap()
}

#[test]
fn a_host_name_is_the_pods_name_unless_its_spec_says_otherwise() {
    let plain =
        pod(r#"{"metadata": {"name": "a-0", "namespace": "shop"}, "spec": {"nodeName": "n1"}}"#);
    assert_eq!(plain.host_name(), "a-0");
    let named =
        pod(r#"{"metadata": {"name": "a-0"}, "spec": {"nodeName": "n1", "hostname": "fixed"}}"#);
    assert_eq!(named.host_name(), "fixed");
    let on_host =
        pod(r#"{"metadata": {"name": "a-0"}, "spec": {"nodeName": "n1", "hostNetwork": true}}"#);
    assert_eq!(on_host.host_name(), "n1");
    let name = format!("{}-{}", "a".repeat(62), "b".repeat(10));
    let long = pod(&format!(r#"{{"metadata": {{"name": "{name}"}}}}"#));
    assert_eq!(long.host_name(), "a".repeat(62));
}

#[test]
fn a_pod_belongs_to_the_deployment_above_its_replica_set() {
    let of = |kind: &str, name: &str| {
        pod(&format!(
            r#"{{"metadata": {{"name": "{name}-x", "namespace": "shop", "ownerReferences":
                [{{"apiVersion": "apps/v1", "kind": "{kind}", "name": "{name}", "controller": true}}]}}}}"#
        ))
    };
    let above = Controller {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        name: "orders".into(),
    };
    let sets = HashMap::from([(("shop".into(), "orders-7d9f".into()), above)]);
    let pods = ClusterPods::new(
        vec![
            of("ReplicaSet", "orders-7d9f"),
            of("ReplicaSet", "lone"),
            of("Node", "n1"),
        ],
        sets,
    );
    let kinds: Vec<_> = pods
        .all()
        .iter()
        .map(|pod| pods.workload_of(pod))
        .map(|workload| format!("{} {}", workload.kind, workload.name))
        .collect();
    assert_eq!(kinds, ["Deployment orders", "ReplicaSet lone", "Pod n1-x"]);
}

#[test]
fn a_pod_that_has_ended_runs_no_elector() {
    let ended =
        pod(r#"{"metadata": {"name": "a", "namespace": "shop"}, "status": {"phase": "Failed"}}"#);
    let pods = ClusterPods::new(vec![ended], HashMap::new());
    let workload = pods.workload_of(&pods.all()[0]);
    assert_eq!(pods.of_workload(&workload).count(), 0);
}

#[test]
fn a_pod_that_was_deleted_runs_for_a_while() {
    let ends = r#"{"metadata": {"name": "a", "namespace": "shop", "deletionTimestamp": "2026-01-31T08:00:30Z"},
        "status": {"phase": "Running"}}"#;
    assert!(pod(ends).is_deleted && pod(ends).runs);
    assert!(!pod(r#"{"metadata": {"name": "a", "namespace": "shop"}}"#).is_deleted);
}
