//! A Lease that is held by a pod that does not exist.

use crate::{
    Check, Draft, FixAvailability, Group, LeaseState, LiveLease, Needs, Profile, Rule, Severity,
    Sink,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "holder-gone",
    group: Group::Live,
    summary: "a Lease is held by a pod that does not exist",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &["spec.holderIdentity", "spec.leaseDurationSeconds"],
    check: Check::Lease(check),
};

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    if lease.observed.state != LeaseState::Orphaned {
        return;
    }
    let wait = lease.duration().map_or_else(
        || "its whole duration".to_owned(),
        |duration| format!("{duration}, the lease duration,"),
    );
    let draft = Draft::new(
        lease.place("holderIdentity"),
        "the pod that holds this Lease does not exist",
    )
    .help(format!(
        "`{}` went without releasing the Lease. Every candidate waits {wait} from its first look on before it may take it, \
         and until then there is no leader.",
        lease.holder()
    ))
    .remedy(
        "If no pod takes the Lease over, look at the logs of those that run. A program that releases its Lease on exit, and \
         a `terminationGracePeriodSeconds` that lets it do so, spare the wait.",
    );
    sink.report(draft);
}
