//! The cluster as the engine asks it.
//!
//! Namespaces are exact here: every object names its own. What rests on a resource that was not read
//! yet, may not be read, or went silent is answered *unknown*.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use election::access::{Access, AccessState, AccountName, Need, WholeCluster, access_of};
use election::{Elector, ElectorFacts, Scaler, Scalers, Surroundings};
use engine::world::{NamespaceLabels, ServiceAccount, World};
use manifest::tree::Document;
use objects::{LedgerCode, Object, Workload, objects_of};
use programs::{Answer, ConfigMap, ConfigMaps, Unknown};

use super::config_maps::KnownConfigMap;
use super::facts::Facts;
use super::object_facts::ScalerFacts;
use super::watch_states::View;
use crate::resource::WatchedResource;

/// The label that every namespace has (Kubernetes 1.21 and later).
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// The cluster around the objects of one review.
#[derive(Debug)]
pub struct ClusterWorld<'w> {
    facts: &'w Facts,
    view: View,
    /// Whether the number of replicas is what a request asks for, whoever sends it.
    is_scaling: bool,
    /// Whether no ConfigMap is known.
    without_config_maps: bool,
    /// A scaler that is another one than was seen, or not there.
    changed_scaler: Option<ChangedScaler>,
    /// The names of the ConfigMaps that were looked up.
    looked_up: RefCell<Vec<Box<str>>>,
    /// Whether one of them was not read yet.
    has_missed: Cell<bool>,
}

impl<'w> ClusterWorld<'w> {
    /// The cluster as these facts show it, believed as far as `view` says.
    pub(crate) fn new(facts: &'w Facts, view: View) -> Self {
        Self {
            facts,
            view,
            is_scaling: false,
            without_config_maps: false,
            changed_scaler: None,
            looked_up: RefCell::default(),
            has_missed: Cell::default(),
        }
    }

    /// The same for a request that sets a number of replicas: then that many run, and what a scaler
    /// would have is beside the point. Mostly it is the scaler that asks.
    #[must_use]
    pub fn while_scaling(mut self) -> Self {
        self.is_scaling = true;
        self
    }

    /// The same as if no ConfigMap were known: a finding that is there all the same does not rest on one.
    #[must_use]
    pub fn without_config_maps(mut self) -> Self {
        self.without_config_maps = true;
        self
    }

    /// The same with a scaler of this name as it is written here, or without it, whatever was seen of it.
    #[must_use]
    pub fn with_scaler(
        mut self,
        what: WatchedResource,
        name: &str,
        scaler: Option<&Document>,
    ) -> Self {
        self.changed_scaler = Some(ChangedScaler {
            what,
            name: name.into(),
            scaler: scaler.map(|scaler| ScalerFacts::of(what, scaler, name)),
        });
        self
    }

    /// Whether any ConfigMap was looked up.
    #[must_use]
    pub fn has_read_config_maps(&self) -> bool {
        !self.looked_up.borrow().is_empty()
    }

    /// Whether a ConfigMap was looked up that was not read yet. It is read now, within a moment.
    #[must_use]
    pub fn has_missed_config_maps(&self) -> bool {
        self.has_missed.get()
    }

    /// The names of the ConfigMaps that were looked up, each once.
    #[must_use]
    pub fn config_maps_looked_up(&self) -> Box<[Box<str>]> {
        let mut names = self.looked_up.take();
        names.sort_unstable();
        names.dedup();
        names.into()
    }
}

/// A scaler as a request has it.
#[derive(Debug)]
struct ChangedScaler {
    what: WatchedResource,
    name: Box<str>,
    /// `None`: there is none.
    scaler: Option<ScalerFacts>,
}

impl ChangedScaler {
    fn is(&self, other: &ScalerFacts) -> bool {
        self.what == other.what && self.name == other.name
    }
}

fn not_written() -> Unknown {
    Unknown {
        code: LedgerCode::NamespaceNotWritten,
        reason: "the object names no namespace".to_owned(),
        place: None,
    }
}

impl<'w> ConfigMaps<'w> for ClusterWorld<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        self.looked_up.borrow_mut().push(name.into());
        if let Some(doubt) = self.view.doubt(&[WatchedResource::ConfigMaps]) {
            return Answer::Unknown(doubt);
        }
        let Some(namespace) = from.namespace() else {
            return Answer::Unknown(not_written());
        };
        let found = self.facts.config_map(namespace, name);
        match found.filter(|_| !self.without_config_maps) {
            Some(KnownConfigMap::Read(Some(document))) => {
                let object = objects_of(document).0.into_iter().next();
                Answer::Known(object.map_or_else(nothing, ConfigMap::of))
            }
            Some(KnownConfigMap::Read(None)) => Answer::Known(nothing()),
            Some(KnownConfigMap::NotRead) => {
                self.facts.config_map_requests.want(namespace, name);
                self.has_missed.set(true);
                Answer::Unknown(Unknown {
                    code: LedgerCode::NotSynced,
                    reason: format!("ConfigMap {name} was not read yet"),
                    place: None,
                })
            }
            // It may come a moment later, in the same `kubectl apply`.
            None => Answer::Unknown(Unknown {
                code: LedgerCode::ConfigMapNotInCluster,
                reason: format!("ConfigMap {name} is not in namespace {namespace}"),
                place: None,
            }),
        }
    }
}

fn nothing<'w>() -> ConfigMap<'w> {
    ConfigMap {
        entries: Vec::new(),
    }
}

