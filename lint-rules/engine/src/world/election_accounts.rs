//! Accounts with the rights of an election, and whether anything that runs as them is known to elect.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::bundles::{BundleScope, Bundles};
use super::input_objects::InputObjects;
use election::Elector;
use election::access::{Binding, LockResource, Role, binding_of, lock_roles_of};
use objects::{Object, ObjectKind, Workload};

/// Parts of the names of roles and bindings that are made for an election.
const ELECTION_WORDS: [&str; 3] = ["leader-elect", "leaderelect", "leader:elect"];

/// What serves as a lock and as nothing else.
const LEASES: [LockResource; 3] = [
    LockResource::Leases,
    LockResource::AkkaLeases,
    LockResource::PekkoLeases,
];

/// The verbs that nearly every election needs.
const ELECTION_VERBS: [&str; 3] = ["get", "create", "update"];

/// An account of a name, in a scope.
type ScopedAccount = (BundleScope, Box<str>);

/// Which accounts run workloads, and which of them electors.
pub(crate) struct ElectionAccounts<'w> {
    objects: Rc<InputObjects<'w>>,
    bundles: Rc<Bundles<'w>>,
    electing: HashSet<ScopedAccount>,
    /// Built when first used, as the next.
    running: OnceCell<HashSet<ScopedAccount>>,
    /// Roles that grant what an election needs, by scope, and by kind and name.
    roles: OnceCell<HashSet<(BundleScope, bool, Box<str>)>>,
}

impl<'w> ElectionAccounts<'w> {
    pub(crate) fn of(
        objects: &Rc<InputObjects<'w>>,
        bundles: &Rc<Bundles<'w>>,
        electors: &[Elector<'w>],
    ) -> Self {
        let mut electing = HashSet::new();
        for elector in electors {
            for home in bundles.homes(elector.object.file()) {
                electing.insert((home, elector.account.name.as_str().into()));
            }
        }
        Self {
            objects: Rc::clone(objects),
            bundles: Rc::clone(bundles),
            electing,
            running: OnceCell::new(),
            roles: OnceCell::new(),
        }
    }

    /// The accounts to which a binding gives the rights of an election although nothing that runs as them is known to
    /// elect.
    pub(crate) fn unexplained(&self, binding: Object<'w>) -> Vec<String> {
        let Some(facts) = binding_of(binding, false).filter(|one| !one.cluster) else {
            return Vec::new();
        };
        let homes = self.bundles.homes(binding.file());
        if !self.is_for_election(&facts, &homes) {
            return Vec::new();
        }
        let running = self.running.get_or_init(|| self.find_running());
        let accounts = facts.subjects.iter();
        let accounts = accounts.filter(|subject| &*subject.kind == "ServiceAccount");
        accounts
            .filter(|subject| {
                let is_in = |accounts: &HashSet<ScopedAccount>| {
                    let mut homes = homes.iter();
                    homes.any(|home| accounts.contains(&(home.clone(), subject.name.clone())))
                };
                is_in(running) && !is_in(&self.electing)
            })
            .map(|subject| subject.name.to_string())
            .collect()
    }

    fn is_for_election(&self, binding: &Binding, homes: &[BundleScope]) -> bool {
        let names = [&binding.name, &binding.role.name];
        let says_so = names
            .iter()
            .any(|name| ELECTION_WORDS.iter().any(|word| name.contains(word)));
        let roles = self.roles.get_or_init(|| self.find_roles());
        let is_cluster_role = &*binding.role.kind == "ClusterRole";
        says_so
            || homes.iter().any(|home| {
                roles.contains(&(home.clone(), is_cluster_role, binding.role.name.clone()))
            })
    }

    fn find_running(&self) -> HashSet<ScopedAccount> {
        let mut running = HashSet::new();
        for object in self.objects.of_kind(ObjectKind::Workload) {
            let Some(workload) = Workload::of(*object) else {
                continue;
            };
            for home in self.bundles.homes(object.file()) {
                running.insert((home, workload.account().into()));
            }
        }
        running
    }

    fn find_roles(&self) -> HashSet<(BundleScope, bool, Box<str>)> {
        let mut roles = HashSet::new();
        let kinds = [ObjectKind::Role, ObjectKind::ClusterRole];
        for object in kinds
            .into_iter()
            .flat_map(|kind| self.objects.of_kind(kind))
        {
            for role in lock_roles_of(*object)
                .iter()
                .filter(|role| grants_election(role))
            {
                for home in self.bundles.homes(object.file()) {
                    roles.insert((home, role.cluster, role.name.clone()));
                }
            }
        }
        roles
    }
}

/// Whether a role names leases and grants what an election needs. A role for everything was made for something else.
fn grants_election(role: &Role) -> bool {
    let has = |leases: LockResource, verb: &str| {
        role.rules.iter().any(|rule| {
            rule.resources.has(leases.resource())
                && rule.api_groups.has(leases.group())
                && rule.verbs.has(verb)
        })
    };
    LEASES
        .into_iter()
        .any(|leases| ELECTION_VERBS.into_iter().all(|verb| has(leases, verb)))
}
