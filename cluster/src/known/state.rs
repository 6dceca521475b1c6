//! The state that watches write and reviews read.

mod config_maps;
mod listing;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use engine::Engine;
use manifest::tree::{Document, FieldMask};
use parking_lot::{Mutex, RwLock};
use programs::Program;
use tokio::sync::watch;

use super::config_maps::KnownConfigMap;
use super::facts::Facts;
use super::facts_guard::FactsGuard;
use super::namespace_facts::WorkloadKey;
use super::object_facts::{Fact, NamedFact, ObjectError, fact_of, identity, read};
use super::watch_states::{View, WatchStates};
use super::workload_facts::{WorkloadFacts, read_workload};
use crate::fields;
use crate::resource::WatchedResource;

pub use listing::Listing;

/// How long a write lets reviews pass before it insists.
const MAX_WRITE_WAIT: Duration = Duration::from_millis(100);

/// The facts of a cluster, shared.
///
/// A review does not wait for a write that waits for other reviews: it enters at once, unless a write
/// is at work at this very moment (a few insertions into maps) or could not get in for [`MAX_WRITE_WAIT`]
/// because there was always some review. Everything that takes longer (parsing, judging) is done
/// before a write.
#[derive(Debug)]
pub struct ClusterState {
    facts: RwLock<Facts>,
    /// A write has waited for long: reviews queue behind it.
    insisting: AtomicBool,
    /// Held from reading what a change rests on until it is written: changes come one by one.
    writing: Mutex<()>,
    status: WatchStates,
    programs: ArcSwap<Vec<Program>>,
    /// The fields of objects that are read.
    fields: FieldMask,
    /// Grows when workloads have to be read anew.
    generation: watch::Sender<u64>,
}

impl ClusterState {
    /// Nothing known yet. `programs` are the user's own dialects.
    #[must_use]
    pub fn new(programs: Vec<Program>) -> Self {
        Self {
            facts: RwLock::default(),
            insisting: AtomicBool::new(false),
            writing: Mutex::default(),
            status: WatchStates::default(),
            programs: ArcSwap::from_pointee(programs),
            fields: fields::built_in().clone(),
            generation: watch::Sender::new(0),
        }
    }

    /// The same, with the fields that an engine reads: for one with rules beside the built-in ones.
    #[must_use]
    pub fn with_fields_of(mut self, engine: &Engine) -> Self {
        self.fields = fields::fields_beside(engine.fields());
        self
    }

    pub(crate) fn fields(&self) -> &FieldMask {
        &self.fields
    }

    /// A cluster that has just these objects, each as JSON, and where everything was seen: for reviews among
    /// objects that somebody else has read, such as those of a benchmark.
    ///
    /// # Errors
    /// An object cannot be read, or has no name.
    pub fn of<'o>(
        objects: impl IntoIterator<Item = (WatchedResource, &'o str)>,
    ) -> Result<Self, ObjectError> {
        Self::new(Vec::new()).with_objects(objects)
    }

    /// The same as if these objects, each as JSON, were all that was seen.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn with_objects<'o>(
        self,
        objects: impl IntoIterator<Item = (WatchedResource, &'o str)>,
    ) -> Result<Self, ObjectError> {
        for what in WatchedResource::ALL {
            self.status.synced(what);
        }
        for (what, raw) in objects {
            self.put(what, raw)?;
        }
        Ok(self)
    }

