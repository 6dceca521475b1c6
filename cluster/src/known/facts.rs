//! Everything that is kept of a cluster, indexed by what reviews ask.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use election::ElectorFacts;
use election::access::RbacPolicy;
use foldhash::fast::RandomState;
use objects::Object;

use super::config_maps::{ConfigMapRequests, KnownConfigMap};
use super::namespace_facts::{Labels, Map, NamespaceFacts, WorkloadKey, workload_slot};
use super::object_facts::ScalerFacts;
use super::workload_facts::WorkloadFacts;
use crate::resource::WatchedResource;

/// Everything that is kept of a cluster.
#[derive(Default)]
pub struct Facts {
    pub(crate) namespaces: Map<Box<str>, NamespaceFacts>,
    pub(crate) policy: RbacPolicy,
    /// Workloads by the hash of a lock's namespace and name that an elector of theirs claims; what is
    /// found is looked at again.
    claims: Map<u64, Vec<WorkloadKey>>,
    lock_hasher: RandomState,
    /// ConfigMaps of which somebody wants to know what they say.
    pub(crate) config_map_requests: Arc<ConfigMapRequests>,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts")
            .field("namespaces", &self.namespaces.len())
            .finish_non_exhaustive()
    }
}

/// Look-ups.
impl Facts {
    fn namespace(&self, name: &str) -> Option<&NamespaceFacts> {
        self.namespaces.get(name)
    }

    pub(crate) fn labels(&self, namespace: &str) -> Option<&[(Box<str>, Box<str>)]> {
        self.namespace(namespace)?.labels.as_deref()
    }

    /// Whether the account is there, and what it says of its token.
    pub(crate) fn account(&self, namespace: &str, name: &str) -> Option<Option<bool>> {
        self.namespace(namespace)?.accounts.get(name).copied()
    }

    /// What is known of a ConfigMap, if it is there.
    pub(crate) fn config_map(&self, namespace: &str, name: &str) -> Option<&KnownConfigMap> {
        self.namespace(namespace)?.config_maps.get(name)
    }

