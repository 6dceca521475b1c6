//! What an elector's account may do with its lock: over all its bindings, with what is not known kept apart.

use std::collections::HashMap;

use super::answer::{Access, AccessState, Missing, Through};
use super::authorize::{Grant, Request, User};
use super::built_in::{BuiltIn, built_in_bindings, built_in_role};
use super::facts::{Binding, Role};
use super::matching::allows;
use super::near_miss::NearMiss;
use super::need::{LockNamespace, LockResource, Need};
use super::policy::{Policy, may_be_same};
use crate::programs::Unknown;
use crate::source::Place;

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
    fn sees(&self, _place: Option<Place>) -> bool {
        true
    }

    /// Which of several definitions of one object is meant; `None` if that cannot be told.
    fn meant(&self, places: &[Option<Place>]) -> Option<usize>;

    /// Whether everything is there, so that what is not there does not exist.
    fn is_whole(&self) -> bool {
        false
    }
}

/// A live cluster: one definition of each object, and all of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct WholeCluster;

impl Sight for WholeCluster {
    fn meant(&self, places: &[Option<Place>]) -> Option<usize> {
        (!places.is_empty()).then_some(0)
    }

    fn is_whole(&self) -> bool {
        true
    }
}

/// What a binding gives.
enum Given<'p> {
    /// These rules, through this role.
    Rules(Vec<Grant<'p>>),
    /// Nothing: its role is not there.
    NotFound,
    /// It cannot be told.
    Open(Unknown),
}

/// The looks of one account at a policy.
pub(super) struct Look<'p, 's> {
    policy: &'p Policy,
    sight: &'s dyn Sight,
    user: User,
    account: AccountName<'s>,
}

/// Whether the account of an elector may use its lock.
#[must_use]
pub fn access_of<'p>(
    need: &Need<'_>,
    account: AccountName<'_>,
    policy: &'p Policy,
    sight: &dyn Sight,
) -> Access<'p> {
    let look = Look {
        policy,
        sight,
        user: User::account(account.namespace, account.name),
        account,
    };
    look.access(need)
}

