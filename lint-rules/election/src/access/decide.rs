//! What an elector's account may do with its lock: over all its bindings, with what is not known kept apart.

use std::ops::RangeInclusive;
use std::ptr;

use super::answer::{Access, AccessState, Dangling, EventsAccess, Missing, Through};
use super::authorize::{Grant, Request};
use super::events::{VERBS, events_request};
use super::facts::{Binding, SubjectNamespace};
use super::look::{Given, Look};
use super::matching::allows;
use super::near_miss::NearMisses;
use super::need::{LockNamespace, LockResource, Need};
use super::policy::Policy;
use manifest::text::{FileId, FileSpan};
use objects::LedgerCode;
use programs::Unknown;

/// An account: the pod's namespace as written, and the ServiceAccount's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountName<'a> {
    /// Namespace; `None`: not written.
    pub namespace: Option<&'a str>,
    /// Name.
    pub name: &'a str,
}

/// Which definitions an account can mean. In files there are variants and other applications beside it.
pub trait Sight {
    /// Whether a definition at this place belongs to the same installation.
    fn sees(&self, _place: Option<FileSpan>) -> bool {
        true
    }

    /// Files outside of which it sees nothing but what has no place, if that is known.
    fn files(&self) -> Option<RangeInclusive<FileId>> {
        None
    }

    /// Which of several definitions of one object is meant; `None` if that cannot be told.
    fn meant(&self, places: &[Option<FileSpan>]) -> Option<usize>;

    /// Whether there is a ServiceAccount of that name, as far as can be told.
    fn has_account(&self, _namespace: &str, _name: &str) -> bool {
        true
    }

    /// Whether everything is there, so that what is not there does not exist.
    fn is_whole(&self) -> bool {
        false
    }
}

/// A live cluster: one definition of each object, and all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct WholeCluster;

impl Sight for WholeCluster {
    fn meant(&self, places: &[Option<FileSpan>]) -> Option<usize> {
        (!places.is_empty()).then_some(0)
    }

    fn is_whole(&self) -> bool {
        true
    }
}

/// Whether the account of an elector may use its lock.
#[must_use]
pub fn access_of<'p>(
    need: &Need<'_>,
    account: AccountName<'_>,
    policy: &'p Policy,
    sight: &dyn Sight,
) -> Access<'p> {
    Look::new(policy, sight, account).access(need)
}

/// Whether one request of an account is granted, as far as the input says: `Err` with why it does not say.
struct Verdict {
    /// Places in what is given.
    grants: Vec<usize>,
    /// A rule that may grant it, if something unknown turns out well.
    maybe: Option<Unknown>,
}

impl<'p> Look<'p, '_> {
    fn access(&self, need: &Need<'_>) -> Access<'p> {
        let reaching = self.reaching(need.namespace());
        let mut given: Vec<Grant<'p>> = Vec::new();
        let mut dangling: Vec<&'p Binding> = Vec::new();
        let mut open: Option<Unknown> = None;
        for binding in &reaching {
            match self.given(binding) {
                Given::Rules(rules) => given.extend(rules),
                Given::NotFound if self.holds_roles(binding) => dangling.push(binding),
                Given::NotFound => {
                    open.get_or_insert_with(|| role_not_in_input(binding));
                }
                Given::Open(because) => {
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
            useless_creates: useless_creates(need, &given),
            dangling: dangling
                .iter()
                .map(|binding| without_role(binding))
                .collect(),
            events: EventsAccess::Unknown,
            within: None,
            instead: None,
        };
        let mut maybe: Option<Unknown> = None;
        let mut absent = Vec::new();
        let mut granted: Vec<usize> = Vec::new();
        for resource in need.resources {
            for verb in &need.verbs {
                let verdict = verdict(need, *resource, verb, &given);
                if !verdict.grants.is_empty() {
                    granted.extend(verdict.grants);
                } else if let Some(because) = verdict.maybe {
                    maybe.get_or_insert(because);
                } else {
                    absent.push((*resource, (*verb).to_owned()));
                }
            }
        }
        access.grants = granted
            .iter()
            .filter_map(|at| given.get(*at))
            .copied()
            .collect();
        access.through = through(&given, &granted);
        access.events = self.events(need, &given, open.is_none() && !access.bindings.is_empty());
        if !absent.is_empty() {
            access.dangling.extend(self.without_subject(need, &absent));
        }
        access.state = if absent.is_empty() {
            maybe.map_or(AccessState::Granted, AccessState::Unknown)
        } else if let Some(because) = self.unknown(need, &access, open) {
            AccessState::Unknown(because)
        } else {
            AccessState::Missing
        };
        if access.state == AccessState::Missing {
            let near = NearMisses::of(self, need, &given, &dangling);
            access.missing = absent
                .into_iter()
                .map(|(resource, verb)| Missing {
                    near: near.of_verb(resource, &verb),
                    resource,
                    verb,
                })
                .collect();
            access.nearest_role = nearest_role(&given);
        }
        access
    }

    /// Whether the account may write events where the lock is.
    fn events(&self, need: &Need<'_>, given: &[Grant<'p>], all_known: bool) -> EventsAccess {
        let known = !matches!(need.namespace, LockNamespace::Unknown(_));
        let granted = |verb: &str| {
            let request = events_request(need.namespace(), verb);
            given
                .iter()
                .any(|grant| (known || grant.binding.cluster) && allows(grant.rule, &request))
        };
        let missing: Vec<&str> = VERBS.into_iter().filter(|verb| !granted(verb)).collect();
        if missing.is_empty() {
            EventsAccess::Granted
        } else if known && (all_known || self.sight.is_whole()) {
            EventsAccess::Missing(missing)
        } else {
            EventsAccess::Unknown
        }
    }

    /// Bindings that would grant what is missing to an account of this name in a namespace where there is none.
    fn without_subject(
        &self,
        need: &Need<'_>,
        absent: &[(LockResource, String)],
    ) -> Vec<Dangling<'p>> {
        let mut found = Vec::new();
        for (binding, subject) in self.namesakes(need.namespace()) {
            let Some(SubjectNamespace::Written(namespace)) = binding
                .subjects
                .get(subject)
                .map(|subject| binding.namespace_of(subject))
            else {
                continue;
            };
            if binding.namespaces_to_come || self.sight.has_account(namespace, self.account.name) {
                continue;
            }
            let Given::Rules(rules) = self.given(binding) else {
                continue;
            };
            let helps = absent.iter().any(|(resource, verb)| {
                let request = request(need, *resource, verb);
                rules.iter().any(|grant| allows(grant.rule, &request))
            });
            if helps {
                found.push(Dangling {
                    binding,
                    subject: Some(subject),
                });
            }
        }
        found
    }

    /// Why it cannot be said that a verb is missing.
    fn unknown(
        &self,
        need: &Need<'_>,
        access: &Access<'p>,
        open: Option<Unknown>,
    ) -> Option<Unknown> {
        if !self.sight.is_whole() && access.bindings.is_empty() {
            return Some(Unknown {
                code: LedgerCode::RbacNotInInput,
                reason: format!(
                    "no binding of ServiceAccount {} is in the input",
                    self.account.name
                ),
                place: None,
            });
        }
        if let LockNamespace::Unknown(because) = &need.namespace {
            return Some(because.clone());
        }
        open
    }
}

