//! A Lease with another duration than its elector is set to.

use crate::{
    Check, Draft, FixAvailability, Group, LeaseState, LiveLease, Needs, Profile, Rule, Severity,
    Sink,
};
use programs::{Nanos, Origin};

/// The record.
pub static RULE: Rule = Rule {
    id: "duration-mismatch",
    group: Group::Live,
    summary: "the duration in a Lease is not the one that its elector is set to",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &["spec.leaseDurationSeconds"],
    check: Check::Lease(check),
};

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    // Only a holder that renews has written the duration just now, and one elector alone says which it should be.
    let [elector] = lease.electors.as_slice() else {
        return;
    };
    let (LeaseState::Held, Some(written)) = (lease.observed.state, lease.duration()) else {
        return;
    };
    let (Some(declared), true) = (elector.lease.value(), elector.is_on()) else {
        return;
    };
    let stored = declared.whole_seconds();
    let origin = elector.lease.origin();
    // What is not written is only what this program is thought to do.
    if Nanos::from_seconds(stored) == written || !origin.is_some_and(Origin::is_written) {
        return;
    }
    let mut draft = Draft::new(
        lease.place("leaseDurationSeconds"),
        format!("the holder writes {written}, but its lease duration is set to {declared}"),
    )
    .help(
        "The duration in the Lease is the one that counts: candidates wait for it. The pods that run are older than the \
         settings, or the program does not read the setting.",
    )
    .remedy("Wait for the rollout to end, or restart the pods. If it stays so, correct the name of the setting.");
    if let Some(origin) = origin {
        draft = draft.related_origin(origin, format!("lease duration {declared}"));
    }
    sink.report(draft);
}
