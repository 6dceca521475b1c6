//! One replica without election, and a rollout that runs two.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{Bound, ElectionState, Elector, fenceposts};
use manifest::tree::Node;
use objects::WorkloadKind;

/// The record.
pub static RULE: Rule = Rule {
    id: "rollout-overlap",
    group: Group::Replicas,
    summary: "one replica without leader election, and a rolling update that runs the old and the new pod together",
    severity: Severity::Info,
    profile: Profile::Pedantic,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if elector.state != ElectionState::Off
        || elector.replicas.count != Some(1)
        || elector.program.replicas_are_fine
    {
        return;
    }
    let (rolling, parameters) = match elector.workload.kind() {
        WorkloadKind::Deployment => ("RollingUpdate", "rollingUpdate"),
        WorkloadKind::DeploymentConfig => ("Rolling", "rollingParams"),
        _ => return,
    };
    let unfinished = elector.fragment || elector.unbuilt;
    let written = |origin: &programs::Origin| origin.is_in_manifest();
    if unfinished
        && !(elector.replicas.origin.as_ref().is_some_and(written)
            && elector.switch.origin().is_some_and(written))
    {
        return;
    }
    let strategy = elector
        .workload
        .spec()
        .and_then(|spec| spec.get("strategy"));
    let kind = strategy.and_then(|strategy| strategy.get("type"));
    let surge = strategy.and_then(|strategy| strategy.at(&[parameters, "maxSurge"]));
    if kind
        .and_then(Node::as_str)
        .is_some_and(|kind| kind != rolling)
        || surge.is_some_and(|surge| !is_above_zero(surge))
        || (unfinished && kind.is_none() && surge.is_none())
    {
        return;
    }
    let place = surge.or(kind).map_or_else(
        || elector.name_place(),
        |node| elector.object.place_of(node),
    );
    let how = if surge.is_some() || kind.is_some() {
        "a rolling update"
    } else {
        "the default rolling update"
    };
    let message = format!("leader election is off, and {how} runs old and new pod together");
    let mut draft = Draft::new(place, message)
        .help(
            "During every rollout two pods are active for some seconds, or for ten minutes if the new pod does not become \
             ready.",
        )
        .remedy("Enable leader election, or set `strategy: {type: Recreate}` and accept the gap.");
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "leader election is disabled here");
    }
    sink.report(draft);
}

/// Whether a rolling update of one pod starts the new one before the old one ends.
fn is_above_zero(surge: Node<'_>) -> bool {
    fenceposts(Bound::of(surge), Some(Bound::Count(0)), 1).is_some_and(|(surge, _)| surge > 0)
}
