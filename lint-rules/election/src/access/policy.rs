//! Roles and bindings, indexed so that a question costs what the account's own bindings cost.

use super::authorize::{Decision, Grant, Request, User};
use super::decide::Sight;
use super::facts::{Binding, PolicyRule, Role};
use super::index::{Index, Key, Reach, Slot, Slots, binding_key, role_keys, subject_keys};
use super::matching::allows;
use manifest::text::FileSpan;

/// A set of roles and bindings.
///
/// From files there may be several definitions of one object; a cluster's has one of each, replaced by
/// [`Policy::remove_role`] and [`Policy::remove_binding`] before it is added again.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    roles: Slots<Role>,
    bindings: Slots<Binding>,
    /// By kind and name, by kind, name and namespace; ClusterRoles by label; aggregated ones.
    role_index: Index,
    /// By user, group or account.
    subject_index: Index,
    /// By kind, namespace and name.
    binding_index: Index,
    cluster_roles: u32,
}

/// Whether two namespaces may be the same: one that is not written may be any.
pub(super) fn may_be_same(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}

/// More bindings than this for accounts of one name are no slips.
const MANY: usize = 50;

/// So few definitions are looked at one by one.
const FEW: usize = 8;

/// Those of a bucket that a sight may see. Definitions are added in the order of their files, so they are a
/// stretch of it; a policy from which some were removed is a cluster's, of which everything is seen.
fn seen_by<'s>(
    slots: &'s [Slot],
    sight: Option<&dyn Sight>,
    place_of: impl Fn(Slot) -> Option<FileSpan>,
) -> &'s [Slot] {
    if slots.len() <= FEW {
        return slots;
    }
    let Some(files) = sight.and_then(Sight::files) else {
        return slots;
    };
    let file_of = |slot: &Slot| place_of(*slot).map(|place| place.file);
    let from = slots.partition_point(|slot| file_of(slot) < Some(*files.start()));
    let to = slots.partition_point(|slot| file_of(slot) <= Some(*files.end()));
    slots.get(from..to).unwrap_or_default()
}

