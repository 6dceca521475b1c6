//! Whether an account may write events, of which only that it surely may not is worth a word.

use std::collections::HashSet;

use super::authorize::{Request, User};
use super::decide::{AccountName, Sight};
use super::matching::allows;
use super::policy::Policy;

/// What client-go's event recorder does: it creates an event for each change of leader, and patches it when it
/// comes again (client-go 0.37, `tools/record/event.go`).
pub(super) const VERBS: [&str; 2] = ["create", "patch"];

/// The request that the recorder makes with a verb.
pub(super) fn events_request<'r>(namespace: Option<&'r str>, verb: &'r str) -> Request<'r> {
    Request {
        namespace,
        verb,
        group: "",
        resource: "events",
        subresource: "",
        name: "",
    }
}

/// Whether anything in sight may let an account write events, whichever of several definitions is meant.
#[must_use]
pub fn may_write_events(
    account: AccountName<'_>,
    namespace: Option<&str>,
    policy: &Policy,
    sight: &dyn Sight,
) -> bool {
    let user = User::account(account.namespace, account.name);
    let mut asked = HashSet::new();
    let mut lacking = VERBS.to_vec();
    for binding in policy.bindings_reaching_in_sight(&user, namespace, sight) {
        let reference = (
            &*binding.role.kind,
            binding.namespace.as_deref(),
            &*binding.role.name,
        );
        if !sight.sees(binding.place) || !asked.insert(reference) {
            continue;
        }
        let roles = policy.roles_in_sight(binding, Some(sight));
        let seen = roles.into_iter().filter(|role| sight.sees(role.place));
        for (_, rule) in seen.flat_map(|role| policy.rules_of(role)) {
            lacking.retain(|verb| !allows(rule, &events_request(namespace, verb)));
            if lacking.is_empty() {
                return true;
            }
        }
    }
    false
}
