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
    let mut draft = Draft::new(place, message).help(
        "whatever is bound to `default` for this election is given to every pod of the namespace that names no account, \
         and any of them can take or delete the lock; give the workload an account of its own and bind the Role to that",
    );
    if let Some(origin) = elector.switch.origin() {
        draft = draft
            .rests_on([origin])
            .related_origin(origin, "the election is turned on here");
    }
    sink.report(draft);
}
