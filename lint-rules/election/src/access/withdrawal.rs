//! Which verbs a change of one role or binding withdraws from accounts.

use super::answer::{AccessState, MissingVerb};
use super::authorization::{AccountName, User, account_name};
use super::bindings::{Binding, SubjectNamespace};
use super::decision::access_of;
use super::lock_resource::LockResource;
use super::need::Need;
use super::policy::RbacPolicy;
use super::roles::Role;
use super::visibility::WholeCluster;

/// A change of one role or one binding; `None` where it does not exist before, or after.
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

/// The accounts that a change may take something from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AffectedAccounts {
    named: Vec<(String, String)>,
    namespaces: Vec<String>,
    all: bool,
}

impl AffectedAccounts {
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

    /// Whether there are none.
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
    /// The accounts that had rights through the changed object. `policy` is a whole cluster's, as before the change
    /// or as after it.
    #[must_use]
    pub fn accounts(&self, policy: &RbacPolicy) -> AffectedAccounts {
        let mut accounts = AffectedAccounts::default();
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
                let granting = roles_with_rules_of(role, policy);
                for binding in policy.bindings() {
                    let kind = &*binding.role.kind;
                    let grants = granting.iter().any(|role| {
                        *binding.role.name == *role.name
                            && if role.cluster {
                                kind == "ClusterRole"
                            } else {
                                kind == "Role" && binding.namespace == role.namespace
                            }
                    });
                    if grants {
                        accounts.add(binding);
                    }
                }
            }
        }
        accounts
    }

    /// The verbs that an elector needs and that its account has before the change and not after it,
    /// in the policy of a whole cluster. Empty where either side is unknown.
    #[must_use]
    pub fn withdraws(
        &self,
        need: &Need<'_>,
        account: AccountName<'_>,
        policy: &RbacPolicy,
    ) -> Vec<(LockResource, String)> {
        let user = User::account(account.namespace, account.name);
        let missing = |after: bool| {
            let part = self.part(&user, need.namespace(), policy, after);
            let access = access_of(need, account, &part, &WholeCluster);
            let verbs = |missing: Vec<MissingVerb<'_>>| -> Vec<(LockResource, String)> {
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

    /// The roles and bindings of a policy that decide about one account, before or after the change.
    fn part(
        &self,
        user: &User,
        reach: Option<&str>,
        policy: &RbacPolicy,
        after: bool,
    ) -> RbacPolicy {
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
        let mut part = RbacPolicy::default();
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
        // The members of aggregated roles, and theirs.
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
            let mut role = role.clone();
            // Of what a controller collects, what is written there now is what it collected before.
            if role.aggregation.is_some() && self.had_members(&role, policy) {
                role.rules = Box::default();
            }
            part.add_role(role);
        }
        part
    }

    /// Whether an aggregated ClusterRole selected any role before the change.
    fn had_members(&self, role: &Role, policy: &RbacPolicy) -> bool {
        let before = match *self {
            Self::Role { before, .. } => before,
            Self::Binding { .. } => None,
        };
        let was = before
            .filter(|before| is_same_role(before, role))
            .unwrap_or(role);
        let selects = |member: &&Role| {
            let selectors = was.aggregation.iter().flatten();
            member.cluster
                && member.name != was.name
                && selectors.into_iter().any(|one| one.matches(&member.labels))
        };
        before.filter(selects).is_some() || !policy.members_of(was).is_empty()
    }
}

/// The role itself, and every aggregated ClusterRole that selects it, directly or through others.
fn roles_with_rules_of<'r>(role: &'r Role, policy: &'r RbacPolicy) -> Vec<&'r Role> {
    let mut found = vec![role];
    if !role.cluster {
        return found;
    }
    let aggregated: Vec<&Role> = policy
        .roles()
        .filter(|role| role.aggregation.is_some())
        .collect();
    let mut at = 0;
    while let Some(member) = found.get(at).copied() {
        at += 1;
        for selecting in &aggregated {
            let selectors = selecting.aggregation.iter().flatten();
            let selects = selectors.into_iter().any(|one| one.matches(&member.labels));
            if selects && !found.iter().any(|one| is_same_role(one, selecting)) {
                found.push(selecting);
            }
        }
    }
    found
}
