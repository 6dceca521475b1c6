//! What a change of one role or binding takes away from accounts that were granted it before.

use super::answer::{AccessState, Missing};
use super::authorize::{User, account_name};
use super::decide::{AccountName, WholeCluster, access_of};
use super::facts::{Binding, Role, SubjectNamespace};
use super::need::{LockResource, Need};
use super::policy::Policy;

/// A change of one role or one binding; `None` where it is not there before, or not any more after.
#[derive(Clone, Copy, Debug)]
pub enum RightsChange<'c> {
    /// Of a Role or ClusterRole.
    Role {
        /// As it was.
        before: Option<&'c Role>,
        /// As it will be.
        after: Option<&'c Role>,
    },
    /// Of a RoleBinding or ClusterRoleBinding.
    Binding {
        /// As it was.
        before: Option<&'c Binding>,
        /// As it will be.
        after: Option<&'c Binding>,
    },
}

/// Accounts that a change may take something from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    named: Vec<(String, String)>,
    namespaces: Vec<String>,
    all: bool,
}

impl Accounts {
    /// Whether an account is among them.
    #[must_use]
    pub fn has(&self, namespace: &str, name: &str) -> bool {
        self.all
            || self.namespaces.iter().any(|one| one == namespace)
            || self
                .named
                .iter()
                .any(|(in_namespace, one)| in_namespace == namespace && one == name)
    }

    /// Whether nobody is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, binding: &Binding) {
        for subject in &binding.subjects {
            let name = &*subject.name;
            match &*subject.kind {
                "User" if account_name(name).is_some() => {
                    let rest = name.trim_start_matches("system:serviceaccount:");
                    if let Some((namespace, name)) = rest.split_once(':') {
                        self.named.push((namespace.to_owned(), name.to_owned()));
                    }
                }
                "Group" => match name.strip_prefix("system:serviceaccounts:") {
                    Some(namespace) => self.namespaces.push(namespace.to_owned()),
                    None => {
                        self.all |=
                            matches!(name, "system:serviceaccounts" | "system:authenticated");
                    }
                },
                "ServiceAccount" => {
                    if let SubjectNamespace::Written(namespace) = binding.namespace_of(subject) {
                        self.named.push((namespace.to_owned(), name.to_owned()));
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_same_role(a: &Role, b: &Role) -> bool {
    a.cluster == b.cluster && a.name == b.name && a.namespace == b.namespace
}

fn is_same_binding(a: &Binding, b: &Binding) -> bool {
    a.cluster == b.cluster && a.name == b.name && a.namespace == b.namespace
}

impl RightsChange<'_> {
    /// The accounts that had something through what changes: in a policy of a whole cluster, before
    /// the change or after it.
    #[must_use]
    pub fn accounts(&self, policy: &Policy) -> Accounts {
        let mut accounts = Accounts::default();
        match *self {
            Self::Binding { before, .. } => {
                if let Some(binding) = before {
                    accounts.add(binding);
                }
            }
            Self::Role { before: None, .. } => {}
            Self::Role {
                before: Some(role), ..
            } => {
                let given = roles_that_give(role, policy);
                for binding in policy.bindings() {
                    let kind = &*binding.role.kind;
                    let gives = given.iter().any(|role| {
                        *binding.role.name == *role.name
                            && if role.cluster {
                                kind == "ClusterRole"
                            } else {
                                kind == "Role" && binding.namespace == role.namespace
                            }
                    });
                    if gives {
                        accounts.add(binding);
                    }
                }
            }
        }
        accounts
    }

    /// The verbs that an elector needs and that its account has before the change and not after it,
    /// in the policy of a whole cluster. Nothing where that cannot be told.
    #[must_use]
    pub fn withdraws(
        &self,
        need: &Need<'_>,
        account: AccountName<'_>,
        policy: &Policy,
    ) -> Vec<(LockResource, String)> {
        let user = User::account(account.namespace, account.name);
        let missing = |after: bool| {
            let part = self.part(&user, need.namespace(), policy, after);
            let access = access_of(need, account, &part, &WholeCluster);
            let verbs = |missing: Vec<Missing<'_>>| -> Vec<(LockResource, String)> {
                let pairs = missing.into_iter();
                pairs.map(|one| (one.resource, one.verb)).collect()
            };
            match access.state {
                AccessState::Granted => Some(Vec::new()),
                AccessState::Missing => Some(verbs(access.missing)),
                AccessState::Unknown(_) => None,
            }
        };
        let (Some(before), Some(after)) = (missing(false), missing(true)) else {
            return Vec::new();
        };
        after
            .into_iter()
            .filter(|verb| !before.contains(verb))
            .collect()
    }

    /// What of a policy decides about one account, before or after the change.
    fn part(&self, user: &User, reach: Option<&str>, policy: &Policy, after: bool) -> Policy {
        let (role, binding, any_role, any_binding) = match *self {
            Self::Role {
                before,
                after: then,
            } => {
                let side = if after { then } else { before };
                (side, None, before.or(then), None)
            }
            Self::Binding {
                before,
                after: then,
            } => {
                let side = if after { then } else { before };
                (None, side, None, before.or(then))
            }
        };
        let mut part = Policy::default();
        let unchanged = policy
            .bindings_reaching(user, reach)
            .into_iter()
            .filter(|one| !any_binding.is_some_and(|changed| is_same_binding(one, changed)));
        let mut roles: Vec<&Role> = role.into_iter().collect();
        let mut add = |role| {
            let known = roles.iter().any(|one: &&Role| is_same_role(one, role));
            let changed = any_role.is_some_and(|changed| is_same_role(role, changed));
            if !known && !changed {
                roles.push(role);
            }
        };
        for binding in unchanged.chain(binding) {
            policy.roles_of(binding).into_iter().for_each(&mut add);
            part.add_binding(binding.clone());
        }
        // Those that an aggregated role gathers, and those that they gather.
        let mut at = 0;
        while let Some(role) = roles.get(at).copied() {
            at += 1;
            if role.aggregation.is_none() {
                continue;
            }
            for member in policy.members_of(role) {
                let known = roles.iter().any(|one| is_same_role(one, member));
                let changed = any_role.is_some_and(|changed| is_same_role(member, changed));
                if !known && !changed {
                    roles.push(member);
                }
            }
        }
        for role in roles {
            part.add_role(role.clone());
        }
        part
    }
}

/// The role itself, and every aggregated ClusterRole that gathers it, directly or through others.
fn roles_that_give<'r>(role: &'r Role, policy: &'r Policy) -> Vec<&'r Role> {
    let mut given = vec![role];
    if !role.cluster {
        return given;
    }
    let aggregated: Vec<&Role> = policy
        .roles()
        .filter(|role| role.aggregation.is_some())
        .collect();
    let mut at = 0;
    while let Some(member) = given.get(at).copied() {
        at += 1;
        for gathers in &aggregated {
            let selectors = gathers.aggregation.iter().flatten();
            let selects = selectors.into_iter().any(|one| one.matches(&member.labels));
            if selects && !given.iter().any(|one| is_same_role(one, gathers)) {
                given.push(gathers);
            }
        }
    }
    given
}
