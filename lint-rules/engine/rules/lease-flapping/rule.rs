//! A Lease whose holder changes again and again.

use crate::{
    Check, Draft, FixAvailability, Group, LiveLease, Needs, Profile, Rule, Severity, Sink,
};
use programs::Nanos;

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-flapping",
    group: Group::Live,
    summary: "the holder of a Lease changes again and again",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &["spec.leaseTransitions"],
    check: Check::Lease(check),
};

/// So many changes of the holder are no rollout: of that there are two at most, one for each side of it.
const LEAST_TRANSITIONS: u32 = 3;

/// A quarter of an hour for each change.
const LONGEST_TIME_BETWEEN: Nanos = Nanos::from_seconds(900);

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    let (transitions, observed) = (lease.observed.transitions, lease.observed.observed);
    let rate = observed.0 / i64::from(transitions.max(1));
    if transitions < LEAST_TRANSITIONS || rate > LONGEST_TIME_BETWEEN.0 {
        return;
    }
    let draft = Draft::new(
        lease.place("leaseTransitions"),
        format!("the holder changed {transitions} times within {observed}"),
    )
    .help(
        "Each change stops the work of one leader and starts that of another, which begins by reading everything anew. Between \
         them there is no leader.",
    )
    .remedy(
        "Look at why leaders stop: restarts, a renew deadline that is too short for the API server's latency, or two programs \
         that use one Lease.",
    );
    sink.report(draft);
}
