//! Another lock type: locks of different types do not exclude each other.

use crate::{
    Change, Check, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, TwoLocks,
};
use election::access::LockResource;

/// The record.
pub static RULE: Rule = Rule {
    id: "lock-type-changed",
    group: Group::Transitions,
    summary: "the change gives the lock another type, so old and new pods lead together (split brain)",
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
    let Some(mut two_locks) = change
        .rollout()
        .and_then(|rollout| TwoLocks::under(&rollout, change.before))
    else {
        return;
    };
    let Some(pair) = change.differing(|elector| &elector.lock_type, "type of the lock", sink)
    else {
        return;
    };
    let (was, is) = (pair.before.value.as_str(), pair.after.value.as_str());
    if share_an_object(was, is) {
        return;
    }
    if let Some(migration) = migration_type(was, is)
        && after.program.library.is_client_go()
    {
        let across = format!(
            " With client-go 0.17 to 0.27 one rollout with `{migration}` in between does it, too: that type holds both locks."
        );
        two_locks.remedy.push_str(&across);
    }
    let place = after.place_of(&after.lock_type);
    let draft = two_locks
        .draft(
            place,
            [
                &format!("the lock type `{was}` becomes `{is}`"),
                "the lock gets another type",
            ],
        )
        .rests_on([&pair.before.origin, &pair.after.origin])
        .related_origin(&pair.before.origin, format!("it was `{was}` here"));
    change.report(draft, sink);
}

/// Whether locks of two types exclude each other: a lock on two objects needs both of them.
fn share_an_object(a: &str, b: &str) -> bool {
    let objects = LockResource::of_type(a).unwrap_or_default();
    objects.iter().any(|object| object.is_part_of(b))
}

/// The type that holds both, for a migration.
fn migration_type(was: &str, is: &str) -> Option<&'static str> {
    match (was, is) {
        ("endpoints", "leases") => Some("endpointsleases"),
        ("configmaps", "leases") => Some("configmapsleases"),
        _ => None,
    }
}
