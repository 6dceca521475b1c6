//! What one account sees of a policy: its bindings, and what each of them gives.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::authorize::{Grant, User};
use super::built_in::{BuiltIn, built_in_bindings, built_in_role};
use super::decide::{AccountName, Sight};
use super::facts::{Binding, PolicyRule, Role, Words};
use super::policy::{Policy, may_be_same};
use manifest::text::FileSpan;
use objects::LedgerCode;
use programs::Unknown;

/// What a binding gives.
pub(super) enum Given<'p> {
    /// These rules, through this role.
    Rules(Vec<Grant<'p>>),
    /// Nothing: its role is not there.
    NotFound,
    /// It cannot be told.
    Open(Unknown),
}

/// The role that a binding names, as far as it can be told.
#[derive(Clone)]
enum Meant<'p> {
    Role(&'p Role),
    Nothing,
    Open(Unknown),
}

/// A reference to a role: kind and name, and whether it is of a cluster or of which namespace.
type Reference<'p> = (&'p str, bool, Option<&'p str>, &'p str);

/// The looks of one account at a policy.
pub(super) struct Look<'p, 's> {
    pub(super) policy: &'p Policy,
    pub(super) sight: &'s dyn Sight,
    pub(super) user: User,
    pub(super) account: AccountName<'s>,
    /// The roles that were looked for: a common one is named by many bindings.
    meant: RefCell<HashMap<Reference<'p>, Meant<'p>, FixedState>>,
}

impl<'p, 's> Look<'p, 's> {
    pub(super) fn new(policy: &'p Policy, sight: &'s dyn Sight, account: AccountName<'s>) -> Self {
        Self {
            policy,
            sight,
            user: User::account(account.namespace, account.name),
            account,
            meant: RefCell::default(),
        }
    }

    /// The bindings that reach a namespace, one definition of each.
    pub(super) fn reaching(&self, namespace: Option<&str>) -> Vec<&'p Binding> {
        let mut found = self.one_of_each(
            self.policy
                .bindings_reaching_in_sight(&self.user, namespace, self.sight),
        );
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
    pub(super) fn own_bindings(&self) -> Vec<&'p Binding> {
        self.one_of_each(self.policy.bindings_in_sight(&self.user, self.sight))
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
    pub(super) fn one_of_each(&self, bindings: Vec<&'p Binding>) -> Vec<&'p Binding> {
        // A cluster has one of each.
        if self.sight.is_whole() {
            return bindings;
        }
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
            let places: Vec<Option<FileSpan>> = same.iter().map(|one| one.place).collect();
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

    pub(super) fn given(&self, binding: &'p Binding) -> Given<'p> {
        let role = match self.meant_role(binding) {
            Meant::Role(role) => role,
            Meant::Nothing => return Given::NotFound,
            Meant::Open(because) => {
                return Given::Open(Unknown {
                    place: binding.role.place,
                    ..because
                });
            }
        };
        let mut rules = Vec::new();
        if !self.gather(role, &mut Vec::new(), &mut rules) {
            return Given::Open(Unknown {
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
        Given::Rules(grants.collect())
    }

    /// The role that a binding names.
    fn meant_role(&self, binding: &'p Binding) -> Meant<'p> {
        // A cluster has one of each.
        if self.sight.is_whole() {
            return self.look_for_role(binding);
        }
        let reference = (
            &*binding.role.kind,
            binding.cluster,
            binding.namespace.as_deref(),
            &*binding.role.name,
        );
        if let Some(known) = self.meant.borrow().get(&reference) {
            return known.clone();
        }
        let meant = self.look_for_role(binding);
        self.meant.borrow_mut().insert(reference, meant.clone());
        meant
    }

    fn look_for_role(&self, binding: &Binding) -> Meant<'p> {
        let cluster = &*binding.role.kind == "ClusterRole";
        let found: Vec<&'p Role> = self
            .policy
            .roles_in_sight(binding, Some(self.sight))
            .into_iter()
            .filter(|role| self.sight.sees(role.place))
            .collect();
        match found.as_slice() {
            [only] => Meant::Role(only),
            [] if self.sight.is_whole() => Meant::Nothing,
            [] => {
                // A ClusterRoleBinding cannot give a Role.
                if !cluster && (binding.cluster || &*binding.role.kind != "Role") {
                    return Meant::Nothing;
                }
                let namespace = binding.namespace.as_deref();
                match built_in_role(cluster, namespace, &binding.role.name) {
                    Some(BuiltIn::Known(role)) => Meant::Role(role),
                    Some(BuiltIn::Unknown) => Meant::Open(Unknown {
                        code: LedgerCode::BuiltInRole,
                        reason: format!(
                            "what {} grants is not known: the cluster brings it along",
                            binding.role_title()
                        ),
                        place: binding.role.place,
                    }),
                    None => Meant::Nothing,
                }
            }
            several @ [first, others @ ..] => {
                let places: Vec<Option<FileSpan>> = several.iter().map(|one| one.place).collect();
                match self.sight.meant(&places).and_then(|at| several.get(at)) {
                    Some(meant) => Meant::Role(meant),
                    // Where all say the same it does not matter which is meant.
                    None if others.iter().all(|one| say_the_same(first, one)) => Meant::Role(first),
                    None => Meant::Open(Unknown {
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

    /// The rules of a role; `false` if it gathers those of others and none of them is there.
    pub(super) fn gather(
        &self,
        role: &'p Role,
        seen: &mut Vec<*const Role>,
        rules: &mut Vec<(&'p Role, &'p PolicyRule)>,
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
            let places: Vec<Option<FileSpan>> = same.iter().map(|one| one.place).collect();
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
    pub(super) fn holds_roles(&self, binding: &Binding) -> bool {
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

/// Whether two definitions of a role grant the same, wherever they are written.
fn say_the_same(one: &Role, other: &Role) -> bool {
    let same = |a: &Words, b: &Words| a.texts().eq(b.texts());
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