    /// Scalers of anything that has this name.
    pub(crate) fn scalers<'f>(
        &'f self,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = &'f ScalerFacts> + use<'f> {
        self.namespace(namespace)
            .and_then(|namespace| namespace.scalers.get(name))
            .into_iter()
            .flatten()
    }

    /// What is known of one scaler.
    pub(crate) fn scaler(&self, namespace: &str, scaler: &ScalerFacts) -> Option<&ScalerFacts> {
        self.scalers(namespace, &scaler.target)
            .find(|known| known.what == scaler.what && known.name == scaler.name)
    }

    pub(crate) fn workload(
        &self,
        what: WatchedResource,
        namespace: &str,
        name: &str,
    ) -> Option<&WorkloadFacts> {
        self.namespace(namespace)?.workloads(what)?.get(name)
    }

    /// Every workload of a namespace.
    fn workloads_in(
        &self,
        namespace: &str,
    ) -> impl Iterator<Item = (WatchedResource, &str, &WorkloadFacts)> {
        let namespace = self.namespace(namespace);
        WatchedResource::WORKLOADS
            .into_iter()
            .flat_map(move |what| {
                let found = namespace.and_then(|namespace| namespace.workloads(what));
                found
                    .into_iter()
                    .flatten()
                    .map(move |(name, facts)| (what, &**name, facts))
            })
    }

    /// Workloads of a namespace that take settings from a ConfigMap.
    pub(crate) fn readers_of(&self, namespace: &str, config_map: &str) -> Vec<WorkloadKey> {
        self.workloads_in(namespace)
            .filter(|(_, _, facts)| facts.reads.iter().any(|name| **name == *config_map))
            .map(|(what, name, _)| WorkloadKey {
                what,
                namespace: namespace.into(),
                name: name.into(),
            })
            .collect()
    }

    /// Workloads that take settings from any ConfigMap.
    pub(crate) fn readers(&self) -> Vec<WorkloadKey> {
        self.namespaces
            .keys()
            .flat_map(|namespace| {
                self.workloads_in(namespace)
                    .filter(|(_, _, facts)| !facts.reads.is_empty())
                    .map(|(what, name, _)| WorkloadKey {
                        what,
                        namespace: namespace.clone(),
                        name: name.into(),
                    })
            })
            .collect()
    }

    /// Every elector of the cluster, or of one namespace.
    pub(crate) fn electors<'f>(
        &'f self,
        namespace: Option<&'f str>,
    ) -> impl Iterator<Item = &'f super::workload_facts::KnownElector> {
        let names: Vec<&str> = match namespace {
            Some(name) => vec![name],
            None => self.namespaces.keys().map(|name| &**name).collect(),
        };
        names
            .into_iter()
            .flat_map(|name| self.workloads_in(name))
            .flat_map(|(_, _, facts)| &facts.electors)
    }

    /// By what a lock is found.
    fn lock_hash(&self, namespace: &str, name: &str) -> u64 {
        self.lock_hasher.hash_one((namespace, name))
    }

    /// As [`Self::lock_hash`]; `None` if the lock is not known.
    fn lock_of(&self, elector: &ElectorFacts) -> Option<u64> {
        let namespace = elector.lock_namespace.known()?;
        Some(self.lock_hash(namespace, elector.lock_title()?))
    }

    /// Whether any other workload than this one may claim a lock.
    pub(crate) fn may_be_claimed(&self, namespace: &str, name: &str, by: Object<'_>) -> bool {
        let keys = self.claims.get(&self.lock_hash(namespace, name));
        keys.into_iter().flatten().any(|key| {
            let is_same = Some(&*key.name) == by.name()
                && Some(&*key.namespace) == by.namespace()
                && Some(key.what) == WatchedResource::of_workload(by.kind_word());
            !is_same
        })
    }

    /// Electors of other workloads with pods that surely claim the same lock, in the order of their names.
    pub(crate) fn rivals(&self, of: &ElectorFacts) -> Vec<&ElectorFacts> {
        let Some(keys) = self.lock_of(of).and_then(|hash| self.claims.get(&hash)) else {
            return Vec::new();
        };
        let mut found: Vec<&ElectorFacts> = keys
            .iter()
            .filter_map(|key| self.workload(key.what, &key.namespace, &key.name))
            .flat_map(|workload| &workload.electors)
            .map(|elector| &elector.facts)
            .filter(|other| !other.is_scaled_to_zero && other.is_rival_of(of))
            .collect();
        found.sort_unstable_by(|a, b| {
            let key = |facts: &ElectorFacts| {
                (
                    facts.object.namespace.clone(),
                    facts.object.kind.clone(),
                    facts.object.name.clone(),
                )
            };
            key(a)
                .cmp(&key(b))
                .then_with(|| a.container.cmp(&b.container))
        });
        found
    }

    /// Namespace and name of every object of one resource.
    pub(crate) fn keys(&self, what: WatchedResource) -> Vec<(Box<str>, Box<str>)> {
        let mut keys = Vec::new();
        match what {
            WatchedResource::ClusterRoles | WatchedResource::Roles => {
                let cluster = what == WatchedResource::ClusterRoles;
                let roles = self.policy.roles().filter(|role| role.cluster == cluster);
                keys.extend(roles.map(|role| {
                    (
                        role.namespace.clone().unwrap_or_default(),
                        role.name.clone(),
                    )
                }));
            }
            WatchedResource::ClusterRoleBindings | WatchedResource::RoleBindings => {
                let cluster = what == WatchedResource::ClusterRoleBindings;
                let all = self.policy.bindings();
                keys.extend(
                    all.filter(|one| one.cluster == cluster)
                        .map(|one| (one.namespace.clone().unwrap_or_default(), one.name.clone())),
                );
            }
            _ => {
                for (namespace, facts) in &self.namespaces {
                    let names: Vec<&Box<str>> = match what {
                        WatchedResource::Namespaces => {
                            if facts.labels.is_some() {
                                keys.push((Box::default(), namespace.clone()));
                            }
                            continue;
                        }
                        WatchedResource::ServiceAccounts => facts.accounts.keys().collect(),
                        WatchedResource::ConfigMaps => facts.config_maps.keys().collect(),
                        WatchedResource::HorizontalPodAutoscalers
                        | WatchedResource::ScaledObjects => facts
                            .scalers
                            .values()
                            .flatten()
                            .filter(|scaler| scaler.what == what)
                            .map(|scaler| &scaler.name)
                            .collect(),
                        _ => facts
                            .workloads(what)
                            .into_iter()
                            .flat_map(HashMap::keys)
                            .collect(),
                    };
                    keys.extend(
                        names
                            .into_iter()
                            .map(|name| (namespace.clone(), name.clone())),
                    );
                }
            }
        }
        keys
    }

    /// How many objects of one resource are known.
    pub(crate) fn count(&self, what: WatchedResource) -> usize {
        self.keys(what).len()
    }
}

/// Changes. Each is small; what has to be computed is computed before.
impl Facts {
    fn namespace_mut(&mut self, name: &str) -> &mut NamespaceFacts {
        if !self.namespaces.contains_key(name) {
            self.namespaces
                .insert(name.into(), NamespaceFacts::default());
        }
        self.namespaces.entry(name.into()).or_default()
    }

