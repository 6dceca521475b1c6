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
        "the pod is killed after {grace}s, but {} may take {shutdown}s to shut down before it releases its lock",
        elector.program.name
    );
    let draft = Draft::new(elector.object.place_of(node), message)
        .help(format!(
            "a busy leader is killed with the lock in its hand, and after every rollout the standbys wait out the whole \
             lease as if it had crashed; set `terminationGracePeriodSeconds` above {shutdown}"
        ))
        .rests_on([&releases.origin])
        .related_origin(&releases.origin, "the release on exit is chosen here");
    sink.report(draft);
}