impl<'w> Scalers<'w> for ClusterWorld<'w> {
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        if self.is_scaling {
            return Answer::Known(None);
        }
        let object = workload.object();
        let resources = [
            WatchedResource::HorizontalPodAutoscalers,
            WatchedResource::ScaledObjects,
        ];
        if let Some(doubt) = self.view.doubt(&resources) {
            return Answer::Unknown(doubt);
        }
        let Some(namespace) = object.namespace() else {
            return Answer::Unknown(not_written());
        };
        let name = object.name().unwrap_or_default();
        let mut lowest: Option<&Scaler> = None;
        let changed = self.changed_scaler.as_ref();
        let seen = self.facts.scalers(namespace, name);
        let seen = seen.filter(|scaler| changed.is_none_or(|changed| !changed.is(scaler)));
        let written = changed.and_then(|changed| changed.scaler.as_ref());
        let written = written.filter(|scaler| *scaler.target == *name);
        for scaler in seen.chain(written) {
            if !scaler.target().is(object) {
                continue;
            }
            match &scaler.scaler {
                Err(because) => return Answer::Unknown(because.clone()),
                Ok(None) => {}
                // KEDA makes a HorizontalPodAutoscaler of its own; the smallest number is the one
                // that runs, and of equal ones the ScaledObject is what somebody wrote.
                Ok(Some(one)) => {
                    let key =
                        |scaler: &Scaler| (scaler.minimum, std::cmp::Reverse(scaler.name.clone()));
                    if lowest.is_none_or(|lowest| key(one) < key(lowest)) {
                        lowest = Some(one);
                    }
                }
            }
        }
        Answer::Known(lowest.cloned())
    }
}

impl<'w> Surroundings<'w> for ClusterWorld<'w> {
    fn is_unbuilt(&self, _object: Object<'w>) -> bool {
        false
    }

    fn is_fragment(&self, _workload: Workload<'w>) -> bool {
        false
    }
}

impl<'w> World<'w> for ClusterWorld<'w> {
    fn access(&self, elector: &Elector<'w>) -> Access<'_> {
        let need = match Need::of(elector) {
            Ok(need) => need,
            Err(because) => return Access::unknown(because),
        };
        let account = AccountName {
            namespace: elector.account.namespace.as_deref(),
            name: &elector.account.name,
        };
        let ask = |need: &Need<'w>| access_of(need, account, &self.facts.policy, &WholeCluster);
        let access =
            ask(&need)
                .unless_kept_elsewhere(elector)
                .or_older_lock(&need, elector, |older| {
                    ask(older).state == AccessState::Granted
                });
        // What is seen to be granted is granted, whatever else is not seen.
        match self.view.doubt(&WatchedResource::RBAC) {
            Some(doubt)
                if access.state != AccessState::Granted || doubt.code == LedgerCode::Stale =>
            {
                access.because(doubt)
            }
            _ => access,
        }
    }

    fn rivals(&self, elector: &Elector<'w>) -> Vec<Cow<'_, ElectorFacts>> {
        let Some(namespace) = elector.lock_namespace.value() else {
            return Vec::new();
        };
        let facts = ElectorFacts::of(elector);
        // Without pods it is no candidate. It is judged again when somebody scales it up.
        if facts.is_scaled_to_zero {
            return Vec::new();
        }
        let Some(name) = facts.lock_title() else {
            return Vec::new();
        };
        // Whoever applies an object here may not know of those elsewhere.
        let own = elector.object.namespace().unwrap_or_default();
        if !self.facts.may_be_claimed(namespace, name, elector.object) {
            return Vec::new();
        }
        self.facts
            .rivals(&facts)
            .into_iter()
            .filter(|rival| {
                let what = WatchedResource::of_workload(&rival.object.kind);
                what.is_none_or(|what| self.view.doubt(&[what]).is_none())
            })
            .map(|rival| rival.shown_to(own))
            .collect()
    }

    fn electors_around(&self, _object: Object<'w>) -> Vec<&ElectorFacts> {
        let all = self.facts.electors(None);
        all.map(|elector| &elector.facts).collect()
    }

    fn service_account(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        if let Some(doubt) = self.view.doubt(&[WatchedResource::ServiceAccounts]) {
            return Answer::Unknown(doubt);
        }
        let Some(namespace) = workload.object().namespace() else {
            return Answer::Unknown(not_written());
        };
        let found = self.facts.account(namespace, name);
        Answer::Known(found.map(|automount| ServiceAccount {
            automount,
            place: None,
        }))
    }

    fn namespace_labels(&self, _near: Object<'w>, name: &str) -> Answer<NamespaceLabels<'w>> {
        if let Some(doubt) = self.view.doubt(&[WatchedResource::Namespaces]) {
            return Answer::Unknown(doubt);
        }
        let Some(labels) = self.facts.labels(name) else {
            return Answer::Unknown(Unknown {
                code: LedgerCode::NamespaceNotInCluster,
                reason: format!("namespace {name} is not there"),
                place: None,
            });
        };
        let mut found: NamespaceLabels<'w> = labels
            .iter()
            .filter(|(key, _)| **key != *NAME_LABEL)
            .map(|(key, value)| (Cow::Borrowed(&**key), Cow::Borrowed(&**value)))
            .collect();
        found.push((Cow::Borrowed(NAME_LABEL), Cow::Owned(name.to_owned())));
        Answer::Known(found)
    }
}
