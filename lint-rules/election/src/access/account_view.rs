//! The part of a policy that belongs to one account: its bindings, and what each of them grants.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::authorization::{AccountName, Grant, User};
use super::bindings::Binding;
use super::built_in::{BuiltIn, built_in_bindings, built_in_role};
use super::policy::{RbacPolicy, may_be_same};
use super::roles::{PolicyRule, Role, RuleWords};
use super::visibility::Visibility;
use manifest::text::FileSpan;
use objects::LedgerCode;
use programs::Unknown;

/// What a binding grants.
pub(super) enum BindingGrants<'p> {
    /// These rules, through this role.
    Rules(Vec<Grant<'p>>),
    /// Nothing: its role does not exist.
    RoleNotFound,
    /// Not known.
    Unknown(Unknown),
}

/// The role that a binding names.
#[derive(Clone)]
enum ResolvedRole<'p> {
    Role(&'p Role),
    NotFound,
    Unknown(Unknown),
}

/// A reference to a role: its kind, whether the binding is cluster-wide, the binding's namespace, and the role's name.
type RoleReference<'p> = (&'p str, bool, Option<&'p str>, &'p str);

/// A policy as it applies to one account.
pub(super) struct AccountView<'p, 's> {
    pub(super) policy: &'p RbacPolicy,
    pub(super) visibility: &'s dyn Visibility,
    pub(super) user: User,
    pub(super) account: AccountName<'s>,
    /// Roles by reference, resolved once: many bindings name the same role.
    resolved_roles: RefCell<HashMap<RoleReference<'p>, ResolvedRole<'p>, FixedState>>,
}

impl<'p, 's> AccountView<'p, 's> {
    pub(super) fn new(
        policy: &'p RbacPolicy,
        visibility: &'s dyn Visibility,
        account: AccountName<'s>,
    ) -> Self {
        Self {
            policy,
            visibility,
            user: User::account(account.namespace, account.name),
            account,
            resolved_roles: RefCell::default(),
        }
    }