fn without_role(binding: &Binding) -> Dangling<'_> {
    Dangling {
        binding,
        subject: None,
    }
}

/// Rules that say `create` for names, where the elector's `create` has none.
fn useless_creates<'p>(need: &Need<'_>, given: &[Grant<'p>]) -> Vec<Grant<'p>> {
    if need.applies {
        return Vec::new();
    }
    let of_lock = |grant: &Grant<'_>| {
        need.resources.iter().any(|resource| {
            let names = grant.rule.resource_names.texts();
            let as_named = Request {
                name: names.into_iter().next().unwrap_or_default(),
                ..request(need, *resource, "create")
            };
            allows(grant.rule, &as_named)
        })
    };
    given
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
fn through<'p>(given: &[Grant<'p>], granted: &[usize]) -> Vec<Through<'p>> {
    // The rules of one binding follow each other, and all are of one role.
    let mut is_told = vec![false; given.len()];
    let mut through = Vec::new();
    for &at in granted {
        let Some(&Grant { binding, role, .. }) = given.get(at) else {
            continue;
        };
        let before = given.get(..at).unwrap_or_default();
        let others = before
            .iter()
            .rev()
            .take_while(|grant| ptr::eq(grant.binding, binding))
            .count();
        if let Some(told) = is_told.get_mut(at - others)
            && !std::mem::replace(told, true)
        {
            through.push(Through { binding, role });
        }
    }
    through
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

/// The request that an elector makes with a verb.
pub(super) fn request<'r>(
    need: &'r Need<'_>,
    resource: LockResource,
    verb: &'r str,
) -> Request<'r> {
    let named = verb != "create" || need.applies;
    let name = need.name.as_deref().ok().filter(|_| named);
    Request {
        namespace: need.namespace(),
        verb,
        group: resource.group(),
        resource: resource.resource(),
        subresource: "",
        name: name.unwrap_or_default(),
    }
}

fn verdict(need: &Need<'_>, resource: LockResource, verb: &str, given: &[Grant<'_>]) -> Verdict {
    let request = request(need, resource, verb);
    let mut verdict = Verdict {
        grants: Vec::new(),
        maybe: None,
    };
    let any_namespace = matches!(need.namespace, LockNamespace::Unknown(_));
    for (at, grant) in given.iter().enumerate() {
        if allows(grant.rule, &request) {
            match &need.namespace {
                LockNamespace::Unknown(because) if any_namespace && !grant.binding.cluster => {
                    verdict.maybe.get_or_insert_with(|| because.clone());
                }
                _ => verdict.grants.push(at),
            }
            continue;
        }
        // The name of the lock is not known, so a rule for some names may be meant for it.
        if let Err(because) = &need.name
            && (verb != "create" || need.applies)
            && let Some(named) = grant.rule.resource_names.texts().next()
            && allows(
                grant.rule,
                &Request {
                    name: named,
                    ..request
                },
            )
        {
            verdict.maybe.get_or_insert_with(|| because.clone());
        }
    }
    verdict
}

/// The role to mend: one that speaks of locks before any other, a Role before a ClusterRole.
fn nearest_role<'p>(given: &[Grant<'p>]) -> Option<Through<'p>> {
    given
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
        .map(|grant| Through {
            binding: grant.binding,
            role: grant.source,
        })
}
