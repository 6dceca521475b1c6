//! Leader and standbys that may all run on one node.

use crate::fix_orders::spread_order;
use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{Elector, may_share_node};
use manifest::tree::Node;

/// The record.
pub static RULE: Rule = Rule {
    id: "standbys-on-one-node",
    group: Group::Replicas,
    summary: "leader and standbys may run on one node: no pod anti-affinity, no topology spread",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[
        "spec.template.spec.affinity.podAntiAffinity",
        "spec.template.spec.topologySpreadConstraints",
    ],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // The pod spec is complete only after the build.
    if !elector.is_on()
        || !elector.workload.kind().has_replicas()
        || elector.fragment
        || elector.may_be_static()
        || elector.unbuilt
    {
        return;
    }
    let Some(count) = elector.replicas.count.filter(|count| *count >= 2) else {
        return;
    };
    let spec = elector.workload.pod_spec();
    let filled = |node: Option<Node<'_>>| node.is_some_and(|node| node.items().next().is_some());
    let anti = |when: &str| filled(spec.at(&["affinity", "podAntiAffinity", when]));
    if anti("requiredDuringSchedulingIgnoredDuringExecution")
        || anti("preferredDuringSchedulingIgnoredDuringExecution")
        || filled(spec.get("topologySpreadConstraints"))
        || !may_share_node(elector.workload)
    {
        return;
    }
    let message = format!("leader and standby of the {count} replicas may run on the same node");
    let mut draft = Draft::new(elector.name_place(), message)
        .help(
            "The pod has neither a pod anti-affinity nor topology spread constraints. When the node fails, leader and standby \
             fail together, and there is no leader until Kubernetes has moved the pods, which takes minutes.",
        )
        .remedy(
            "Add `topologySpreadConstraints` with `topologyKey: kubernetes.io/hostname`, or a preferred pod anti-affinity. \
             `whenUnsatisfiable: ScheduleAnyway` also starts both pods on a cluster of one node.",
        );
    if let Some(origin) = elector.switch.origin() {
        draft = draft.rests_on([origin]);
    }
    if let Some(origin) = &elector.replicas.origin {
        draft = draft.related_origin(origin, "the number of replicas");
    }
    if let Some(order) = spread_order(elector) {
        draft = draft.fix("spread the pods over nodes", false, [order]);
    }
    sink.report(draft);
}
