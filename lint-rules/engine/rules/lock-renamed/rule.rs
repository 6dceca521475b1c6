//! Another lock name: the two revisions do not exclude each other from leading.

use crate::{
    Change, Check, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, TwoLocks,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-renamed",
    group: Group::Transitions,
    summary: "the change gives the lock another name, so old and new pods lead together (split brain)",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Change,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Change(check),
};

fn check(change: &Change<'_, '_>, sink: &mut Sink<'_>) {
    let Some(after) = change.keeps_electing() else {
        return;
    };
    let Some(two_locks) = change
        .rollout()
        .and_then(|rollout| TwoLocks::under(&rollout, change.before))
    else {
        return;
    };
    let Some(pair) = change.differing(|elector| &elector.lock_name, "name of the lock", sink)
    else {
        return;
    };
    let (was, is) = (&pair.before.value, &pair.after.value);
    let place = after.place_of(&after.lock_name);
    let draft = two_locks
        .draft(
            place,
            [
                &format!("the lock `{was}` becomes `{is}`"),
                "the lock gets another name",
            ],
        )
        .rests_on([&pair.before.origin, &pair.after.origin])
        .related_origin(&pair.before.origin, format!("it was `{was}` here"));
    change.report(draft, sink);
}
