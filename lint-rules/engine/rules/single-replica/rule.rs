//! Election is on, and there is no standby.

use crate::fix_orders::spread_order;
use crate::{
    Check, Context, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{ElectionState, Elector};
use manifest::edit::NewValue;
use objects::WorkloadKind;
use programs::Resolved;
use programs::dialect::Setting;

/// The record.
pub static RULE: Rule = Rule {
    id: "single-replica",
    group: Group::Replicas,
    summary: "leader election is on, but one replica runs, so there is no standby",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    let workload = &elector.workload;
    // A control plane of one machine has no other of its components either.
    if elector.container.component().is_some()
        || !workload.kind().has_replicas()
        || elector.replicas.count != Some(1)
    {
        return;
    }
    let origin = elector.replicas.origin.as_ref();
    let written = origin.is_some_and(|origin| origin.is_written());
    // A patch or an overlay may still set the number.
    if !written && (elector.fragment || elector.unbuilt) {
        return;
    }
    let place = origin
        .and_then(|origin| origin.place)
        .unwrap_or_else(|| elector.name_place());
    match elector.state {
        ElectionState::Off => return,
        ElectionState::Unknown => {
            if let Resolved::Unknown(unknown) = &elector.switch {
                let reason = format!(
                    "one replica runs, and whether it elects is not known: {}",
                    unknown.reason
                );
                sink.not_judged(place, unknown.code, reason);
            }
            return;
        }
        ElectionState::On => {}
    }
    let message = match (&elector.replicas.scaler, written) {
        (Some(scaler), _) => first_fitting([
            format!("leader election is on, but {scaler} may scale down to 1"),
            "leader election is on, but its scaler may scale down to 1 replica".to_owned(),
        ]),
        (None, true) => "leader election is on, but `replicas: 1` leaves no standby".to_owned(),
        (None, false) => {
            "leader election is on, but `replicas` is not set, which leaves no standby".to_owned()
        }
    };
    let remedy = match &elector.replicas.scaler {
        Some(_) => "Set the scaler's minimum to at least 2 replicas.",
        None => "Set `replicas: 2`.",
    };
    let mut others = context.others_in_pod();
    let active_twice = others.find(|other| works_in_each_replica(other));
    let first = active_twice.map_or_else(String::new, |other| {
        let name = other.container.name();
        format!("First make sure that container {name} elects a leader, too: each of two replicas would run it. ")
    });
    let mut draft = Draft::new(place, message)
        .help(
            "When the pod or its node fails, there is no leader until Kubernetes has started another pod. A few failed \
             renewals during an API outage end the only pod, too. The lock only keeps the old pod and the new one apart \
             during a rollout.",
        )
        .remedy(format!("{first}{remedy}{}", for_one_pod(elector)));
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "leader election is enabled here");
    }
    if elector.replicas.scaler.is_none() && active_twice.is_none() {
        let count = match origin.and_then(|origin| origin.place).filter(|_| written) {
            Some(place) => Some(EditOrder::Respell(place, "2".to_owned())),
            None => workload.spec().map(|spec| EditOrder::InsertEntry {
                mapping: elector.object.place_of(spec),
                behind: &["selector"],
                key: "replicas",
                value: NewValue::Number(2),
            }),
        };
        // Standbys on one node would be the next finding. In a chart, a value may set the number alone.
        draft = match spread_order(elector) {
            Some(spread) => {
                let both = count.clone().into_iter().chain([spread]);
                draft
                    .fix(
                        "run two replicas, on two nodes if there are some",
                        false,
                        both,
                    )
                    .else_fix("run two replicas", count)
            }
            None => draft.fix("run two replicas", false, count),
        };
    }
    sink.report(draft);
}

/// Whether all replicas of a container would be active, or may be.
fn works_in_each_replica(other: &Elector<'_>) -> bool {
    let program = other.program;
    !(other.is_on() || program.never_elects || program.replicas_are_fine)
}

/// The advice if one pod is intended: not every program can do without its election, and only Deployments have a
/// strategy that ends the old pod first, if theirs does not do so already.
fn for_one_pod(elector: &Elector<'_>) -> &'static str {
    let strategy = elector
        .workload
        .spec()
        .and_then(|spec| spec.at(&["strategy", "type"]))
        .and_then(|kind| kind.as_str());
    let kind = elector.workload.kind();
    let can_recreate = matches!(
        kind,
        WorkloadKind::Deployment | WorkloadKind::DeploymentConfig
    ) && strategy != Some("Recreate");
    match (has_switch(elector), can_recreate) {
        (true, true) => {
            " If one pod is intended, disable leader election and use `strategy: Recreate`."
        }
        (true, false) => " If one pod is intended, disable leader election.",
        (false, true) => " If one pod is intended, use `strategy: Recreate`.",
        (false, false) => "",
    }
}

/// Whether the program has a switch, or may have one because it has no record.
fn has_switch(elector: &Elector<'_>) -> bool {
    let program = elector.program;
    program.generic
        || program.spec(Setting::Enable).is_none_or(|switch| {
            !(switch.flags.is_empty()
                && switch.env.is_empty()
                && switch.keys.is_empty()
                && switch.feature_gate.is_none())
        })
}
