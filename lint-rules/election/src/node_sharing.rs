//! Whether two pods of a workload can run on one node.

use manifest::tree::Node;
use objects::{Selector, Workload, WorkloadKind};

/// Whether two pods of a workload can ever run on one node.
///
/// Not so for a DaemonSet, with a required anti-affinity by host name against the workload's own
/// pods, and with host ports (with `hostNetwork` every declared container port is one).
#[must_use]
pub fn may_share_node(workload: Workload<'_>) -> bool {
    !(workload.kind() == WorkloadKind::DaemonSet
        || has_host_port(workload)
        || has_own_anti_affinity(workload))
}

fn has_host_port(workload: Workload<'_>) -> bool {
    let host_network = workload.pod_flag("hostNetwork").is_some();
    workload.containers().any(|container| {
        container
            .node()
            .get("ports")
            .into_iter()
            .flat_map(Node::items)
            .any(|port| {
                let set = |field| {
                    port.get(field)
                        .and_then(Node::as_i64)
                        .is_some_and(|port| port > 0)
                };
                set("hostPort") || (host_network && set("containerPort"))
            })
    })
}

fn has_own_anti_affinity(workload: Workload<'_>) -> bool {
    let terms = workload.pod_spec().at(&[
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
    terms.into_iter().flat_map(Node::items).any(|term| {
        let by_host =
            term.get("topologyKey").and_then(Node::as_str) == Some("kubernetes.io/hostname");
        // Without a selector it concerns no pods.
        let selector = term
            .get("labelSelector")
            .filter(|_| by_host)
            .map(|selector| Selector::of(Some(selector)));
        selector.is_some_and(|selector| selector.matches_written(workload.pod_labels()))
    })
}
