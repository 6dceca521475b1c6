//! Roles and bindings, indexed: a decision costs time in the account's own bindings, not in all of them.

use super::authorization::User;
use super::bindings::Binding;
use super::index::{
    BindingReach, HashIndex, IndexKey, Slot, Slots, binding_key, role_keys, subject_keys,
};
use super::roles::Role;
use super::visibility::Visibility;
use manifest::text::FileSpan;

/// A set of roles and bindings.
///
/// From files there may be several definitions of one object; a cluster's has one of each, replaced by
/// [`RbacPolicy::remove_role`] and [`RbacPolicy::remove_binding`] before it is added again.
#[derive(Clone, Debug, Default)]
pub struct RbacPolicy {
    pub(super) roles: Slots<Role>,
    pub(super) bindings: Slots<Binding>,
    /// By kind and name, by kind, name and namespace; ClusterRoles by label; aggregated ones.
    pub(super) role_index: HashIndex,
    /// By user, group or account.
    subject_index: HashIndex,
    /// By kind, namespace and name.
    binding_index: HashIndex,
}

/// Whether two namespaces may be the same: one that is not written may be any.
pub(super) fn may_be_same(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}

/// With more bindings for accounts of one name the name is a common one, and a wrong namespace is not a likely slip.
const MAX_NAMESAKE_BINDINGS: usize = 50;

/// Up to so many definitions of one key are not narrowed to the visible files first.
const MAX_UNFILTERED_DEFINITIONS: usize = 8;

/// The slots whose definitions may be visible. Definitions are added in the order of their files, so these are a
/// contiguous part. (Only a cluster's policy loses that order by removals, and there everything is visible.)
pub(super) fn maybe_visible<'s>(
    slots: &'s [Slot],
    visibility: Option<&dyn Visibility>,
    place_of: impl Fn(Slot) -> Option<FileSpan>,
) -> &'s [Slot] {
    if slots.len() <= MAX_UNFILTERED_DEFINITIONS {
        return slots;
    }
    let Some(files) = visibility.and_then(Visibility::visible_files) else {
        return slots;
    };
    let file_of = |slot: &Slot| place_of(*slot).map(|place| place.file);
    let from = slots.partition_point(|slot| file_of(slot) < Some(*files.start()));
    let to = slots.partition_point(|slot| file_of(slot) <= Some(*files.end()));
    slots.get(from..to).unwrap_or_default()
}

impl RbacPolicy {
    /// Adds a role, beside any other of its name.
    pub fn add_role(&mut self, role: Role) {
        let keys = role_keys(&role);
        let slot = self.roles.add(role);
        for key in keys {
            self.role_index.add(key, slot);
        }
    }

    /// Adds a binding, beside any other of its name.
    pub fn add_binding(&mut self, binding: Binding) {
        let keys = subject_keys(&binding);
        let own = binding_key(binding.cluster, binding.namespace.as_deref(), &binding.name);
        let slot = self.bindings.add(binding);
        for key in keys {
            self.subject_index.add(key, slot);
        }
        self.binding_index.add(own, slot);
    }

    /// Removes every role of exactly that identity (for a ClusterRole `cluster` and no namespace).
    pub fn remove_role(&mut self, cluster: bool, namespace: Option<&str>, name: &str) {
        let found = self
            .role_index
            .get(IndexKey::RoleName(cluster, name).hash());
        let found: Vec<Slot> = found.to_vec();
        for slot in found {
            let is_it = self.roles.get(slot).is_some_and(|role| {
                role.cluster == cluster
                    && role.namespace.as_deref() == namespace
                    && *role.name == *name
            });
            if is_it && let Some(role) = self.roles.take(slot) {
                for key in role_keys(&role) {
                    self.role_index.remove(key, slot);
                }
            }
        }
    }

    /// Removes every binding of exactly that identity.
    pub fn remove_binding(&mut self, cluster: bool, namespace: Option<&str>, name: &str) {
        let own = binding_key(cluster, namespace, name);
        for slot in self.binding_index.get(own).to_vec() {
            let is_it = self.bindings.get(slot).is_some_and(|binding| {
                binding.cluster == cluster
                    && binding.namespace.as_deref() == namespace
                    && *binding.name == *name
            });
            if is_it && let Some(binding) = self.bindings.take(slot) {
                for key in subject_keys(&binding) {
                    self.subject_index.remove(key, slot);
                }
                self.binding_index.remove(own, slot);
            }
        }
    }