    pub(crate) fn set_labels(&mut self, namespace: &str, labels: Labels, is_leaving: bool) {
        let namespace = self.namespace_mut(namespace);
        (namespace.labels, namespace.is_leaving) = (Some(labels), is_leaving);
    }

    pub(crate) fn set_account(&mut self, namespace: &str, name: &str, automount: Option<bool>) {
        let accounts = &mut self.namespace_mut(namespace).accounts;
        accounts.insert(name.into(), automount);
    }

    /// Returns what was there, so that it is dropped outside of any lock.
    pub(crate) fn set_config_map(
        &mut self,
        namespace: &str,
        name: &str,
        known: KnownConfigMap,
    ) -> Option<KnownConfigMap> {
        let maps = &mut self.namespace_mut(namespace).config_maps;
        maps.insert(name.into(), known)
    }

    pub(crate) fn set_scaler(&mut self, namespace: &str, scaler: ScalerFacts) {
        self.remove_scaler(namespace, scaler.what, &scaler.name);
        let scalers = &mut self.namespace_mut(namespace).scalers;
        scalers
            .entry(scaler.target.clone())
            .or_default()
            .push(scaler);
    }

    fn remove_scaler(&mut self, namespace: &str, what: WatchedResource, name: &str) {
        if let Some(facts) = self.namespaces.get_mut(namespace) {
            facts.scalers.retain(|_, scalers| {
                scalers.retain(|scaler| scaler.what != what || *scaler.name != *name);
                !scalers.is_empty()
            });
        }
    }

    pub(crate) fn set_workload(&mut self, key: &WorkloadKey, facts: WorkloadFacts) {
        self.remove_workload(key);
        for elector in &facts.electors {
            if let Some(hash) = self.lock_of(&elector.facts) {
                let claims = self.claims.entry(hash).or_default();
                if !claims.contains(key) {
                    claims.push(key.clone());
                }
            }
        }
        if let Some(slot) = workload_slot(key.what) {
            let namespace = self.namespace_mut(&key.namespace);
            if let Some(workloads) = namespace.workloads.get_mut(slot) {
                workloads.insert(key.name.clone(), facts);
            }
        }
    }

    fn remove_workload(&mut self, key: &WorkloadKey) {
        let Some(slot) = workload_slot(key.what) else {
            return;
        };
        let removed = self
            .namespaces
            .get_mut(&key.namespace)
            .and_then(|namespace| namespace.workloads.get_mut(slot))
            .and_then(|workloads| workloads.remove(&key.name));
        for elector in removed.iter().flat_map(|facts| &facts.electors) {
            let Some(hash) = self.lock_of(&elector.facts) else {
                continue;
            };
            if let Some(claims) = self.claims.get_mut(&hash) {
                claims.retain(|other| other != key);
                if claims.is_empty() {
                    self.claims.remove(&hash);
                }
            }
        }
    }

    /// Forgets one object.
    pub(crate) fn remove(&mut self, what: WatchedResource, namespace: &str, name: &str) {
        match what {
            WatchedResource::ClusterRoles => self.policy.remove_role(true, None, name),
            WatchedResource::Roles => self.policy.remove_role(false, Some(namespace), name),
            WatchedResource::ClusterRoleBindings => self.policy.remove_binding(true, None, name),
            WatchedResource::RoleBindings => {
                self.policy.remove_binding(false, Some(namespace), name)
            }
            WatchedResource::HorizontalPodAutoscalers | WatchedResource::ScaledObjects => {
                self.remove_scaler(namespace, what, name);
            }
            WatchedResource::Deployments
            | WatchedResource::StatefulSets
            | WatchedResource::DaemonSets => {
                self.remove_workload(&WorkloadKey {
                    what,
                    namespace: namespace.into(),
                    name: name.into(),
                });
            }
            WatchedResource::Namespaces => {
                if let Some(facts) = self.namespaces.get_mut(name) {
                    facts.labels = None;
                }
            }
            WatchedResource::ServiceAccounts => {
                if let Some(facts) = self.namespaces.get_mut(namespace) {
                    facts.accounts.remove(name);
                }
            }
            WatchedResource::ConfigMaps => {
                if let Some(facts) = self.namespaces.get_mut(namespace) {
                    facts.config_maps.remove(name);
                }
            }
        }
        let place = if what == WatchedResource::Namespaces {
            name
        } else {
            namespace
        };
        if self
            .namespaces
            .get(place)
            .is_some_and(NamespaceFacts::is_empty)
        {
            self.namespaces.remove(place);
        }
    }
}
