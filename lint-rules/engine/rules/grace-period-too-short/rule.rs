//! The pod is killed before it releases its lock.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

/// The record.
pub static RULE: Rule = Rule {
    id: "grace-period-too-short",
    group: Group::Replicas,
    summary: "the program releases its lock on exit, but the pod is killed before its shutdown may end",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &["spec.template.spec.terminationGracePeriodSeconds"],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if !elector.is_on() {
        return;
    }
    let Some(releases) = elector.releases.known().filter(|releases| releases.value) else {
        return;
    };
    let Some(shutdown) = elector.program.shutdown_seconds.map(i64::from) else {
        return;
    };
    // The default of 30 seconds is not a decision of the manifest's author.
    let Some(node) = elector
        .workload
        .pod_spec()
        .get("terminationGracePeriodSeconds")
    else {
        return;
    };
    let Some(grace) = node.as_i64().filter(|grace| *grace < shutdown) else {
        return;
    };
    let message = format!(
        "the pod is killed after {grace}s, but its shutdown may take {shutdown}s before the release"
    );
    let draft = Draft::new(elector.object.place_of(node), message)
        .help(format!(
            "The shutdown of {} may need {shutdown}s before the lock is released. A busy leader is killed while it holds the \
             lock, and after every rollout the standbys wait until the lease expires, as after a crash.",
            elector.program.name
        ))
        .remedy(format!("Set `terminationGracePeriodSeconds` above {shutdown}."))
        .rests_on([&releases.origin])
        .related_origin(&releases.origin, "the release on exit is chosen here");
    sink.report(draft);
}