    /// The bindings that reach a namespace, one definition of each.
    pub(super) fn reaching(&self, namespace: Option<&str>) -> Vec<&'p Binding> {
        let mut found = self.one_of_each(self.policy.visible_bindings_reaching(
            &self.user,
            namespace,
            self.visibility,
        ));
        if !self.visibility.is_complete() {
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
    pub(super) fn own_bindings(&self) -> Vec<&'p Binding> {
        self.one_of_each(self.policy.visible_bindings_of(&self.user, self.visibility))
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

    /// One definition of each binding. Where it is undecided which of several applies, all of them stay: a binding
    /// grants as soon as one of its definitions does.
    pub(super) fn one_of_each(&self, bindings: Vec<&'p Binding>) -> Vec<&'p Binding> {
        // A cluster has one of each.
        if self.visibility.is_complete() {
            return bindings;
        }
        let seen: Vec<&Binding> = bindings
            .into_iter()
            .filter(|binding| self.visibility.is_visible(binding.place))
            .collect();
        let mut groups: Vec<Vec<&Binding>> = Vec::with_capacity(seen.len());
        let mut group_of: HashMap<(bool, Option<&str>, &str), usize, FixedState> =
            HashMap::default();
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
            let places: Vec<Option<FileSpan>> = same.iter().map(|one| one.place).collect();
            let chosen = if same.len() == 1 {
                Some(0)
            } else {
                self.visibility.choose(&places)
            };
            match chosen.and_then(|at| same.get(at)) {
                Some(binding) => kept.push(*binding),
                None => kept.extend(same),
            }
        }
        kept
    }

    /// Bindings that reach a namespace for an account of this name in another namespace, and which subject that is.
    pub(super) fn namesakes(&self, reach: Option<&str>) -> Vec<(&'p Binding, usize)> {
        let namesakes = self
            .policy
            .bindings_naming(self.account.name, reach)
            .into_iter()
            .filter(|binding| {
                !(0..binding.subjects.len()).any(|at| self.user.is_subject(binding, at))
            });
        self.one_of_each(namesakes.collect())
            .into_iter()
            .filter_map(|binding| {
                let subject = binding.subjects.iter().position(|subject| {
                    &*subject.kind == "ServiceAccount" && *subject.name == *self.account.name
                })?;
                Some((binding, subject))
            })
            .collect()
    }

    /// What a binding grants: the rules of its role, and of the roles that one aggregates.
    pub(super) fn grants_of(&self, binding: &'p Binding) -> BindingGrants<'p> {
        let role = match self.resolve_role(binding) {
            ResolvedRole::Role(role) => role,
            ResolvedRole::NotFound => return BindingGrants::RoleNotFound,
            ResolvedRole::Unknown(because) => {
                return BindingGrants::Unknown(Unknown {
                    place: binding.role.place,
                    ..because
                });
            }
        };
        let mut rules = Vec::new();
        if !self.gather(role, &mut Vec::new(), &mut rules) {
            return BindingGrants::Unknown(Unknown {
                code: LedgerCode::AggregatedRole,
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
        BindingGrants::Rules(grants.collect())
    }

    /// The role that a binding names.
    fn resolve_role(&self, binding: &'p Binding) -> ResolvedRole<'p> {
        // A cluster has one of each.
        if self.visibility.is_complete() {
            return self.find_role(binding);
        }
        let reference = (
            &*binding.role.kind,
            binding.cluster,
            binding.namespace.as_deref(),
            &*binding.role.name,
        );
        if let Some(known) = self.resolved_roles.borrow().get(&reference) {
            return known.clone();
        }
        let role = self.find_role(binding);
        self.resolved_roles
            .borrow_mut()
            .insert(reference, role.clone());
        role
    }

    fn find_role(&self, binding: &Binding) -> ResolvedRole<'p> {
        let cluster = &*binding.role.kind == "ClusterRole";
        let found: Vec<&'p Role> = self
            .policy
            .visible_roles_of(binding, Some(self.visibility))
            .into_iter()
            .filter(|role| self.visibility.is_visible(role.place))
            .collect();
        match found.as_slice() {
            [only] => ResolvedRole::Role(only),
            [] if self.visibility.is_complete() => ResolvedRole::NotFound,
            [] => {
                // A ClusterRoleBinding cannot give a Role.
                if !cluster && (binding.cluster || &*binding.role.kind != "Role") {
                    return ResolvedRole::NotFound;
                }
                let namespace = binding.namespace.as_deref();
                match built_in_role(cluster, namespace, &binding.role.name) {
                    Some(BuiltIn::Known(role)) => ResolvedRole::Role(role),
                    Some(BuiltIn::Unknown) => ResolvedRole::Unknown(Unknown {
                        code: LedgerCode::BuiltInRole,
                        reason: format!(
                            "what {} grants is not known: the cluster brings it along",
                            binding.role_title()
                        ),
                        place: binding.role.place,
                    }),
                    None => ResolvedRole::NotFound,
                }
            }
            several @ [first, others @ ..] => {
                let places: Vec<Option<FileSpan>> = several.iter().map(|one| one.place).collect();
                match self
                    .visibility
                    .choose(&places)
                    .and_then(|at| several.get(at))
                {
                    Some(role) => ResolvedRole::Role(role),
                    // Where all grant the same, it does not matter which of them applies.
                    None if others.iter().all(|one| grant_the_same(first, one)) => {
                        ResolvedRole::Role(first)
                    }
                    None => ResolvedRole::Unknown(Unknown {
                        code: LedgerCode::SeveralCandidates,
                        reason: format!(
                            "{} definitions of {} are equally near",
                            several.len(),
                            binding.role_title()
                        ),
                        place: binding.role.place,
                    }),
                }
            }
        }
    }

    /// The rules of a role; `false` if it aggregates other roles and none of them is found.
    fn gather(
        &self,
        role: &'p Role,
        seen: &mut Vec<*const Role>,
        rules: &mut Vec<(&'p Role, &'p PolicyRule)>,
    ) -> bool {
        if self.visibility.is_complete() {
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
        members.retain(|member| self.visibility.is_visible(member.place));
        let mut any = false;
        for (at, member) in members.iter().enumerate() {
            // Of several definitions of one member only the one that applies counts, or all if that is undecided.
            let same: Vec<&&Role> = members
                .iter()
                .filter(|one| one.name == member.name)
                .collect();
            let places: Vec<Option<FileSpan>> = same.iter().map(|one| one.place).collect();
            let applies = match same.len() {
                1 => true,
                _ => self.visibility.choose(&places).is_none_or(|chosen| {
                    same.get(chosen).is_some_and(|one| {
                        members.get(at).is_some_and(|me| std::ptr::eq(**one, *me))
                    })
                }),
            };
            any |= applies && self.gather(member, seen, rules);
        }
        any
    }

    /// Whether the input holds any role of the binding's kind and namespace: the input then seems to hold them all.
    pub(super) fn holds_roles(&self, binding: &Binding) -> bool {
        self.visibility.is_complete()
            || self.policy.roles().any(|role| {
                let is_candidate = if &*binding.role.kind == "ClusterRole" {
                    role.cluster
                } else {
                    !role.cluster
                        && may_be_same(role.namespace.as_deref(), binding.namespace.as_deref())
                };
                is_candidate && self.visibility.is_visible(role.place)
            })
    }
}

/// Whether two definitions of a role grant the same.
fn grant_the_same(one: &Role, other: &Role) -> bool {
    let same = |a: &RuleWords, b: &RuleWords| a.texts().eq(b.texts());
    one.aggregation == other.aggregation
        && one.labels == other.labels
        && one.rules.len() == other.rules.len()
        && one.rules.iter().zip(&other.rules).all(|(a, b)| {
            same(&a.verbs, &b.verbs)
                && same(&a.api_groups, &b.api_groups)
                && same(&a.resources, &b.resources)
                && same(&a.resource_names, &b.resource_names)
        })
}
