//! An elector that runs as ServiceAccount `default`, which every pod without an account uses.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

/// The record.
pub static RULE: Rule = Rule {
    id: "default-service-account",
    group: Group::Access,
    summary: "an elector runs as the ServiceAccount `default`",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let account = &elector.account;
    if !elector.is_on()
        || account.name != "default"
        || elector.locks_elsewhere()
        || elector.may_be_static()
    {
        return;
    }
    // A patch or an overlay may still set the account.
    if account.place.is_none() && (elector.fragment || elector.unbuilt) {
        return;
    }
    let (place, message) = match account.place {
        Some(place) => (place, "the elector runs as ServiceAccount `default`"),
        None => (
            elector.name_place(),
            "no `serviceAccountName` is set, so the elector runs as ServiceAccount `default`",
        ),
    };
    let mut draft = Draft::new(place, message)
        .help(
            "Every pod of the namespace that names no account runs as `default`, too. Whatever is bound to it for this election \
             is granted to all of them, and any of them can acquire or delete the lock.",
        )
        .remedy("Give the workload a ServiceAccount of its own and bind the Role to that one.");
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "leader election is enabled here");
    }
    sink.report(draft);
}
