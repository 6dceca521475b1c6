//! Leader and standbys that may all run on one node.

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
    fix: FixAvailability::None,
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
    let message = format!(
        "nothing keeps the {count} replicas apart: leader and standby may run on the same node"
    );
    let mut draft = Draft::new(elector.name_place(), message).help(
        "when that node dies the standby dies with the leader, and nobody takes over until Kubernetes has moved the \
         pods, which takes minutes; add `topologySpreadConstraints` with `topologyKey: kubernetes.io/hostname` \
         (`whenUnsatisfiable: ScheduleAnyway` still starts on a small cluster), or a preferred pod anti-affinity",
    );
    if let Some(origin) = elector.switch.origin() {
        draft = draft.rests_on([origin]);
    }
    if let Some(origin) = &elector.replicas.origin {
        draft = draft.related_origin(origin, "the number of replicas");
    }
    sink.report(draft);
}
