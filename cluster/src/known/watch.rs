//! List and watch, for one resource: what is there, then what changes, for as long as the program runs.
//!
//! Own code over the client rather than kube's `watcher`, for two reasons: bookmarks and the ends of watches are the only
//! signs that a quiet watch still lives, and `watcher` keeps them to itself; and an object is read as it comes, as far as
//! it is used, and reduced to its facts at once, so that no page of a list is ever held.

use kube::Client;
use manifest::tree::{Document, ReadError};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::object_facts::identity;
use super::state::ClusterState;
use super::state::Listing;
use crate::bounded_stream::BoundedText;
use crate::collection::{Collection, ObjectPart, failed};
use crate::notice::{Notice, NoticeSink};
use crate::resource::WatchedResource;
use crate::watch_error::{
    Pauses, REFUSED_RETRY_PAUSE, RETRY_PAUSES, WatchError, jittered, rest_after,
};
use crate::watch_events::{CutObject, WatchEvent, version_of};

/// One resource's watch.
pub(crate) struct Watch<'s> {
    state: &'s ClusterState,
    what: WatchedResource,
    notices: &'s NoticeSink,
    collection: Collection,
}

impl<'s> Watch<'s> {
    pub(crate) fn new(
        client: Client,
        state: &'s ClusterState,
        what: WatchedResource,
        notices: &'s NoticeSink,
    ) -> Self {
        let collection = Collection::new(client, what.path(None), what.page());
        let part = match what {
            WatchedResource::ConfigMaps => ObjectPart::Metadata,
            _ => ObjectPart::Whole,
        };
        Self {
            state,
            what,
            notices,
            collection: collection.of(part),
        }
    }

    /// Lists and watches until it is dropped.
    pub(crate) async fn run(self) {
        let mut pauses = Pauses::new();
        let mut generation = self.state.generation();
        loop {
            generation.mark_unchanged();
            match self.list().await {
                Ok(version) => {
                    let listed = Instant::now();
                    tokio::select! {
                        failure = self.follow(version) => {
                            // What may be listed and not watched is not listed all the time.
                            if listed.elapsed() >= REFUSED_RETRY_PAUSE {
                                pauses = Pauses::new();
                            }
                            self.note(&failure);
                            rest_after(&failure, &mut pauses).await;
                        }
                        () = changed(&mut generation, self.what) => {}
                    }
                }
                Err(failure) => {
                    self.note(&failure);
                    rest_after(&failure, &mut pauses).await;
                }
            }
        }
    }

    /// Says what happened.
    fn note(&self, failure: &WatchError) {
        let what = self.what;
        match failure {
            WatchError::Forbidden(reason) => {
                if self.state.status().forbidden(what) {
                    (self.notices)(Notice::Forbidden { what, reason });
                }
            }
            WatchError::Absent => {
                if self.state.status().absent(what) {
                    (self.notices)(Notice::Absent { what });
                }
            }
            WatchError::Gone => {}
            WatchError::Failed(reason) => {
                self.state.status().failed(what);
                (self.notices)(Notice::Failed { what, reason });
            }
        }
    }

    /// Lists everything, and returns the version to watch from.
    async fn list(&self) -> Result<String, WatchError> {
        let mut listing = self.state.list(self.what);
        let listed = self
            .collection
            .list(|item| self.listed(&mut listing, &item))
            .await?;
        if listing.finish() {
            let objects = u64::try_from(listed.objects).unwrap_or(u64::MAX);
            (self.notices)(Notice::Synced {
                what: self.what,
                objects,
            });
        }
        Ok(listed.version)
    }

    fn listed(&self, listing: &mut Listing<'_>, item: &BoundedText) {
        match item {
            BoundedText::Whole(item) => {
                let put = match self.what {
                    WatchedResource::ConfigMaps => listing.note_config_map(item),
                    _ => listing.put(item),
                };
                if let Err(error) = put {
                    self.unreadable(&error);
                }
            }
            // What is known of it from before holds no more: it is not noted as seen.
            BoundedText::Cut(prefix) => self.too_long(&CutObject::of_item(prefix)),
        }
    }

    /// An object is not read because of its length: from then on it counts as one that is not there.
    fn too_long(&self, cut: &CutObject) {
        (self.notices)(Notice::TooLong {
            what: self.what,
            namespace: &cut.namespace,
            name: &cut.name,
        });
    }

