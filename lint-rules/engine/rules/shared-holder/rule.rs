//! Two pods that lead with one identity.

use crate::{
    Check, Draft, FixAvailability, Group, LeaseState, LiveLease, Needs, Profile, Rule, Severity,
    Sink,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "shared-holder",
    group: Group::Live,
    summary: "two running pods have the identity that holds a Lease",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Live,
    fix: FixAvailability::None,
    reads: &["spec.holderIdentity"],
    check: Check::Lease(check),
};

fn check(lease: &LiveLease<'_, '_>, sink: &mut Sink<'_>) {
    if lease.observed.state != LeaseState::Shared {
        return;
    }
    let mut draft = Draft::new(
        lease.place("holderIdentity"),
        "two running pods have the identity that holds this Lease",
    )
    .help(format!(
        "Each of them takes `{}` for itself and leads: two leaders (split brain) for as long as both run. \
         `leaseTransitions` does not show it, because the holder never changes.",
        lease.holder()
    ))
    .remedy("Give each pod an identity of its own, such as its name by the downward API.");
    for elector in &lease.electors {
        if let Some(place) = elector.identity.place {
            draft = draft.related(place, "the identity is the same for every replica");
        }
    }
    sink.report(draft);
}
