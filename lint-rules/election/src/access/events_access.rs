//! Whether an account may write events. Only a sure no is reported.

use std::collections::HashSet;

use super::authorization::{AccessRequest, AccountName, User};
use super::policy::RbacPolicy;
use super::rule_match::allows;
use super::visibility::Visibility;

/// The verbs of client-go's event recorder: it creates an event for each change of leader, and patches it when it
/// comes again (client-go 0.37, `tools/record/event.go`).
pub(super) const EVENT_VERBS: [&str; 2] = ["create", "patch"];

/// The request that the recorder makes with a verb.
pub(super) fn events_request<'r>(namespace: Option<&'r str>, verb: &'r str) -> AccessRequest<'r> {
    AccessRequest {
        namespace,
        verb,
        group: "",
        resource: "events",
        subresource: "",
        name: "",
    }
}

/// Whether anything visible may let an account write events, whichever of several definitions applies.
#[must_use]
pub fn may_write_events(
    account: AccountName<'_>,
    namespace: Option<&str>,
    policy: &RbacPolicy,
    visibility: &dyn Visibility,
) -> bool {
    let user = User::account(account.namespace, account.name);
    let mut checked = HashSet::new();
    let mut lacking = EVENT_VERBS.to_vec();
    for binding in policy.visible_bindings_reaching(&user, namespace, visibility) {
        let reference = (
            &*binding.role.kind,
            binding.namespace.as_deref(),
            &*binding.role.name,
        );
        if !visibility.is_visible(binding.place) || !checked.insert(reference) {
            continue;
        }
        let roles = policy.visible_roles_of(binding, Some(visibility));
        let seen = roles
            .into_iter()
            .filter(|role| visibility.is_visible(role.place));
        for (_, rule) in seen.flat_map(|role| policy.rules_of(role)) {
            lacking.retain(|verb| !allows(rule, &events_request(namespace, verb)));
            if lacking.is_empty() {
                return true;
            }
        }
    }
    false
}
