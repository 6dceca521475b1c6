//! Whether one rule allows one request.

use super::authorization::AccessRequest;
use super::roles::PolicyRule;

/// Whether a rule allows a request: every comparison is exact and case-sensitive
/// (kubernetes 1.36, `pkg/apis/rbac/v1/evaluation_helpers.go`).
#[must_use]
pub fn allows(rule: &PolicyRule, request: &AccessRequest<'_>) -> bool {
    has_or_all(rule.verbs.texts(), request.verb)
        && has_or_all(rule.api_groups.texts(), request.group)
        && resource_matches(rule, request.resource, request.subresource)
        && name_matches(rule, request.name)
}

fn has_or_all<'w>(mut words: impl Iterator<Item = &'w str>, wanted: &str) -> bool {
    words.any(|word| word == "*" || word == wanted)
}

/// `*` means every resource and subresource, `*/scale` that subresource of every resource.
pub(super) fn resource_matches(rule: &PolicyRule, resource: &str, subresource: &str) -> bool {
    rule.resources.texts().any(|word| {
        if word == "*" {
            return true;
        }
        if subresource.is_empty() {
            return word == resource;
        }
        word.split_once('/')
            .is_some_and(|(of, sub)| (of == "*" || of == resource) && sub == subresource)
    })
}

/// No names mean any name. A request without a name has the empty one, as every ordinary `create` has.
pub(super) fn name_matches(rule: &PolicyRule, name: &str) -> bool {
    rule.resource_names.is_empty() || rule.resource_names.has(name)
}
