//! What a list of grants allows an elector to do with its lock.

use std::ptr;

use super::answer::GrantPath;
use super::authorization::{AccessRequest, Grant};
use super::lock_resource::LockResource;
use super::need::{Need, NeededNamespace};
use super::rule_match::allows;
use programs::Unknown;

/// The answer to one request.
pub(super) struct Verdict {
    /// Indexes of the grants that allow it.
    pub(super) allowed_by: Vec<usize>,
    /// What would have to be known to say whether a further rule allows it.
    pub(super) undecided: Option<Unknown>,
}

/// Rules that allow `create` for some names only, where the elector's `create` carries none.
pub(super) fn useless_creates<'p>(need: &Need<'_>, grants: &[Grant<'p>]) -> Vec<Grant<'p>> {
    if need.applies {
        return Vec::new();
    }
    let of_lock = |grant: &Grant<'_>| {
        need.resources.iter().any(|resource| {
            let names = grant.rule.resource_names.texts();
            let as_named = AccessRequest {
                name: names.into_iter().next().unwrap_or_default(),
                ..need.request(*resource, "create")
            };
            allows(grant.rule, &as_named)
        })
    };
    grants
        .iter()
        .filter(|grant| {
            let rule = grant.rule;
            rule.verbs.has("create")
                && !rule.resource_names.is_empty()
                && !rule.resource_names.has("")
                && of_lock(grant)
        })
        .copied()
        .collect()
}

/// The bindings and roles of these grants, each once, in the order in which they first grant something.
pub(super) fn paths<'p>(grants: &[Grant<'p>], granted: &[usize]) -> Vec<GrantPath<'p>> {
    // The rules of one binding follow each other, and all are of one role.
    let mut is_listed = vec![false; grants.len()];
    let mut paths = Vec::new();
    for &at in granted {
        let Some(&Grant { binding, role, .. }) = grants.get(at) else {
            continue;
        };
        let before = grants.get(..at).unwrap_or_default();
        let others = before
            .iter()
            .rev()
            .take_while(|grant| ptr::eq(grant.binding, binding))
            .count();
        if let Some(listed) = is_listed.get_mut(at - others)
            && !std::mem::replace(listed, true)
        {
            paths.push(GrantPath { binding, role });
        }
    }
    paths
}

/// The answer of these grants to the request that an elector makes with a verb.
pub(super) fn verdict(
    need: &Need<'_>,
    resource: LockResource,
    verb: &str,
    grants: &[Grant<'_>],
) -> Verdict {
    let request = need.request(resource, verb);
    let mut verdict = Verdict {
        allowed_by: Vec::new(),
        undecided: None,
    };
    let any_namespace = matches!(need.namespace, NeededNamespace::Unknown(_));
    for (at, grant) in grants.iter().enumerate() {
        let in_older_group = resource
            .older_group()
            .is_some_and(|group| allows(grant.rule, &AccessRequest { group, ..request }));
        if in_older_group || allows(grant.rule, &request) {
            match &need.namespace {
                NeededNamespace::Unknown(because) if any_namespace && !grant.binding.cluster => {
                    verdict.undecided.get_or_insert_with(|| because.clone());
                }
                _ => verdict.allowed_by.push(at),
            }
            continue;
        }
        // The name of the lock is not known, so a rule for some names may allow it.
        if let Err(because) = &need.name
            && (verb != "create" || need.applies)
            && let Some(named) = grant.rule.resource_names.texts().next()
            && allows(
                grant.rule,
                &AccessRequest {
                    name: named,
                    ..request
                },
            )
        {
            verdict.undecided.get_or_insert_with(|| because.clone());
        }
    }
    verdict
}

/// The role to correct: one with rules for locks before any other, a Role before a ClusterRole.
pub(super) fn nearest_role<'p>(grants: &[Grant<'p>]) -> Option<GrantPath<'p>> {
    grants
        .iter()
        .filter(|grant| grant.source.place.is_some() || grant.role.place.is_some())
        .min_by_key(|grant| {
            let mut resources = grant.rule.resources.texts();
            let about_locks = resources.any(|resource| {
                LockResource::ALL
                    .iter()
                    .any(|lock| lock.resource() == resource)
            });
            let about_leases = grant.rule.resources.has(LockResource::Leases.resource());
            (
                !about_leases,
                !about_locks,
                grant.binding.cluster,
                grant.role.cluster,
            )
        })
        .map(|grant| GrantPath {
            binding: grant.binding,
            role: grant.source,
        })
}
