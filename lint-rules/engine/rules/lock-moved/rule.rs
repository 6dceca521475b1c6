//! Another lock namespace: the two revisions do not exclude each other from leading.

use crate::{
    Change, Check, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, TwoLocks,
};

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-moved",
    group: Group::Transitions,
    summary: "the change puts the lock into another namespace, so old and new pods lead together (split brain)",
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
    let namespace = "namespace of the lock";
    let Some(pair) = change.differing(|elector| &elector.lock_namespace, namespace, sink) else {
        return;
    };
    let own = |elector: &election::Elector<'_>| {
        elector
            .object
            .metadata("namespace")
            .map(|node| elector.object.place_of(node))
    };
    let (was, is) = (&pair.before.value, &pair.after.value);
    let place = pair
        .after
        .origin
        .place
        .or_else(|| own(after))
        .unwrap_or_else(|| after.name_place());
    let draft = two_locks
        .draft(
            place,
            [
                &format!("the lock moves from namespace `{was}` to `{is}`"),
                "the lock moves to another namespace",
            ],
        )
        .rests_on([&pair.before.origin, &pair.after.origin]);
    let old_place = pair.before.origin.place.or_else(|| own(change.before));
    let draft = match old_place {
        Some(old) => draft.related(old, format!("it was in `{was}`")),
        None => draft,
    };
    change.report(draft, sink);
}
