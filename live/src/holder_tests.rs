use std::collections::HashMap;

use super::*;
use crate::pod::Controller;

fn pod(name: &str, kind: &str, owner: &str) -> PodFacts {
    PodFacts {
        namespace: "shop".into(),
        name: name.into(),
        node: "node-1".into(),
        host_name: None,
        host_network: false,
        controller: Some(Controller {
            api_version: "apps/v1".into(),
            kind: kind.into(),
            name: owner.into(),
        }),
        runs: true,
        is_deleted: false,
        has_ended: false,
    }
}

fn workload(kind: &str, name: &str) -> WorkloadName {
    WorkloadName {
        api_version: "apps/v1".into(),
        kind: kind.into(),
        namespace: "shop".into(),
        name: name.into(),
    }
}

fn claim(kind: &str, name: &str) -> Claim {
    Claim {
        object: objects::ObjectName {
            api_version: "apps/v1".to_owned(),
            kind: kind.to_owned(),
            namespace: Some("shop".to_owned()),
            name: name.to_owned(),
        },
        container: "manager".into(),
        is_on: true,
        lease: None,
        renew: None,
        retry: None,
        identity: election::IdentityKind::HostnameUuid,
        is_unique: Some(true),
        identity_text: None,
        several_leaders: false,
        promises: None,
    }
}

fn deployed(names: &[&str]) -> ClusterPods {
    let pods = names
        .iter()
        .map(|name| pod(name, "ReplicaSet", "orders-7d9f"));
    let above = Controller {
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        name: "orders".into(),
    };
    let sets = HashMap::from([(("shop".into(), "orders-7d9f".into()), above)]);
    ClusterPods::new(pods.collect(), sets)
}

/// The name of the pod that the identity names, or another word.
fn found(identity: &str, claims: &[Claim], pods: &ClusterPods) -> String {
    let workloads = [
        workload("Deployment", "orders"),
        workload("StatefulSet", "web"),
    ];
    match holder_of(identity, "shop", claims, &workloads, pods).0 {
        Holder::None => "none".to_owned(),
        Holder::Pod(pod) => pod.name.to_string(),
        Holder::Gone => "gone".to_owned(),
        Holder::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn every_form_of_identity_names_its_pod() {
    let pods = deployed(&["orders-7d9f-bcdfg", "orders-7d9f-bcdf2"]);
    let claims = [claim("Deployment", "orders")];
    for identity in [
        "orders-7d9f-bcdfg",
        "orders-7d9f-bcdfg_5b1e4a7c-0d1c-4a55-9a59-6c1c6f4a8f10",
        "orders-7d9f-bcdfg-external-orders-controller",
        "shop/orders-7d9f-bcdfg",
        "orders.example/orders-7d9f-bcdfg_1",
        "prefix-orders-7d9f-bcdfg",
    ] {
        assert_eq!(
            found(identity, &claims, &pods),
            "orders-7d9f-bcdfg",
            "{identity}"
        );
    }
    assert_eq!(found("", &claims, &pods), "none");
}

#[test]
fn the_longest_name_counts_and_no_part_of_a_word() {
    let pods = ClusterPods::new(
        vec![
            pod("web-1", "StatefulSet", "web"),
            pod("web-10", "StatefulSet", "web"),
        ],
        HashMap::new(),
    );
    let claims = [claim("StatefulSet", "web")];
    assert_eq!(found("web-10_uid", &claims, &pods), "web-10");
    assert_eq!(found("web-1_uid", &claims, &pods), "web-1");
    assert_eq!(found("web-2_uid", &claims, &pods), "gone");
    assert_eq!(found("web-100_uid", &claims, &pods), "gone");
}

#[test]
fn without_a_claim_only_a_whole_name_counts_or_one_of_a_workloads_shape() {
    let pods = deployed(&["orders-7d9f-bcdfg"]);
    assert_eq!(
        found("orders-7d9f-bcdfg_uid", &[], &pods),
        "orders-7d9f-bcdfg"
    );
    assert_eq!(
        found("orders-7d9f-bcdfg-more", &[], &pods),
        "orders-7d9f-bcdfg"
    );
    let lone = ClusterPods::new(vec![pod("lone", "Rollout", "lone")], HashMap::new());
    assert_eq!(found("lone_uid", &[], &lone), "lone");
    assert_eq!(found("lone-more", &[], &lone), "unknown");
}

#[test]
fn a_pod_is_gone_if_only_its_workload_is_there() {
    let pods = deployed(&["orders-7d9f-bcdfg"]);
    let claims = [claim("Deployment", "orders")];
    assert_eq!(found("orders-7d9f-zzzzz_uid", &claims, &pods), "gone");
    assert_eq!(found("orders-7d9f-zzzzz_uid", &[], &pods), "gone");
    assert_eq!(found("web-3_uid", &[], &pods), "gone");
    assert_eq!(found("orders-backup-7d9f_uid", &claims, &pods), "unknown");
    assert_eq!(found("laptop_uid", &claims, &pods), "unknown");
    assert_eq!(found("orders-leader", &claims, &pods), "unknown");
}

#[test]
fn a_node_names_its_pod_only_where_the_workload_is_known() {
    let mut on_host = pod("agent-bcdfg", "DaemonSet", "agent");
    on_host.host_network = true;
    let pods = ClusterPods::new(vec![on_host], HashMap::new());
    assert_eq!(
        found("node-1_uid", &[claim("DaemonSet", "agent")], &pods),
        "agent-bcdfg"
    );
    assert_eq!(found("node-1_uid", &[], &pods), "unknown");
}

#[test]
fn a_pod_of_the_same_name_elsewhere_is_not_the_one_that_is_gone() {
    let mut elsewhere = pod("web-3", "StatefulSet", "web");
    elsewhere.namespace = "ops".into();
    let pods = ClusterPods::new(vec![elsewhere], HashMap::new());
    assert_eq!(found("web-3_uid", &[], &pods), "gone");
    assert_eq!(
        found("web-3_uid", &[claim("StatefulSet", "web")], &pods),
        "gone"
    );
    let mut controller = pod("far-0", "StatefulSet", "far");
    controller.namespace = "ops".into();
    let pods = ClusterPods::new(vec![controller], HashMap::new());
    assert_eq!(
        found("far-0_uid", &[], &pods),
        "far-0",
        "its lock is in another namespace"
    );
}
