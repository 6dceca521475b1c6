//! What is kept of a workload: its electors, and what is needed to judge it again.

use std::borrow::Cow;

use election::access::{LockResource, Need, NeededNamespace};
use election::{ElectorFacts, electors_of};
use manifest::tree::Document;
use objects::{Workload, objects_of};
use programs::{Program, Unknown};

use super::facts::Facts;
use super::object_facts::workload_text;
use super::watch_states::View;
use super::world::ClusterWorld;
use crate::resource::WatchedResource;

/// What is kept of one workload.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct WorkloadFacts {
    /// The workload as JSON, as far as it is judged; only for one that elects or that takes
    /// anything from a ConfigMap.
    pub text: Option<Box<str>>,
    /// Its electors.
    pub electors: Box<[KnownElector]>,
    /// The ConfigMaps that it was read with, there or not.
    pub reads: Box<[Box<str>]>,
}

/// An elector of the cluster.
#[derive(Debug, PartialEq)]
pub(crate) struct KnownElector {
    /// What others need to know of it.
    pub facts: ElectorFacts,
    /// What it has to be allowed, if that is known.
    pub need: Option<KnownNeed>,
}

/// What an elector has to be allowed, owned and small.
#[derive(Debug, PartialEq)]
pub(crate) struct KnownNeed {
    resources: &'static [LockResource],
    verbs: Box<[Cow<'static, str>]>,
    namespace: NeededNamespace,
    name: Result<String, Unknown>,
    applies: bool,
    one_of_several: Option<Unknown>,
    second: Option<Result<String, Unknown>>,
}

/// Verbs that nearly every elector needs: kept once.
const COMMON_VERBS: &[&str] = &[
    "get", "create", "update", "patch", "list", "watch", "delete",
];

impl KnownNeed {
    fn of(need: Need<'_>) -> Self {
        let owned = |verb: &str| {
            let common = COMMON_VERBS.iter().find(|common| **common == verb);
            common.map_or_else(|| Cow::Owned(verb.to_owned()), |verb| Cow::Borrowed(*verb))
        };
        let unplaced = |because: Unknown| Unknown {
            place: None,
            ..because
        };
        Self {
            resources: need.resources,
            verbs: need.verbs.into_iter().map(owned).collect(),
            namespace: need.namespace,
            // A place in an object of the cluster is in no file.
            name: need.name.map_err(unplaced),
            applies: need.applies,
            one_of_several: need.one_of_several.map(unplaced),
            second: need.second.map(|name| name.map_err(unplaced)),
        }
    }

    /// The need, as the proof of access takes it.
    pub(crate) fn need(&self) -> Need<'_> {
        Need {
            resources: self.resources,
            verbs: self.verbs.iter().map(AsRef::as_ref).collect(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            applies: self.applies,
            one_of_several: self.one_of_several.clone(),
            second: self.second.clone(),
        }
    }
}

impl Facts {
    /// Drops the texts by which workloads are judged again.
    pub(crate) fn drop_workload_texts(&mut self) {
        let namespaces = self.namespaces.values_mut();
        let workloads = namespaces.flat_map(|namespace| &mut namespace.workloads);
        for facts in workloads.flat_map(|of_kind| of_kind.values_mut()) {
            facts.text = None;
        }
    }
}

/// Reads the electors of a workload with what is known of its cluster.
pub(crate) fn read_workload(
    what: WatchedResource,
    document: &Document,
    facts: &Facts,
    view: View,
    programs: &[Program],
) -> WorkloadFacts {
    let world = ClusterWorld::new(facts, view);
    let mut electors = Vec::new();
    for workload in objects_of(document).0.into_iter().filter_map(Workload::of) {
        for elector in electors_of(workload, &world, programs) {
            let mut facts = ElectorFacts::of(&elector);
            // A place in an object of the cluster is in no file.
            (facts.place, facts.name_place) = (None, None);
            electors.push(KnownElector {
                facts,
                need: Need::of(&elector).ok().map(KnownNeed::of),
            });
        }
    }
    let reads = world.config_maps_looked_up();
    let is_kept = !electors.is_empty() || !reads.is_empty();
    let text = is_kept.then(|| workload_text(what, document)).flatten();
    WorkloadFacts {
        text: text.map(Into::into),
        electors: electors.into(),
        reads,
    }
}
