//! A Lease that no workload with running pods claims.

use crate::{
    Check, Draft, FixAvailability, Group, LeaseState, LiveLease, Needs, Profile, Rule, Severity,
    Sink,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "unclaimed-lease",
    group: Group::Live,
    summary: "no workload with running pods claims a Lease that has a holder",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &["spec.holderIdentity"],
    check: Check::Lease(check),
};

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    if lease.observed.state != LeaseState::Abandoned {
        return;
    }
    let name = lease.object.metadata("name");
    let place = name.map_or_else(
        || lease.object.whole_place(),
        |name| lease.object.place_of(name),
    );
    let draft = Draft::new(place, "no workload with running pods claims this Lease")
        .help(format!(
            "`{}` held it, and it is not renewed. It was probably left behind by a program that was uninstalled or scaled to \
             zero. It does no harm: candidates that come later wait for its duration once.",
            lease.holder()
        ))
        .remedy("Delete the Lease if its program is gone for good.");
    sink.report(draft);
}
