//! Whether an elector's account may use its lock: the union over all its bindings, unknown parts kept apart.

use std::ptr;

use super::account_view::{AccountView, BindingGrants};
use super::answer::{Access, AccessState, DanglingBinding, EventsAccess, GrantPath, MissingVerb};
use super::authorization::{AccessRequest, AccountName, Grant};
use super::bindings::{Binding, SubjectNamespace};
use super::events_access::{EVENT_VERBS, events_request};
use super::near_miss::NearMisses;
use super::need::{LockResource, Need, NeededNamespace};
use super::policy::RbacPolicy;
use super::rule_match::allows;
use super::visibility::Visibility;
use objects::LedgerCode;
use programs::Unknown;

/// Whether the account of an elector may use its lock.
#[must_use]
pub fn access_of<'p>(
    need: &Need<'_>,
    account: AccountName<'_>,
    policy: &'p RbacPolicy,
    visibility: &dyn Visibility,
) -> Access<'p> {
    AccountView::new(policy, visibility, account).access(need)
}

/// The answer to one request.
struct Verdict {
    /// Indexes of the grants that allow it.
    allowed_by: Vec<usize>,
    /// What would have to be known to say whether a further rule allows it.
    undecided: Option<Unknown>,
}

impl<'p> AccountView<'p, '_> {
    fn access(&self, need: &Need<'_>) -> Access<'p> {
        let reaching = self.reaching(need.namespace());
        let mut grants: Vec<Grant<'p>> = Vec::new();
        let mut dangling: Vec<&'p Binding> = Vec::new();
        let mut open: Option<Unknown> = None;
        for binding in &reaching {
            match self.grants_of(binding) {
                BindingGrants::Rules(rules) => grants.extend(rules),
                BindingGrants::RoleNotFound if self.holds_roles(binding) => dangling.push(binding),
                BindingGrants::RoleNotFound => {
                    open.get_or_insert_with(|| role_not_in_input(binding));
                }
                BindingGrants::Unknown(because) => {
                    open.get_or_insert(because);
                }
            }
        }
        let mut access = Access {
            state: AccessState::Granted,
            resources: need.resources,
            namespace: need.namespace().map(str::to_owned),
            missing: Vec::new(),
            through: Vec::new(),
            grants: Vec::new(),
            bindings: self.own_bindings(),
            nearest_role: None,
            useless_creates: useless_creates(need, &grants),
            dangling: dangling
                .iter()
                .map(|binding| without_role(binding))
                .collect(),
            events: EventsAccess::Unknown,
            within: None,
            instead: None,
        };
        let mut undecided: Option<Unknown> = None;
        let mut absent = Vec::new();
        let mut granted: Vec<usize> = Vec::new();
        for resource in need.resources {
            for verb in &need.verbs {
                let verdict = verdict(need, *resource, verb, &grants);
                if !verdict.allowed_by.is_empty() {
                    granted.extend(verdict.allowed_by);
                } else if let Some(because) = verdict.undecided {
                    undecided.get_or_insert(because);
                } else {
                    absent.push((*resource, (*verb).to_owned()));
                }
            }
        }
        access.grants = granted
            .iter()
            .filter_map(|at| grants.get(*at))
            .copied()
            .collect();
        access.through = paths(&grants, &granted);
        access.events = self.events(need, &grants, open.is_none() && !access.bindings.is_empty());
        if !absent.is_empty() {
            access.dangling.extend(self.without_subject(need, &absent));
        }
        access.state = if absent.is_empty() {
            undecided.map_or(AccessState::Granted, AccessState::Unknown)
        } else if let Some(because) = self.unknown(need, &access, open) {
            AccessState::Unknown(because)
        } else {
            AccessState::Missing
        };
        if access.state == AccessState::Missing {
            let near = NearMisses::of(self, need, &grants, &dangling);
            access.missing = absent
                .into_iter()
                .map(|(resource, verb)| MissingVerb {
                    near: near.of_verb(resource, &verb),
                    resource,
                    verb,
                })
                .collect();
            access.nearest_role = nearest_role(&grants);
        }
        access
    }

    /// Whether the account may write events where the lock is.
    fn events(&self, need: &Need<'_>, grants: &[Grant<'p>], all_known: bool) -> EventsAccess {
        let known = !matches!(need.namespace, NeededNamespace::Unknown(_));
        let granted = |verb: &str| {
            let request = events_request(need.namespace(), verb);
            grants
                .iter()
                .any(|grant| (known || grant.binding.cluster) && allows(grant.rule, &request))
        };
        let missing: Vec<&str> = EVENT_VERBS
            .into_iter()
            .filter(|verb| !granted(verb))
            .collect();
        if missing.is_empty() {
            EventsAccess::Granted
        } else if known && (all_known || self.visibility.is_complete()) {
            EventsAccess::Missing(missing)
        } else {
            EventsAccess::Unknown
        }
    }

    /// Bindings that would grant what is missing, but name this account in a namespace that has no such account.
    fn without_subject(
        &self,
        need: &Need<'_>,
        absent: &[(LockResource, String)],
    ) -> Vec<DanglingBinding<'p>> {
        let mut found = Vec::new();
        for (binding, subject) in self.namesakes(need.namespace()) {
            let Some(SubjectNamespace::Written(namespace)) = binding
                .subjects
                .get(subject)
                .map(|subject| binding.namespace_of(subject))
            else {
                continue;
            };
            if binding.namespaces_to_come
                || self.visibility.has_account(namespace, self.account.name)
            {
                continue;
            }
            let BindingGrants::Rules(rules) = self.grants_of(binding) else {
                continue;
            };
            let helps = absent.iter().any(|(resource, verb)| {
                let request = need.request(*resource, verb);
                rules.iter().any(|grant| allows(grant.rule, &request))
            });
            if helps {
                found.push(DanglingBinding {
                    binding,
                    subject: Some(subject),
                });
            }
        }
        found
    }

    /// Why a verb that no rule grants may be granted all the same.
    fn unknown(
        &self,
        need: &Need<'_>,
        access: &Access<'p>,
        open: Option<Unknown>,
    ) -> Option<Unknown> {
        if !self.visibility.is_complete() && access.bindings.is_empty() {
            return Some(Unknown {
                code: LedgerCode::RbacNotInInput,
                reason: format!(
                    "no binding of ServiceAccount {} is in the input",
                    self.account.name
                ),
                place: None,
            });
        }
        if let NeededNamespace::Unknown(because) = &need.namespace {
            return Some(because.clone());
        }
        open
    }
}

