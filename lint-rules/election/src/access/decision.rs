//! Whether an elector's account may use its lock: the union over all its bindings, unknown parts kept apart.

use super::account_view::{AccountView, BindingGrants};
use super::answer::{Access, AccessState, DanglingBinding, EventsAccess, MissingVerb};
use super::authorization::{AccountName, Grant};
use super::bindings::{Binding, SubjectNamespace};
use super::events_access::{EVENT_VERBS, events_request};
use super::grants::{nearest_role, paths, useless_creates, verdict};
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
        } else if let Some(because) = &need.one_of_several {
            AccessState::Unknown(because.clone())
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