    /// Follows changes from a version on, over as many watches as it takes, until the only way on is
    /// another list.
    async fn follow(&self, mut version: String) -> WatchError {
        let mut pauses = Pauses::new();
        loop {
            match self.watch(&mut version, &mut pauses).await {
                Ok(()) => {}
                Err(WatchError::Failed(reason)) => {
                    self.note(&WatchError::Failed(reason));
                    pauses.rest().await;
                }
                Err(failure) => return failure,
            }
        }
    }

    /// One watch, from its opening to its end.
    async fn watch(&self, version: &mut String, pauses: &mut Pauses) -> Result<(), WatchError> {
        let mut lines = self.collection.watch(version).await?;
        self.state.status().alive(self.what);
        loop {
            let line = match lines.next().await? {
                Some(BoundedText::Whole(line)) => Some(line),
                Some(BoundedText::Cut(prefix)) => {
                    let cut = CutObject::of_event(&prefix);
                    self.too_long(&cut);
                    // Which one it is, a list shows: it is the one that is there no more.
                    if cut.name.is_empty() {
                        return Err(WatchError::Gone);
                    }
                    self.state.remove(self.what, &cut.namespace, &cut.name);
                    if !cut.version.is_empty() {
                        *version = cut.version;
                    }
                    self.state.status().alive(self.what);
                    continue;
                }
                None => None,
            };
            let Some(line) = line else {
                // The usual end, after the time in the request.
                if self.state.age(self.what).is_some() {
                    *pauses = Pauses::new();
                }
                sleep(jittered(RETRY_PAUSES.0)).await;
                return Ok(());
            };
            match WatchEvent::read(self.what, &line, self.state.fields()) {
                Ok(WatchEvent::Put(object)) => self.put(object, version),
                Ok(WatchEvent::Gone(object)) => self.gone(object, version),
                Ok(WatchEvent::Bookmark(new)) => *version = new,
                Ok(WatchEvent::ApiStatus(refusal)) => {
                    return Err(match refusal.code {
                        410 => WatchError::Gone,
                        401 | 403 => WatchError::Forbidden(refusal.message),
                        // What the server cannot go on with, a list starts afresh.
                        _ => {
                            self.note(&WatchError::Failed(refusal.message));
                            WatchError::Gone
                        }
                    });
                }
                // It would come again and again: only a list leads past it.
                Err(error) => {
                    self.note(&failed(error));
                    return Err(WatchError::Gone);
                }
            }
            self.state.status().alive(self.what);
        }
    }

    fn put(&self, object: Result<Document, ReadError>, version: &mut String) {
        if let Some(object) = self.received(object, version) {
            let put = match self.what {
                WatchedResource::ConfigMaps => identity(&object).map(|(namespace, name)| {
                    self.state.note_config_map(&namespace, &name);
                    true
                }),
                _ => self.state.put_document(self.what, &object),
            };
            match put {
                Ok(true) => self.state.status().changed(self.what),
                Ok(false) => {}
                Err(error) => self.unreadable(&error),
            }
        }
    }

    fn gone(&self, object: Result<Document, ReadError>, version: &mut String) {
        if let Some(object) = self.received(object, version) {
            match self.state.gone_document(self.what, &object) {
                Ok(()) => self.state.status().changed(self.what),
                Err(error) => self.unreadable(&error),
            }
        }
    }

    /// Notes the version of an object, or that it cannot be read.
    fn received(
        &self,
        object: Result<Document, ReadError>,
        version: &mut String,
    ) -> Option<Document> {
        match object {
            Ok(object) => {
                match version_of(&object) {
                    Some(new) => *version = new,
                    None => self.unreadable(&"the object has no resourceVersion"),
                }
                Some(object)
            }
            Err(unread) => {
                self.unreadable(&unread.reason);
                None
            }
        }
    }

    fn unreadable(&self, error: &dyn std::fmt::Display) {
        (self.notices)(Notice::Unreadable {
            what: self.what,
            reason: &error.to_string(),
        });
    }
}

/// Ready when workloads have to be read anew.
async fn changed(generation: &mut watch::Receiver<u64>, what: WatchedResource) {
    if !what.is_workload() || generation.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