    /// The facts of this moment, for one review: watches wait until it is dropped.
    ///
    /// A thread that holds one must not ask for another.
    #[must_use]
    pub fn read(&self) -> FactsGuard<'_> {
        let facts = if self.insisting.load(Ordering::Relaxed) {
            self.facts.read()
        } else {
            self.facts.read_recursive()
        };
        FactsGuard {
            facts,
            view: self.status.view(),
            status: &self.status,
        }
    }

    /// The facts of lists that no watch follows, to be judged together: they do not go stale, however long the lists took.
    #[must_use]
    pub fn read_listed(&self) -> FactsGuard<'_> {
        self.status.listed();
        self.read()
    }

    /// Everything was read and nothing changes any more: drops what is kept to judge workloads again.
    pub fn settle(&self) {
        self.write(Facts::drop_workload_texts);
    }

    /// How far each resource can be believed.
    #[must_use]
    pub fn view(&self) -> View {
        self.status.view()
    }

    /// How long ago a watch last showed that it lives; `None` for one that was never synced or is
    /// forbidden.
    #[must_use]
    pub fn age(&self, what: WatchedResource) -> Option<Duration> {
        self.status.age(what)
    }

    /// How many objects of a resource are known.
    #[must_use]
    pub fn count(&self, what: WatchedResource) -> usize {
        self.facts.read_recursive().count(what)
    }

    /// How many electors are known.
    #[must_use]
    pub fn electors(&self) -> usize {
        self.facts.read_recursive().electors(None).count()
    }

    /// How many namespaces carry a label of the mode that names none.
    #[must_use]
    pub fn misspelt_modes(&self) -> usize {
        let reading = self.read();
        let namespaces = reading.facts().keys(WatchedResource::Namespaces);
        namespaces
            .iter()
            .filter(|(_, name)| reading.misspelt_mode(name).is_some())
            .count()
    }

    /// Replaces the user's own dialects; all workloads are read anew if they differ.
    pub fn set_programs(&self, programs: Vec<Program>) {
        if **self.programs.load() == programs {
            return;
        }
        self.programs.store(programs.into());
        self.generation.send_modify(|number| *number += 1);
    }

    pub(crate) fn status(&self) -> &WatchStates {
        &self.status
    }

    /// Tells when workloads have to be read anew.
    pub(crate) fn generation(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Begins a list of everything that there is of a resource.
    #[must_use]
    pub fn list(&self, what: WatchedResource) -> Listing<'_> {
        Listing {
            state: self,
            what,
            seen: HashSet::new(),
        }
    }

    /// This program may not see a resource; whether that is new.
    pub fn forbid(&self, what: WatchedResource) -> bool {
        self.status.forbidden(what)
    }

    /// The API does not have a resource; whether that is new.
    pub fn lacks(&self, what: WatchedResource) -> bool {
        self.status.absent(what)
    }

    /// A watch brings a change.
    pub fn note_change(&self, what: WatchedResource) {
        self.status.changed(what);
    }

    /// One object is there, or has changed: as JSON. Whether anything that is kept of it is new.
    ///
    /// # Errors
    /// It cannot be read, or has no name.
    pub fn put(&self, what: WatchedResource, raw: &str) -> Result<bool, ObjectError> {
        self.put_document(what, &read(what, raw, &self.fields)?)
    }

    /// One object is there, or has changed; whether anything that is kept of it is new.
    pub(crate) fn put_document(
        &self,
        what: WatchedResource,
        document: &Document,
    ) -> Result<bool, ObjectError> {
        let NamedFact {
            namespace,
            name,
            fact,
        } = fact_of(what, document)?;
        let _writing = self.writing.lock();
        let facts = self.facts.read_recursive();
        let is_same = match &fact {
            Fact::Workload => {
                drop(facts);
                let key = WorkloadKey {
                    what,
                    namespace,
                    name,
                };
                return Ok(self.put_workload(&key, document));
            }
            Fact::Leaving => facts.workload(what, &namespace, &name).is_none(),
            Fact::ConfigMap(kept) => {
                let known = facts.config_map(&namespace, &name);
                known.is_some_and(|known| known.says(kept.as_ref()))
            }
            Fact::Labels(labels, is_leaving) => {
                facts.labels(&name) == Some(labels) && facts.is_leaving(&name) == *is_leaving
            }
            Fact::Automount(automount) => facts.account(&namespace, &name) == Some(*automount),
            Fact::Scaler(scaler) => facts.scaler(&namespace, scaler) == Some(scaler),
            Fact::Role(role) => {
                let namespace = role.namespace.as_deref();
                facts
                    .policy
                    .roles_named(role.cluster, namespace, &role.name)
                    == [role]
            }
            Fact::Binding(binding) => {
                let is_of_cluster = what == WatchedResource::ClusterRoleBindings;
                let namespace = (!is_of_cluster).then_some(&*namespace);
                let known = facts.policy.binding_named(is_of_cluster, namespace, &name);
                known == binding.as_ref()
            }
        };
        drop(facts);
        if !is_same {
            self.put_fact(what, (namespace, name), fact);
        }
        Ok(!is_same)
    }

    /// Writes what is new.
    fn put_fact(&self, what: WatchedResource, (namespace, name): (Box<str>, Box<str>), fact: Fact) {
        match fact {
            Fact::Workload => {}
            Fact::Leaving => self.write(|facts| facts.remove(what, &namespace, &name)),
            Fact::ConfigMap(kept) => {
                let kept = KnownConfigMap::read(kept);
                let old = self.write(|facts| facts.set_config_map(&namespace, &name, kept));
                drop(old);
                self.read_again(&namespace, &name);
            }
            Fact::Labels(labels, is_leaving) => {
                self.write(|facts| facts.set_labels(&name, labels, is_leaving));
            }
            Fact::Automount(automount) => {
                self.write(|facts| facts.set_account(&namespace, &name, automount));
            }
            Fact::Scaler(scaler) => self.write(|facts| facts.set_scaler(&namespace, scaler)),
            Fact::Role(role) => self.write(|facts| {
                facts.remove(what, &namespace, &name);
                facts.policy.add_role(role);
            }),
            Fact::Binding(binding) => self.write(|facts| {
                facts.remove(what, &namespace, &name);
                if let Some(binding) = binding {
                    facts.policy.add_binding(binding);
                }
            }),
        }
    }

    /// One object is gone.
    #[cfg(test)]
    pub(crate) fn gone(&self, what: WatchedResource, raw: &str) -> Result<(), ObjectError> {
        self.gone_document(what, &read(what, raw, &self.fields)?)
    }

    /// One object is gone.
    pub(crate) fn gone_document(
        &self,
        what: WatchedResource,
        document: &Document,
    ) -> Result<(), ObjectError> {
        let (namespace, name) = identity(document)?;
        self.remove(what, &namespace, &name);
        Ok(())
    }

    /// An object is gone.
    pub fn remove(&self, what: WatchedResource, namespace: &str, name: &str) {
        let _writing = self.writing.lock();
        self.write(|facts| facts.remove(what, namespace, name));
        if what == WatchedResource::ConfigMaps {
            self.read_again(namespace, name);
        }
    }

    /// Whether anything that is kept of a workload is new.
    fn put_workload(&self, key: &WorkloadKey, document: &Document) -> bool {
        let facts = self.facts.read_recursive();
        let view = self.status.view().as_last_seen();
        let read = read_workload(key.what, document, &facts, view, &self.programs.load());
        let is_same = facts.workload(key.what, &key.namespace, &key.name) == Some(&read);
        drop(facts);
        if !is_same {
            self.write(|facts| facts.set_workload(key, read));
        }
        !is_same
    }

    /// Reads the workloads again that take settings from a ConfigMap.
    fn read_again(&self, namespace: &str, config_map: &str) {
        let readers = self
            .facts
            .read_recursive()
            .readers_of(namespace, config_map);
        self.read_workloads_again(readers);
    }

    /// Reads every workload again that takes settings from any ConfigMap: until now their data was
    /// not known.
    fn read_all_again(&self) {
        let _writing = self.writing.lock();
        let readers = self.facts.read_recursive().readers();
        self.read_workloads_again(readers);
    }

    fn read_workloads_again(&self, keys: Vec<WorkloadKey>) {
        for key in keys {
            let text: Option<Box<str>> = self
                .facts
                .read_recursive()
                .workload(key.what, &key.namespace, &key.name)
                .and_then(|facts: &WorkloadFacts| facts.text.clone());
            if let Some(document) = text.and_then(|text| read(key.what, &text, &self.fields).ok()) {
                self.put_workload(&key, &document);
            }
        }
    }

    fn write<T>(&self, change: impl FnOnce(&mut Facts) -> T) -> T {
        let mut facts = self.facts.try_write_for(MAX_WRITE_WAIT).unwrap_or_else(|| {
            self.insisting.store(true, Ordering::Relaxed);
            let facts = self.facts.write();
            self.insisting.store(false, Ordering::Relaxed);
            facts
        });
        change(&mut facts)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
