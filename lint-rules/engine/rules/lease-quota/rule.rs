//! A quota that leaves too few Leases for the elections of a namespace.

use std::collections::BTreeSet;

use crate::world::World;
use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{ElectionState, ElectorFacts, LockNamespace};
use objects::Object;

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-quota",
    group: Group::Objects,
    summary: "a ResourceQuota allows fewer Leases than the elections of its namespace need",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &["spec.hard"],
    check: Check::ObjectInWorld(check),
};

/// The key that counts Leases (kubernetes 1.37, `k8s.io/apiserver/pkg/quota/v1/generic`).
const COUNT_KEY: &str = "count/leases.coordination.k8s.io";

fn check<'w>(object: &Object<'w>, world: &dyn World<'w>, sink: &mut Sink<'_>) {
    if object.kind_word() != "ResourceQuota" || !object.group().is_empty() {
        return;
    }
    let Some(hard) = object.node().at(&["spec", "hard", COUNT_KEY]) else {
        return;
    };
    let text = hard.scalar_text().unwrap_or_default();
    // A quantity with a suffix is no small one.
    let Ok(allowed) = text.parse::<usize>() else {
        return;
    };
    let electors: Vec<&ElectorFacts> = world
        .electors_around(*object)
        .into_iter()
        .filter(|elector| counts(elector, *object))
        .collect();
    let locks: BTreeSet<&str> = electors
        .iter()
        .filter_map(|elector| elector.lock_name.as_deref())
        .collect();
    if locks.len() <= allowed {
        return;
    }
    let message = format!(
        "the quota allows {allowed} Leases, and {} are needed for elections here",
        locks.len()
    );
    let mut draft = Draft::new(object.place_of(hard), message)
        .help(
            "A Lease that exceeds the quota is refused (403 Forbidden). Its candidates stay Running, none of them becomes \
             leader, and which elections are hit depends on which Lease was created first.",
        )
        .remedy(format!(
            "Allow at least {}, and room for Leases that are no locks.",
            locks.len()
        ));
    let others = electors.iter().filter_map(|elector| {
        let place = elector.name_place?;
        Some((place, format!("locks `{}`", elector.lock_name.as_deref()?)))
    });
    for (place, words) in others {
        draft = draft.related(place, words);
    }
    sink.report(draft);
}

/// Whether an elector surely needs a Lease in the namespace of a quota.
fn counts(elector: &ElectorFacts, quota: Object<'_>) -> bool {
    let is_here = match (&elector.lock_namespace, quota.namespace()) {
        (LockNamespace::Known(lock), Some(namespace)) => **lock == *namespace,
        (LockNamespace::Own, None) => true,
        _ => false,
    };
    is_here && elector.state == ElectionState::On && !elector.unbuilt && elector.locks_lease()
}
