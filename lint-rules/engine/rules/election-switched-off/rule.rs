//! The election ran before the change and does not after it, and more than one pod runs.

use crate::{Change, Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{ElectionState, Overlap};
use objects::{LedgerCode, WorkloadKind};
use programs::Resolved;

/// The record.
pub static RULE: Rule = Rule {
    id: "election-switched-off",
    group: Group::Transitions,
    summary: "the change disables leader election although more than one pod runs, if only during the rollout",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Change,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Change(check),
};

fn check(change: &Change<'_, '_>, sink: &mut Sink<'_>) {
    let Some(after) = change.after else { return };
    if !change.before.is_on() || after.state == ElectionState::On || after.program.replicas_are_fine
    {
        return;
    }
    let Some(rollout) = change.rollout() else {
        return;
    };
    let replicas = after.replicas.count;
    let no_pods = rollout.overlap == Overlap::Never && replicas.is_none_or(|count| count < 2);
    let alone = rollout.overlap == Overlap::Apart && replicas.is_some_and(|count| count < 2);
    if no_pods || alone {
        return;
    }
    if let Resolved::Unknown(unknown) = &after.switch {
        let place = unknown.place.unwrap_or_else(|| after.name_place());
        let reason = format!("the election was on; {}", unknown.reason);
        sink.not_judged(place, unknown.code, reason);
        return;
    }
    if after.state != ElectionState::Off {
        return;
    }
    let many = replicas.filter(|count| *count > 1);
    let meets = rollout.meets() == Some(true);
    let (message, consequence) = match (many, meets) {
        (Some(count), _) => (
            format!("leader election is disabled while {count} replicas run"),
            "From now on every replica is active (split brain).".to_owned(),
        ),
        (None, true) => (
            "leader election is disabled, and the rollout runs the old and the new pod together"
                .to_owned(),
            format!(
                "The rollout ({}) runs a pod that leads beside one that is active without the lock (split brain). Every later \
                 rollout does so, too.",
                rollout.cause
            ),
        ),
        (None, false) => {
            let unknown = after.replicas.unknown.as_ref();
            let code = unknown.map_or(LedgerCode::ReplicasUnreadable, |unknown| unknown.code);
            let place = unknown.and_then(|unknown| unknown.place);
            let reason = format!(
                "leader election is disabled, and whether two pods ever run at once is not known: {}",
                unknown.map_or(rollout.cause.as_str(), |unknown| &unknown.reason)
            );
            sink.not_judged(place.unwrap_or_else(|| after.name_place()), code, reason);
            return;
        }
    };
    let place = after
        .switch
        .origin()
        .filter(|origin| origin.is_in_manifest())
        .and_then(|origin| origin.place)
        .unwrap_or_else(|| after.name_place());
    let mut draft = Draft::new(place, message).help(consequence).remedy(
        match after.workload.kind() {
            WorkloadKind::Deployment | WorkloadKind::DeploymentConfig => {
                "Leave leader election on, or run one replica with `strategy: {type: Recreate}`."
            }
            kind if kind.has_replicas() => "Leave leader election on, or run one replica.",
            _ => "Leave leader election on.",
        },
    );
    if let Some(origin) = after.switch.origin() {
        draft = draft.rests_on([origin]);
    }
    if let Some(origin) = change.before.switch.origin() {
        draft = draft.related_origin(origin, "it was enabled here");
    }
    sink.report(draft);
}