impl Policy {
    /// Adds a role, beside any other of its name.
    pub fn add_role(&mut self, role: Role) {
        let keys = role_keys(&role);
        self.cluster_roles += u32::from(role.cluster);
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
        let found = self.role_index.get(Key::RoleName(cluster, name).hash());
        let found: Vec<Slot> = found.to_vec();
        for slot in found {
            let is_it = self.roles.get(slot).is_some_and(|role| {
                role.cluster == cluster
                    && role.namespace.as_deref() == namespace
                    && *role.name == *name
            });
            if is_it && let Some(role) = self.roles.take(slot) {
                self.cluster_roles -= u32::from(cluster);
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

    /// Whether it holds any ClusterRole.
    #[must_use]
    pub fn has_cluster_roles(&self) -> bool {
        self.cluster_roles > 0
    }

    /// Definitions of a role, those of exactly that namespace alone if there are any.
    pub fn roles_named<'p>(
        &'p self,
        cluster: bool,
        namespace: Option<&str>,
        name: &str,
    ) -> Vec<&'p Role> {
        self.roles_seen(cluster, namespace, name, None)
    }

    fn roles_seen<'p>(
        &'p self,
        cluster: bool,
        namespace: Option<&str>,
        name: &str,
        sight: Option<&dyn Sight>,
    ) -> Vec<&'p Role> {
        let role = |slot: Slot| self.roles.get(slot);
        let at = |key: Key<'_>, sight| {
            let slots = self.role_index.get(key.hash());
            seen_by(slots, sight, |slot| role(slot)?.place)
                .iter()
                .filter_map(|slot| role(*slot))
                .filter(|role| role.cluster == cluster && *role.name == *name)
        };
        if cluster || namespace.is_none() {
            return at(Key::RoleName(cluster, name), sight).collect();
        }
        let of = |namespace, sight| {
            at(Key::Role(name, namespace), sight)
                .filter(move |role| role.namespace.as_deref() == namespace)
        };
        // Those of the namespace alone, also where none of them is seen.
        if of(namespace, None).next().is_some() {
            return of(namespace, sight).collect();
        }
        of(None, sight).collect()
    }

    /// The definition of a ClusterRole or Role that a binding names; several if there are several.
    pub fn roles_of<'p>(&'p self, binding: &Binding) -> Vec<&'p Role> {
        self.roles_in_sight(binding, None)
    }

    /// The same, perhaps without some that a sight does not see.
    pub(super) fn roles_in_sight<'p>(
        &'p self,
        binding: &Binding,
        sight: Option<&dyn Sight>,
    ) -> Vec<&'p Role> {
        let name = &*binding.role.name;
        match &*binding.role.kind {
            "ClusterRole" => self.roles_seen(true, None, name, sight),
            // A ClusterRoleBinding cannot give a Role: there is no namespace to look in.
            "Role" if !binding.cluster => {
                self.roles_seen(false, binding.namespace.as_deref(), name, sight)
            }
            _ => Vec::new(),
        }
    }

    /// The bindings that have a user among their subjects; with a namespace only those that reach it.
    ///
    /// `everywhere` leaves out what holds for every account of the cluster, so that an answer stays cheap.
    fn of_subject(
        &self,
        user: &User,
        reach: Option<&str>,
        everywhere: bool,
        sight: Option<&dyn Sight>,
    ) -> Vec<&Binding> {
        if self.bindings.iter().next().is_none() {
            return Vec::new();
        }
        let mut slots: Vec<Slot> = Vec::new();
        let mut look = |key: Key<'_>| slots.extend_from_slice(self.bound(key, sight));
        match &user.account {
            Some((None, name)) => {
                look(Key::Account(name));
                look(Key::AccountGroups);
            }
            Some((Some(_), name)) => {
                look(Key::User(&user.name));
                look(Key::OpenAccount(name));
            }
            None => look(Key::User(&user.name)),
        }
        for group in &user.groups {
            match reach {
                Some(namespace) => {
                    look(Key::Group(group, Reach::Cluster));
                    look(Key::Group(group, Reach::Namespace(namespace)));
                    look(Key::Group(group, Reach::NotWritten));
                }
                None if everywhere || group.starts_with("system:serviceaccounts:") => {
                    look(Key::Group(group, Reach::Any));
                }
                None => look(Key::Group(group, Reach::Cluster)),
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

    /// Where bindings are that a key finds and a sight may see.
    fn bound(&self, key: Key<'_>, sight: Option<&dyn Sight>) -> &[Slot] {
        let slots = self.subject_index.get(key.hash());
        seen_by(slots, sight, |slot| self.bindings.get(slot)?.place)
    }

    /// The bindings that can grant a user something in a namespace (`None`: not written, so any).
    #[must_use]
    pub fn bindings_reaching(&self, user: &User, namespace: Option<&str>) -> Vec<&Binding> {
        self.of_subject(user, namespace, true, None)
    }

    /// The same, perhaps without some that a sight does not see.
    pub(super) fn bindings_reaching_in_sight(
        &self,
        user: &User,
        namespace: Option<&str>,
        sight: &dyn Sight,
    ) -> Vec<&Binding> {
        self.of_subject(user, namespace, true, Some(sight))
    }

    /// The bindings of a user in every namespace, without those that hold for all accounts of the cluster, and
    /// perhaps without some that a sight does not see.
    pub(super) fn bindings_in_sight(&self, user: &User, sight: &dyn Sight) -> Vec<&Binding> {
        self.of_subject(user, None, false, Some(sight))
    }

    /// The bindings with a ServiceAccount of that name among their subjects, whatever its namespace, that reach a
    /// namespace (`None`: any). Of too many none: then the name is a common one and tells nothing.
    pub(super) fn bindings_naming(&self, account: &str, reach: Option<&str>) -> Vec<&Binding> {
        let at = |reach| {
            let slots = self.bound(Key::Namesake(account, reach), None);
            slots.iter().filter(|_| slots.len() <= MANY)
        };
        let slots: Vec<Slot> = match reach {
            Some(namespace) => at(Reach::Cluster)
                .chain(at(Reach::Namespace(namespace)))
                .chain(at(Reach::NotWritten))
                .copied()
                .collect(),
            None => at(Reach::Any).copied().collect(),
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

    /// The ClusterRoles that an aggregated one gathers: those that any of its selectors matches, never itself.
    #[must_use]
    pub fn members_of(&self, role: &Role) -> Vec<&Role> {
        let mut slots: Vec<Slot> = Vec::new();
        for selector in role.aggregation.iter().flatten() {
            if let Some((name, value)) = selector.labels.first() {
                slots.extend_from_slice(self.role_index.get(Key::Label(name, value).hash()));
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

    /// The rules of a role with the role each is written in.
    ///
    /// Of an aggregated ClusterRole the rules of its members, and of theirs. Where that is nothing, the controller
    /// leaves what is written (kubernetes 1.36, `pkg/controller/clusterroleaggregation`: it applies an empty list,
    /// which takes nothing away from another field manager).
    #[must_use]
    pub fn rules_of<'p>(&'p self, role: &'p Role) -> Vec<(&'p Role, &'p PolicyRule)> {
        let mut seen = Vec::new();
        let mut rules = Vec::new();
        self.gather(role, &mut seen, &mut rules);
        rules
    }

    fn gather<'p>(
        &'p self,
        role: &'p Role,
        seen: &mut Vec<*const Role>,
        rules: &mut Vec<(&'p Role, &'p PolicyRule)>,
    ) {
        // Each role once: roles may gather each other.
        let this = std::ptr::from_ref(role);
        if seen.contains(&this) {
            return;
        }
        seen.push(this);
        let before = rules.len();
        if role.aggregation.is_some() {
            for member in self.members_of(role) {
                self.gather(member, seen, rules);
            }
        }
        if rules.len() == before {
            rules.extend(role.rules.iter().map(|rule| (role, rule)));
        }
    }

    /// Decides a request as Kubernetes' RBAC authorizer does: over the union of all bindings of the user and of its
    /// groups, cluster-wide and in the namespace (kubernetes 1.36, `pkg/registry/rbac/validation/rule.go`).
    ///
    /// A role that is not there grants nothing. Where a namespace is not written, it matches any.
    #[must_use]
    pub fn authorize<'p>(&'p self, user: &User, request: &Request<'_>) -> Decision<'p> {
        let mut through = Vec::new();
        for binding in self.bindings_reaching(user, request.namespace) {
            for role in self.roles_of(binding) {
                let rules = self.rules_of(role).into_iter();
                through.extend(rules.filter(|(_, rule)| allows(rule, request)).map(
                    |(source, rule)| Grant {
                        binding,
                        role,
                        source,
                        rule,
                    },
                ));
            }
        }
        Decision {
            allowed: !through.is_empty(),
            through,
        }
    }
}
