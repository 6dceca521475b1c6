//! What is kept of one namespace.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::config_maps::KnownConfigMap;
use super::facts::Facts;
use super::object_facts::ScalerFacts;
use super::workload_facts::WorkloadFacts;
use crate::resource::WatchedResource;

/// Labels with their values.
pub(crate) type Labels = Box<[(Box<str>, Box<str>)]>;

pub(crate) type Map<Key, Value> = HashMap<Key, Value, RandomState>;

/// Which workload.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WorkloadKey {
    pub what: WatchedResource,
    pub namespace: Box<str>,
    pub name: Box<str>,
}

/// What is kept of one namespace.
#[derive(Default)]
pub(crate) struct NamespaceFacts {
    pub labels: Option<Labels>,
    /// Whether everything in it is about to go.
    pub is_leaving: bool,
    pub accounts: Map<Box<str>, Option<bool>>,
    pub config_maps: Map<Box<str>, KnownConfigMap>,
    /// By the name of what they scale.
    pub scalers: Map<Box<str>, Vec<ScalerFacts>>,
    pub workloads: [Map<Box<str>, WorkloadFacts>; WatchedResource::WORKLOADS.len()],
}

impl NamespaceFacts {
    pub fn is_empty(&self) -> bool {
        self.labels.is_none()
            && self.accounts.is_empty()
            && self.config_maps.is_empty()
            && self.scalers.is_empty()
            && self.workloads.iter().all(HashMap::is_empty)
    }

    pub fn workloads(&self, what: WatchedResource) -> Option<&Map<Box<str>, WorkloadFacts>> {
        self.workloads.get(workload_slot(what)?)
    }
}

impl Facts {
    /// Whether a namespace is on its way out with everything in it.
    pub(crate) fn is_leaving(&self, namespace: &str) -> bool {
        let facts = self.namespaces.get(namespace);
        facts.is_some_and(|facts| facts.is_leaving)
    }
}

pub(crate) fn workload_slot(what: WatchedResource) -> Option<usize> {
    WatchedResource::WORKLOADS
        .iter()
        .position(|one| *one == what)
}
