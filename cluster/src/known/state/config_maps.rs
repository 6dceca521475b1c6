//! ConfigMaps that become part of the state: first that they are there, and what they say when somebody asks.

use std::sync::Arc;

use super::ClusterState;
use crate::known::config_maps::{ConfigMapRequests, KnownConfigMap};
use crate::known::object_facts::{Fact, ObjectError, fact_of, read};
use crate::resource::WatchedResource;

/// Bytes of what is kept of all ConfigMaps together. What elections are configured by is a few kilobytes each; beyond
/// that, those are forgotten first from which no workload takes settings.
const MAX_KEPT_BYTES: usize = 16 << 20;

impl ClusterState {
    /// ConfigMaps that are to be read.
    pub(crate) fn config_map_requests(&self) -> Arc<ConfigMapRequests> {
        Arc::clone(&self.facts.read_recursive().config_map_requests)
    }

    /// A ConfigMap is there, or has changed. It is read if a workload takes settings from it.
    pub(crate) fn note_config_map(&self, namespace: &str, name: &str) {
        let _writing = self.writing.lock();
        let facts = self.facts.read_recursive();
        let is_known = facts.config_map(namespace, name).is_some();
        let is_wanted = !facts.readers_of(namespace, name).is_empty();
        if is_wanted {
            facts.config_map_requests.want(namespace, name);
        }
        drop(facts);
        // What a workload is judged by stays until the new data is there.
        if !is_known || !is_wanted {
            let old =
                self.write(|facts| facts.set_config_map(namespace, name, KnownConfigMap::NotRead));
            drop(old);
        }
    }

    /// The data of a ConfigMap that somebody asked for, as JSON.
    pub(crate) fn put_requested_config_map(&self, raw: &str) -> Result<(), ObjectError> {
        let what = WatchedResource::ConfigMaps;
        let found = fact_of(what, &read(what, raw, &self.fields)?)?;
        let Fact::ConfigMap(kept) = found.fact else {
            return Ok(());
        };
        let (namespace, name) = (&*found.namespace, &*found.name);
        let _writing = self.writing.lock();
        let facts = self.facts.read_recursive();
        let known = facts.config_map(namespace, name);
        // It may be gone by now.
        let is_news = known.is_some_and(|known| !known.says(kept.as_ref()));
        drop(facts);
        if is_news {
            let kept = KnownConfigMap::read(kept);
            let old = self.write(|facts| facts.set_config_map(namespace, name, kept));
            drop(old);
            self.read_again(namespace, name);
            self.forget_above_the_bound(namespace, name);
        }
        Ok(())
    }

    /// Keeps all of them below [`MAX_KEPT_BYTES`]; the one that came last gives way at last.
    fn forget_above_the_bound(&self, namespace: &str, name: &str) {
        let forget = |which: &[(Box<str>, Box<str>)]| {
            for (namespace, name) in which {
                let old = self
                    .write(|facts| facts.set_config_map(namespace, name, KnownConfigMap::NotRead));
                drop(old);
            }
        };
        if self.facts.read_recursive().config_map_bytes() <= MAX_KEPT_BYTES {
            return;
        }
        let unread = self.facts.read_recursive().config_maps_without_readers();
        forget(&unread);
        if self.facts.read_recursive().config_map_bytes() > MAX_KEPT_BYTES {
            forget(&[(namespace.into(), name.into())]);
        }
    }
}