fn without_role(binding: &Binding) -> DanglingBinding<'_> {
    DanglingBinding {
        binding,
        subject: None,
    }
}

/// Rules that allow `create` for some names only, where the elector's `create` carries none.
fn useless_creates<'p>(need: &Need<'_>, grants: &[Grant<'p>]) -> Vec<Grant<'p>> {
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
fn paths<'p>(grants: &[Grant<'p>], granted: &[usize]) -> Vec<GrantPath<'p>> {
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

fn role_not_in_input(binding: &Binding) -> Unknown {
    Unknown {
        code: LedgerCode::RoleNotInInput,
        reason: format!(
            "{} gives {}, which is not in the input",
            binding.title(),
            binding.role_title()
        ),
        place: binding.role.place,
    }
}

fn verdict(need: &Need<'_>, resource: LockResource, verb: &str, grants: &[Grant<'_>]) -> Verdict {
    let request = need.request(resource, verb);
    let mut verdict = Verdict {
        allowed_by: Vec::new(),
        undecided: None,
    };
    let any_namespace = matches!(need.namespace, NeededNamespace::Unknown(_));
    for (at, grant) in grants.iter().enumerate() {
        if allows(grant.rule, &request) {
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
fn nearest_role<'p>(grants: &[Grant<'p>]) -> Option<GrantPath<'p>> {
    grants
        .iter()
        .filter(|grant| grant.source.place.is_some() || grant.role.place.is_some())
        .min_by_key(|grant| {
            let about_locks = grant
                .rule
                .resources
                .texts()
                .any(|resource| matches!(resource, "leases" | "configmaps" | "endpoints"));
            let about_leases = grant.rule.resources.has("leases");
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
