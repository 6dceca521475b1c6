//! What is known of ConfigMaps: that they are there, and of those that somebody asks for what they say.
//!
//! A tenant may make thousands of them, and elections are configured by a few: so lists and watches bring their metadata
//! alone, and the data of one is read when a workload turns out to take settings from it.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use kube::Client;
use manifest::tree::Document;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::facts::Facts;
use super::state::ClusterState;
use crate::bounded_stream::BoundedText;
use crate::collection::Collection;
use crate::notice::{Notice, NoticeSink};
use crate::resource::WatchedResource;
use crate::watch_error::{WatchError, jittered};

/// After a ConfigMap that could not be read.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// What is known of one ConfigMap that is there.
#[derive(Debug)]
pub(crate) enum KnownConfigMap {
    /// Its data was not read yet.
    NotRead,
    /// What is kept of its data; `None` if that is nothing.
    Read(Option<Box<Document>>),
}

impl KnownConfigMap {
    /// One that was read.
    pub fn read(kept: Option<Document>) -> Self {
        Self::Read(kept.map(Box::new))
    }

    /// The text of what is kept.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::NotRead | Self::Read(None) => None,
            Self::Read(Some(document)) => Some(document.text()),
        }
    }

    /// Whether it was read, and says the same as this.
    pub fn says(&self, kept: Option<&Document>) -> bool {
        matches!(self, Self::Read(_)) && self.text() == kept.map(Document::text)
    }
}

impl Facts {
    /// Bytes of what is kept of all ConfigMaps.
    pub(crate) fn config_map_bytes(&self) -> usize {
        let all = self
            .namespaces
            .values()
            .flat_map(|facts| facts.config_maps.values());
        all.filter_map(KnownConfigMap::text).map(str::len).sum()
    }

    /// Those of which something is kept although no workload takes settings from them.
    pub(crate) fn config_maps_without_readers(&self) -> Vec<ConfigMapName> {
        let mut found = Vec::new();
        for (namespace, facts) in &self.namespaces {
            for (name, known) in &facts.config_maps {
                if known.text().is_some() && self.readers_of(namespace, name).is_empty() {
                    found.push((namespace.clone(), name.clone()));
                }
            }
        }
        found
    }
}

/// Namespace and name.
type ConfigMapName = (Box<str>, Box<str>);

/// ConfigMaps that are to be read.
#[derive(Debug, Default)]
pub(crate) struct ConfigMapRequests {
    waiting: Mutex<(VecDeque<ConfigMapName>, HashSet<ConfigMapName>)>,
    added: Notify,
}

impl ConfigMapRequests {
    /// Asks for one, unless it waits already.
    pub fn want(&self, namespace: &str, name: &str) {
        let key: ConfigMapName = (namespace.into(), name.into());
        let (queue, known) = &mut *self.waiting.lock();
        if known.insert(key.clone()) {
            queue.push_back(key);
            self.added.notify_one();
        }
    }

    /// How many wait.
    #[cfg(test)]
    pub fn waiting(&self) -> usize {
        self.waiting.lock().0.len()
    }

    /// The next one, as soon as there is one.
    async fn next(&self) -> ConfigMapName {
        loop {
            {
                let (queue, known) = &mut *self.waiting.lock();
                if let Some(next) = queue.pop_front() {
                    known.remove(&next);
                    return next;
                }
            }
            self.added.notified().await;
        }
    }
}

/// Reads the ConfigMaps that somebody asks for, until it is dropped.
pub(crate) async fn read_config_maps(client: Client, state: &ClusterState, notices: &NoticeSink) {
    let what = WatchedResource::ConfigMaps;
    let requests = state.config_map_requests();
    loop {
        let (namespace, name) = requests.next().await;
        let path = what.path(Some(&namespace));
        // A list of one: who may list needs no right to get.
        let collection = Collection::new(client.clone(), path, 1).named(&name);
        let mut found = None;
        match collection.list(|item| found = Some(item)).await {
            Ok(_) => match found {
                Some(BoundedText::Whole(text)) => {
                    if let Err(error) = state.put_requested_config_map(&text) {
                        let reason = error.to_string();
                        notices(Notice::Unreadable {
                            what,
                            reason: &reason,
                        });
                    }
                }
                // From then on it counts as one that is not there.
                Some(BoundedText::Cut(_)) => {
                    let (namespace, name) = (&*namespace, &*name);
                    notices(Notice::TooLong {
                        what,
                        namespace,
                        name,
                    });
                    state.remove(what, namespace, name);
                }
                None => {}
            },
            // What may not be seen is known from the watch.
            Err(WatchError::Forbidden(_)) => sleep(jittered(RETRY_PAUSE)).await,
            Err(error) => {
                let reason = error.to_string();
                notices(Notice::Failed {
                    what,
                    reason: &reason,
                });
                sleep(jittered(RETRY_PAUSE)).await;
                requests.want(&namespace, &name);
            }
        }
    }
}