/// Whether one request of an account is granted, as far as the input says: `Err` with why it does not say.
pub(super) struct Verdict<'p> {
    grants: Vec<Grant<'p>>,
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
            within: None,
        };
        let mut maybe: Option<Unknown> = None;
        let mut absent = Vec::new();
        for resource in need.resources {
            for verb in &need.verbs {
                let verdict = verdict(need, *resource, verb, &given);
                if !verdict.grants.is_empty() {
                    access.grants.extend(verdict.grants);
                } else if let Some(because) = verdict.maybe {
                    maybe.get_or_insert(because);
                } else {
                    absent.push((*resource, (*verb).to_owned()));
                }
            }
        }
        for grant in &access.grants {
            let pair = Through {
                binding: grant.binding,
                role: grant.role,
            };
            if !access.through.contains(&pair) {
                access.through.push(pair);
            }
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

    /// Why it cannot be said that a verb is missing.
    fn unknown(
        &self,
        need: &Need<'_>,
        access: &Access<'p>,
        open: Option<Unknown>,
    ) -> Option<Unknown> {
        if !self.sight.is_whole() && access.bindings.is_empty() {
            return Some(Unknown {
                code: "rbac-not-in-input",
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

    /// The bindings that reach a namespace, one definition of each.
    fn reaching(&self, namespace: Option<&str>) -> Vec<&'p Binding> {
        let mut found = self.one_of_each(self.policy.bindings_reaching(&self.user, namespace));
        if !self.sight.is_whole() {
            found.extend(built_in_bindings().iter().filter(|binding| {
                may_be_same(binding.namespace.as_deref(), namespace)
                    && self
                        .user
                        .account
                        .as_ref()
                        .is_some_and(|(own, _)| own.is_some())
                    && self.user.is_subject(binding, 0)
            }));
        }
        found
    }

    /// The bindings of the account itself, wherever they reach.
    fn own_bindings(&self) -> Vec<&'p Binding> {
        self.one_of_each(self.policy.bindings_of(&self.user))
            .into_iter()
            .filter(|binding| {
                (0..binding.subjects.len()).any(|at| {
                    let broad = binding.subjects.get(at).is_some_and(|subject| {
                        matches!(
                            &*subject.name,
                            "system:serviceaccounts" | "system:authenticated"
                        )
                    });
                    !broad && self.user.is_subject(binding, at)
                })
            })
            .collect()
    }

    /// Of several definitions of one binding the one that is meant; all of them if that cannot be told: each of
    /// them is then asked, and a binding grants as soon as one of its definitions does.
    fn one_of_each(&self, bindings: Vec<&'p Binding>) -> Vec<&'p Binding> {
        let seen: Vec<&Binding> = bindings
            .into_iter()
            .filter(|binding| self.sight.sees(binding.place))
            .collect();
        let mut groups: Vec<Vec<&Binding>> = Vec::with_capacity(seen.len());
        let mut group_of: HashMap<(bool, Option<&str>, &str), usize> = HashMap::new();
        for binding in seen {
            let identity = (
                binding.cluster,
                binding.namespace.as_deref(),
                &*binding.name,
            );
            let group = *group_of.entry(identity).or_insert(groups.len());
            match groups.get_mut(group) {
                Some(same) => same.push(binding),
                None => groups.push(vec![binding]),
            }
        }
        let mut kept = Vec::with_capacity(groups.len());
        for same in groups {
            let places: Vec<Option<Place>> = same.iter().map(|one| one.place).collect();
            let meant = if same.len() == 1 {
                Some(0)
            } else {
                self.sight.meant(&places)
            };
            match meant.and_then(|meant| same.get(meant)) {
                Some(meant) => kept.push(*meant),
                None => kept.extend(same),
            }
        }
        kept
    }

    fn given(&self, binding: &'p Binding) -> Given<'p> {
        let cluster = &*binding.role.kind == "ClusterRole";
        let found: Vec<&'p Role> = self
            .policy
            .roles_of(binding)
            .into_iter()
            .filter(|role| self.sight.sees(role.place))
            .collect();
        let role = match found.as_slice() {
            [only] => *only,
            [] if self.sight.is_whole() => return Given::NotFound,
            [] => {
                // A ClusterRoleBinding cannot give a Role.
                if !cluster && (binding.cluster || &*binding.role.kind != "Role") {
                    return Given::NotFound;
                }
                let namespace = binding.namespace.as_deref();
                match built_in_role(cluster, namespace, &binding.role.name) {
                    Some(BuiltIn::Known(role)) => role,
                    Some(BuiltIn::Unknown) => {
                        return Given::Open(Unknown {
                            code: "built-in-role",
                            reason: format!(
                                "what {} grants is not known: the cluster brings it along",
                                binding.role_title()
                            ),
                            place: binding.role.place,
                        });
                    }
                    None => return Given::NotFound,
                }
            }
            several => {
                let places: Vec<Option<Place>> = several.iter().map(|one| one.place).collect();
                match self.sight.meant(&places).and_then(|at| several.get(at)) {
                    Some(meant) => meant,
                    None => {
                        return Given::Open(Unknown {
                            code: "several-candidates",
                            reason: format!(
                                "{} definitions of {} are equally near",
                                several.len(),
                                binding.role_title()
                            ),
                            place: binding.role.place,
                        });
                    }
                }
            }
        };
        let mut rules = Vec::new();
        if !self.gather(role, &mut Vec::new(), &mut rules) {
            return Given::Open(Unknown {
                code: "aggregated-role",
                reason: format!(
                    "{} gathers the rules of other roles, which are not in the input",
                    role.title()
                ),
                place: role.place,
            });
        }
        let grants = rules.into_iter().map(|(source, rule)| Grant {
            binding,
            role,
            source,
            rule,
        });
        Given::Rules(grants.collect())
    }

    /// The rules of a role; `false` if it gathers those of others and none of them is there.
    fn gather(
        &self,
        role: &'p Role,
        seen: &mut Vec<*const Role>,
        rules: &mut Vec<(&'p Role, &'p super::facts::PolicyRule)>,
    ) -> bool {
        if self.sight.is_whole() {
            rules.extend(self.policy.rules_of(role));
            return true;
        }
        let this = std::ptr::from_ref(role);
        if seen.contains(&this) {
            return true;
        }
        seen.push(this);
        if role.aggregation.is_none() {
            rules.extend(role.rules.iter().map(|rule| (role, rule)));
            return true;
        }
        let mut members = self.policy.members_of(role);
        members.retain(|member| self.sight.sees(member.place));
        let mut any = false;
        for (at, member) in members.iter().enumerate() {
            // Several definitions of one member: the first that is meant stands for all.
            let same: Vec<&&Role> = members
                .iter()
                .filter(|one| one.name == member.name)
                .collect();
            let places: Vec<Option<Place>> = same.iter().map(|one| one.place).collect();
            let meant = match same.len() {
                1 => true,
                _ => self.sight.meant(&places).is_none_or(|meant| {
                    same.get(meant).is_some_and(|one| {
                        members.get(at).is_some_and(|me| std::ptr::eq(**one, *me))
                    })
                }),
            };
            any |= meant && self.gather(member, seen, rules);
        }
        any
    }

    /// Whether the input holds other roles where a binding's role should be.
    fn holds_roles(&self, binding: &Binding) -> bool {
        self.sight.is_whole()
            || self.policy.roles().any(|role| {
                let there = if &*binding.role.kind == "ClusterRole" {
                    role.cluster
                } else {
                    !role.cluster
                        && may_be_same(role.namespace.as_deref(), binding.namespace.as_deref())
                };
                there && self.sight.sees(role.place)
            })
    }
}

fn role_not_in_input(binding: &Binding) -> Unknown {
    Unknown {
        code: "role-not-in-input",
        reason: format!(
            "{} gives {}, which is not in the input",
            binding.title(),
            binding.role_title()
        ),
        place: binding.role.place,
    }
}

/// The request that an elector makes with a verb.
fn request<'r>(need: &'r Need<'_>, resource: LockResource, verb: &'r str) -> Request<'r> {
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

fn verdict<'p>(
    need: &Need<'_>,
    resource: LockResource,
    verb: &str,
    given: &[Grant<'p>],
) -> Verdict<'p> {
    let request = request(need, resource, verb);
    let mut verdict = Verdict {
        grants: Vec::new(),
        maybe: None,
    };
    let any_namespace = matches!(need.namespace, LockNamespace::Unknown(_));
    for grant in given {
        if allows(grant.rule, &request) {
            match &need.namespace {
                LockNamespace::Unknown(because) if any_namespace && !grant.binding.cluster => {
                    verdict.maybe.get_or_insert_with(|| because.clone());
                }
                _ => verdict.grants.push(*grant),
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

/// The near misses of one account, looked for only when something is missing.
struct NearMisses<'l, 'p> {
    need: &'l Need<'l>,
    given: &'l [Grant<'p>],
    dangling: &'l [&'p Binding],
    /// Rules of bindings in other namespaces.
    elsewhere: Vec<Grant<'p>>,
    /// Rules of bindings whose subject is an account of that name in another namespace.
    namesakes: Vec<(Grant<'p>, usize)>,
}

/// What RBAC knows as verbs on ordinary resources.
const VERBS: &[&str] = &[
    "*",
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

impl<'l, 'p> NearMisses<'l, 'p> {
    fn of(
        look: &Look<'p, '_>,
        need: &'l Need<'l>,
        given: &'l [Grant<'p>],
        dangling: &'l [&'p Binding],
    ) -> Self {
        let mut elsewhere = Vec::new();
        if let Some(namespace) = need.namespace() {
            for binding in look.one_of_each(look.policy.bindings_of(&look.user)) {
                if binding.cluster || may_be_same(binding.namespace.as_deref(), Some(namespace)) {
                    continue;
                }
                if let Given::Rules(rules) = look.given(binding) {
                    elsewhere.extend(rules);
                }
            }
        }
        let mut namesakes = Vec::new();
        for binding in look.one_of_each(look.policy.bindings_naming(look.account.name)) {
            let mine = (0..binding.subjects.len()).any(|at| look.user.is_subject(binding, at));
            let reaches =
                binding.cluster || may_be_same(binding.namespace.as_deref(), need.namespace());
            let subject = binding.subjects.iter().position(|subject| {
                &*subject.kind == "ServiceAccount" && *subject.name == *look.account.name
            });
            if let (false, true, Some(subject)) = (mine, reaches, subject)
                && let Given::Rules(rules) = look.given(binding)
            {
                namesakes.extend(rules.into_iter().map(|grant| (grant, subject)));
            }
        }
        Self {
            need,
            given,
            dangling,
            elsewhere,
            namesakes,
        }
    }

    fn of_verb(&self, resource: LockResource, verb: &str) -> Option<NearMiss<'p>> {
        let request = request(self.need, resource, verb);
        // What the rule would allow if it had no names, or any group, or any verb.
        let by_name = self.given.iter().find(|grant| {
            let any = grant.rule.resource_names.texts().next();
            any.is_some_and(|name| allows(grant.rule, &Request { name, ..request }))
        });
        if let Some(grant) = by_name {
            return Some(if verb == "create" && !self.need.applies {
                NearMiss::CreateByName(*grant)
            } else {
                NearMiss::OtherNames(*grant)
            });
        }
        let elsewhere = self.elsewhere.iter().find(|one| allows(one.rule, &request));
        if let Some(grant) = elsewhere {
            return Some(NearMiss::Elsewhere(*grant));
        }
        if let Some(binding) = self.dangling.first() {
            return Some(NearMiss::RoleNotFound(binding));
        }
        let namesake = self
            .namesakes
            .iter()
            .find(|(one, _)| allows(one.rule, &request));
        if let Some((grant, subject)) = namesake {
            return Some(NearMiss::SubjectElsewhere {
                grant: *grant,
                subject: *subject,
            });
        }
        self.wrong_word(request)
    }

    fn wrong_word(&self, request: Request<'_>) -> Option<NearMiss<'p>> {
        let word = self.given.iter().find_map(|grant| {
            let (group, place) = grant.rule.api_groups.iter().next()?;
            let other = allows(grant.rule, &Request { group, ..request });
            other.then_some(NearMiss::WrongGroup {
                grant: *grant,
                group,
                place,
            })
        });
        word.or_else(|| {
            self.given.iter().find_map(|grant| {
                let mut verbs = grant.rule.verbs.iter();
                let (verb, place) = verbs.find(|(verb, _)| !VERBS.contains(verb))?;
                allows(grant.rule, &Request { verb, ..request }).then_some(NearMiss::UnknownVerb {
                    grant: *grant,
                    verb,
                    place,
                })
            })
        })
    }
}
