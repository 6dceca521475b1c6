//! Whether an elector's account may use its lock: the union over all its bindings, unknown parts kept apart.

use super::account_view::{AccountView, BindingGrants};
use super::answer::{Access, AccessState, DanglingBinding, EventsAccess, MissingVerb};
use super::authorization::{AccountName, Grant};
use super::bindings::{Binding, SubjectNamespace};
use super::events_access::{EVENT_VERBS, events_request};
use super::grants::{nearest_role, paths, useless_creates, verdict};
use super::lock_resource::LockResource;
use super::near_miss::NearMisses;
use super::need::{Need, NeededNamespace};
use super::phrases::account_title;
use super::policy::RbacPolicy;
use super::rule_match::allows;
use super::spare_role::{SpareRole, SubjectSlip};
use super::visibility::Visibility;
use objects::LedgerCode;
use programs::Unknown;

/// With more definitions of bindings for one account in one scope the files are of many clusters. To weigh them all for
/// each of as many electors would cost time in the square of their number.
const MAX_ACCOUNT_DEFINITIONS: usize = 100;

/// Whether the account of an elector may use its lock.
#[must_use]
pub fn access_of<'p>(
    need: &Need<'_>,
    account: AccountName<'_>,
    policy: &'p RbacPolicy,
    visibility: &dyn Visibility,
) -> Access<'p> {
    let loose = access_in_any_namespace(need, account, policy, visibility);
    if account.namespace.is_some() {
        return loose;
    }
    // The pod runs in one namespace: what bindings of several grant together, no pod has.
    let possible = possible_namespaces(&loose.bindings, account.name);
    if possible.len() < 2 {
        return loose;
    }
    let in_namespace = |namespace: &&str| {
        let account = AccountName {
            namespace: Some(namespace),
            ..account
        };
        let need = need.with_pod_in(namespace);
        let mut access = AccountView::new(policy, visibility, account).access(&need);
        access.namespace.clone_from(&loose.namespace);
        access
    };
    let answers = possible.iter().map(in_namespace);
    answers
        .min_by_key(|access| match access.state {
            AccessState::Granted => (0, 0),
            AccessState::Unknown(_) => (1, 0),
            AccessState::Missing => (2, access.missing.len()),
        })
        .unwrap_or(loose)
}

/// The same, where an account without a namespace has the rights of all accounts of its name together: names and
/// namespaces of what kustomize still builds do not match yet.
#[must_use]
pub fn access_in_any_namespace<'p>(
    need: &Need<'_>,
    account: AccountName<'_>,
    policy: &'p RbacPolicy,
    visibility: &dyn Visibility,
) -> Access<'p> {
    AccountView::new(policy, visibility, account).access(need)
}

/// The namespaces in which bindings name an account or reach one whose namespace is not written, in order.
fn possible_namespaces<'p>(bindings: &[&'p Binding], account: &str) -> Vec<&'p str> {
    let mut namespaces: Vec<&str> = Vec::new();
    for binding in bindings {
        let subjects = binding.subjects.iter();
        let named = subjects
            .filter(|subject| &*subject.kind == "ServiceAccount" && *subject.name == *account)
            .filter_map(|subject| match binding.namespace_of(subject) {
                SubjectNamespace::Written(namespace) => Some(namespace),
                SubjectNamespace::Any | SubjectNamespace::Invalid => None,
            });
        namespaces.extend(named);
    }
    namespaces.sort_unstable();
    namespaces.dedup();
    namespaces
}

impl<'p> AccountView<'p, '_> {
    /// The answer for the lock, or for the second one where only that is not granted.
    fn access(&self, need: &Need<'_>) -> Access<'p> {
        let first = self.access_to_one(need);
        if first.state != AccessState::Granted {
            return first;
        }
        let second = need.of_second_lock().map(|second| Access {
            second_lock: second.name.clone().ok(),
            ..self.access_to_one(&second)
        });
        second
            .filter(|second| second.state != AccessState::Granted)
            .unwrap_or(first)
    }

    fn access_to_one(&self, need: &Need<'_>) -> Access<'p> {
        if !self.visibility.is_complete()
            && self.policy.definitions_for(&self.user, self.visibility) > MAX_ACCOUNT_DEFINITIONS
        {
            return Access::unknown(too_many_definitions(&self.account));
        }
        let reaching = self.reaching(need.namespace());
        let mut grants: Vec<Grant<'p>> = Vec::new();
        let mut dangling: Vec<&'p Binding> = Vec::new();
        let mut open: Option<Unknown> = None;
        for binding in &reaching {
            match self.grants_of(binding) {
                BindingGrants::Rules(rules) => grants.extend(rules),
                BindingGrants::RoleNotFound
                    if self.holds_roles(binding) || self.role_elsewhere(binding).is_some() =>
                {
                    dangling.push(binding);
                }
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
            in_every_namespace: matches!(need.namespace, NeededNamespace::Unknown(_)),
            missing: Vec::new(),
            through: Vec::new(),
            grants: Vec::new(),
            bindings: self.own_bindings(),
            nearest_role: None,
            spare_role: None,
            useless_creates: useless_creates(need, &grants),
            dangling: dangling
                .iter()
                .map(|binding| DanglingBinding {
                    binding,
                    subject: None,
                    role_elsewhere: self.role_elsewhere(binding),
                })
                .collect(),
            events: EventsAccess::Unknown,
            within: None,
            instead: None,
            second_lock: None,
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
            access.spare_role = self.spare_role(need, &absent);
            access.dangling.extend(misspelt(access.spare_role.as_ref()));
        }
        access.state = if absent.is_empty() {
            undecided.map_or(AccessState::Granted, AccessState::Unknown)
        } else if let Some(because) = self.unknown(&access, open) {
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
                    role_elsewhere: None,
                });
            }
        }
        found
    }

    /// Why a verb that no rule grants may be granted all the same.
    fn unknown(&self, access: &Access<'p>, open: Option<Unknown>) -> Option<Unknown> {
        // Rights that were surely meant for the account and bound to another one are its rights in the input.
        let spare = access.spare_role.as_ref();
        let is_meant = spare.is_some_and(|spare| spare.slip == SubjectSlip::Default);
        if !self.visibility.is_complete() && access.bindings.is_empty() && !is_meant {
            return Some(Unknown {
                code: LedgerCode::RbacNotInInput,
                reason: format!(
                    "no binding of ServiceAccount {} is in the input",
                    self.account.name
                ),
                place: None,
            });
        }
        open
    }
}

fn too_many_definitions(account: &AccountName<'_>) -> Unknown {
    Unknown {
        code: LedgerCode::SeveralCandidates,
        reason: format!(
            "more than {MAX_ACCOUNT_DEFINITIONS} bindings name {}, and which of them are in its cluster is not known",
            account_title(account.namespace, account.name)
        ),
        place: None,
    }
}

/// A binding whose subject is the account but for one letter, or for words before or behind it.
fn misspelt<'p>(spare: Option<&SpareRole<'p>>) -> Option<DanglingBinding<'p>> {
    let is_name = |slip| matches!(slip, SubjectSlip::Letter | SubjectSlip::Words);
    let spare = spare.filter(|spare| is_name(spare.slip))?;
    Some(DanglingBinding {
        binding: spare.binding?,
        subject: spare.subject,
        role_elsewhere: None,
    })
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
