//! A Lease that is held and not renewed for longer than its duration.

use crate::{
    Check, Draft, FixAvailability, Group, LeaseState, LiveLease, Needs, Profile, Rule, Severity,
    Sink,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-not-renewed",
    group: Group::Live,
    summary: "a Lease is held and was not renewed for longer than its duration",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &[
        "spec.holderIdentity",
        "spec.leaseDurationSeconds",
        "spec.renewTime",
    ],
    check: Check::Lease(check),
};

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    if lease.observed.state != LeaseState::Expired {
        return;
    }
    let Some(duration) = lease.duration() else {
        return;
    };
    let unchanged = lease.observed.unchanged;
    let draft = Draft::new(
        lease.place("renewTime"),
        format!("not renewed for {unchanged}, longer than the lease duration {duration}"),
    )
    .help(format!(
        "`{}` holds the Lease and does not renew it, and no other candidate takes it. There is no leader, and nothing is \
         reconciled.",
        lease.holder()
    ))
    .remedy(
        "Look at the log of the holder and of its standbys: a candidate that lacks permission, cannot reach the API server \
         or hangs says so there. With a single replica there is no standby to take over.",
    );
    sink.report(draft.related(lease.place("holderIdentity"), "the holder"));
}