    /// All roles, in the order in which they were added (as long as none was removed).
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter()
    }

    /// All bindings, likewise.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter()
    }

    /// Whether it holds no role and no binding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.roles().next().is_none() && self.bindings().next().is_none()
    }

    /// Definitions of a role, those of exactly that namespace alone if there are any.
    pub fn roles_named<'p>(
        &'p self,
        cluster: bool,
        namespace: Option<&str>,
        name: &str,
    ) -> Vec<&'p Role> {
        self.maybe_visible_roles(cluster, namespace, name, None)
    }

    fn maybe_visible_roles<'p>(
        &'p self,
        cluster: bool,
        namespace: Option<&str>,
        name: &str,
        visibility: Option<&dyn Visibility>,
    ) -> Vec<&'p Role> {
        let role = |slot: Slot| self.roles.get(slot);
        let at = |key: IndexKey<'_>, visibility| {
            let slots = self.role_index.get(key.hash());
            maybe_visible(slots, visibility, |slot| role(slot)?.place)
                .iter()
                .filter_map(|slot| role(*slot))
                .filter(|role| role.cluster == cluster && *role.name == *name)
        };
        if cluster || namespace.is_none() {
            return at(IndexKey::RoleName(cluster, name), visibility).collect();
        }
        let of = |namespace, visibility| {
            at(IndexKey::Role(name, namespace), visibility)
                .filter(move |role| role.namespace.as_deref() == namespace)
        };
        // If the namespace has any, only those count, even if none of them is visible.
        if of(namespace, None).next().is_some() {
            return of(namespace, visibility).collect();
        }
        of(None, visibility).collect()
    }

    /// A binding of exactly that identity (for a ClusterRoleBinding `cluster` and no namespace).
    #[must_use]
    pub fn binding_named(
        &self,
        cluster: bool,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&Binding> {
        let slots = self
            .binding_index
            .get(binding_key(cluster, namespace, name));
        let mut bindings = slots.iter().filter_map(|slot| self.bindings.get(*slot));
        bindings.find(|binding| {
            binding.cluster == cluster
                && binding.namespace.as_deref() == namespace
                && *binding.name == *name
        })
    }

    /// The definition of a ClusterRole or Role that a binding names; several if there are several.
    pub fn roles_of<'p>(&'p self, binding: &Binding) -> Vec<&'p Role> {
        self.visible_roles_of(binding, None)
    }

    /// The same, without some of those that are not visible.
    pub(super) fn visible_roles_of<'p>(
        &'p self,
        binding: &Binding,
        visibility: Option<&dyn Visibility>,
    ) -> Vec<&'p Role> {
        let name = &*binding.role.name;
        match &*binding.role.kind {
            "ClusterRole" => self.maybe_visible_roles(true, None, name, visibility),
            // A ClusterRoleBinding cannot refer to a Role: it has no namespace.
            "Role" if !binding.cluster => {
                self.maybe_visible_roles(false, binding.namespace.as_deref(), name, visibility)
            }
            _ => Vec::new(),
        }
    }

    /// How many definitions of bindings that may be visible have a user among their subjects, in whatever namespace:
    /// not fewer than there are.
    pub(super) fn definitions_for(&self, user: &User, visibility: &dyn Visibility) -> usize {
        let count = |key: IndexKey<'_>| self.binding_slots(key, Some(visibility)).len();
        match &user.account {
            Some((None, name)) => count(IndexKey::Account(name)),
            Some((Some(_), name)) => {
                count(IndexKey::User(&user.name)) + count(IndexKey::OpenAccount(name))
            }
            None => count(IndexKey::User(&user.name)),
        }
    }

    /// The bindings that have a user among their subjects; with a namespace only those that reach it.
    ///
    /// Without `everywhere`, RoleBindings for all accounts of the cluster are left out: there may be many of them.
    fn of_subject(
        &self,
        user: &User,
        reach: Option<&str>,
        everywhere: bool,
        visibility: Option<&dyn Visibility>,
    ) -> Vec<&Binding> {
        if self.bindings.iter().next().is_none() {
            return Vec::new();
        }
        let mut slots: Vec<Slot> = Vec::new();
        let mut add =
            |key: IndexKey<'_>| slots.extend_from_slice(self.binding_slots(key, visibility));
        match &user.account {
            Some((None, name)) => {
                add(IndexKey::Account(name));
                add(IndexKey::AccountGroups);
            }
            Some((Some(_), name)) => {
                add(IndexKey::User(&user.name));
                add(IndexKey::OpenAccount(name));
            }
            None => add(IndexKey::User(&user.name)),
        }
        for group in &user.groups {
            match reach {
                Some(namespace) => {
                    add(IndexKey::Group(group, BindingReach::Cluster));
                    add(IndexKey::Group(group, BindingReach::Namespace(namespace)));
                    add(IndexKey::Group(group, BindingReach::NotWritten));
                }
                None if everywhere || group.starts_with("system:serviceaccounts:") => {
                    add(IndexKey::Group(group, BindingReach::Any));
                }
                None => add(IndexKey::Group(group, BindingReach::Cluster)),
            }
        }
        slots.sort_unstable();
        slots.dedup();
        let mut found: Vec<&Binding> = slots
            .into_iter()
            .filter_map(|slot| self.bindings.get(slot))
            .filter(|binding| {
                (binding.cluster
                    || reach.is_none_or(|reach| {
                        !reach.is_empty() && may_be_same(binding.namespace.as_deref(), Some(reach))
                    }))
                    && (0..binding.subjects.len()).any(|at| user.is_subject(binding, at))
            })
            .collect();
        // The API server visits cluster-wide bindings first.
        found.sort_by_key(|binding| !binding.cluster);
        found
    }

    /// The slots of bindings under a key that may be visible.
    pub(super) fn binding_slots(
        &self,
        key: IndexKey<'_>,
        visibility: Option<&dyn Visibility>,
    ) -> &[Slot] {
        let slots = self.subject_index.get(key.hash());
        maybe_visible(slots, visibility, |slot| self.bindings.get(slot)?.place)
    }

    /// The bindings that can grant a user something in a namespace (`None`: not written, so any).
    #[must_use]
    pub fn bindings_reaching(&self, user: &User, namespace: Option<&str>) -> Vec<&Binding> {
        self.of_subject(user, namespace, true, None)
    }

    /// The same, without some of those that are not visible.
    pub(super) fn visible_bindings_reaching(
        &self,
        user: &User,
        namespace: Option<&str>,
        visibility: &dyn Visibility,
    ) -> Vec<&Binding> {
        self.of_subject(user, namespace, true, Some(visibility))
    }

    /// The bindings of a user in every namespace, without RoleBindings for all accounts of the cluster, and without
    /// some of those that are not visible.
    pub(super) fn visible_bindings_of(
        &self,
        user: &User,
        visibility: &dyn Visibility,
    ) -> Vec<&Binding> {
        self.of_subject(user, None, false, Some(visibility))
    }

    /// The bindings with a ServiceAccount of that name among their subjects, whatever its namespace, that reach a
    /// namespace (`None`: any). None if there are more than [`MAX_NAMESAKE_BINDINGS`].
    pub(super) fn bindings_naming(&self, account: &str, reach: Option<&str>) -> Vec<&Binding> {
        let at = |reach| {
            let slots = self.binding_slots(IndexKey::Namesake(account, reach), None);
            slots
                .iter()
                .filter(|_| slots.len() <= MAX_NAMESAKE_BINDINGS)
        };
        let slots: Vec<Slot> = match reach {
            Some(namespace) => at(BindingReach::Cluster)
                .chain(at(BindingReach::Namespace(namespace)))
                .chain(at(BindingReach::NotWritten))
                .copied()
                .collect(),
            None => at(BindingReach::Any).copied().collect(),
        };
        slots
            .into_iter()
            .filter_map(|slot| self.bindings.get(slot))
            .filter(|binding| {
                (binding.cluster || may_be_same(binding.namespace.as_deref(), reach))
                    && binding.subjects.iter().any(|subject| {
                        &*subject.kind == "ServiceAccount" && *subject.name == *account
                    })
            })
            .collect()
    }

    /// The ClusterRoles that an aggregated one collects rules from: those that any of its selectors matches, never itself.
    #[must_use]
    pub fn members_of(&self, role: &Role) -> Vec<&Role> {
        let mut slots: Vec<Slot> = Vec::new();
        for selector in role.aggregation.iter().flatten() {
            if let Some((name, value)) = selector.labels.first() {
                slots.extend_from_slice(self.role_index.get(IndexKey::Label(name, value).hash()));
            } else {
                slots.extend(0..self.roles.end());
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots
            .into_iter()
            .filter_map(|slot| self.roles.get(slot))
            .filter(|member| member.cluster && member.name != role.name)
            .filter(|member| {
                let selectors = role.aggregation.iter().flatten();
                selectors.into_iter().any(|one| one.matches(&member.labels))
            })
            .collect()
    }
}
