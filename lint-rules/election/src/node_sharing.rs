//! Whether two pods of a workload can run on one node.

use manifest::tree::Node;
use objects::{Workload, WorkloadKind};

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
        by_host && selects_own_pods(workload, term.get("labelSelector"))
    })
}

/// Whether a label selector matches the pods of the workload's own template.
fn selects_own_pods(workload: Workload<'_>, selector: Option<Node<'_>>) -> bool {
    let Some(selector) = selector else {
        return false;
    };
    let labels = workload.pod_labels();
    let value_of = |key: &str| {
        labels
            .and_then(|labels| labels.get(key))
            .and_then(Node::scalar_text)
    };
    let labels_match = selector
        .get("matchLabels")
        .into_iter()
        .flat_map(Node::entries)
        .all(|entry| value_of(entry.key) == entry.value.scalar_text());
    let expressions_match = selector
        .get("matchExpressions")
        .into_iter()
        .flat_map(Node::items)
        .all(|expression| {
            let key = expression
                .get("key")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let mut values = expression.get("values").into_iter().flat_map(Node::items);
            let value = value_of(key);
            match expression.get("operator").and_then(Node::as_str) {
                Some("In") => values.any(|wanted| wanted.scalar_text() == value && value.is_some()),
                Some("NotIn") => !values.any(|wanted| wanted.scalar_text() == value),
                Some("Exists") => value.is_some(),
                Some("DoesNotExist") => value.is_none(),
                _ => false,
            }
        });
    labels_match && expressions_match
}
