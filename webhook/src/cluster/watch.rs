//! List and watch, for one resource: what is there, then what changes, for as long as the program runs.
//!
//! Own code over the client rather than kube's `watcher`, for two reasons: bookmarks and the ends of watches are the only
//! signs that a quiet watch still lives, and `watcher` keeps them to itself; and an object is read as it comes, as far as
//! it is used, and reduced to its facts at once, so that no page of a list is ever held.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use kube::Client;
use kube::client::Body;
use kube::core::Request;
use kube::core::params::{ListParams, WatchParams};
use manifest::json::Cursor;
use manifest::tree::{Document, ReadError};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::bounded_stream::{BoundedText, ListPart, ListParts, WatchLines};
use super::resource::WatchedResource;
use super::state::ClusterState;
use super::state::Listing;
use super::watch_error::{
    Pauses, REFUSED_RETRY_PAUSE, RETRY_PAUSES, WatchError, jittered, rest_after,
};
use super::watch_events::{ApiStatus, CutObject, ListHead, WatchEvent, version_of};
use crate::log::{Log, LogValue};

/// The API server ends a watch after so many seconds, and it is opened again. That is the sign by which a quiet watch
/// lives: behind a connection that is dead no end comes. Bookmarks come about once a minute only.
const WATCH_SECONDS: u32 = 30;
/// The end should have come: the connection is taken for dead.
const MAX_SILENCE: Duration = Duration::from_secs(40);
/// For the head of the answer to a list or a watch, and for each object of a list.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a page above which the next pages hold fewer objects.
const MAX_PAGE_BYTES: usize = 8 << 20;
/// Bytes of an answer that says why not.
const MAX_STATUS_BYTES: usize = 64 << 10;
/// Objects that are reduced before reviews get their turn on this thread.
const BATCH_OBJECTS: usize = 16;

/// One resource's watch.
pub(super) struct Watch<'s> {
    client: Client,
    state: &'s ClusterState,
    what: WatchedResource,
    log: &'s Log,
    request: Request,
}

impl<'s> Watch<'s> {
    pub(super) fn new(
        client: Client,
        state: &'s ClusterState,
        what: WatchedResource,
        log: &'s Log,
    ) -> Self {
        Self {
            client,
            state,
            what,
            log,
            request: Request::new(what.path()),
        }
    }

    /// Lists and watches until it is dropped.
    pub(super) async fn run(self) {
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
        let resource = LogValue::Text(self.what.resource());
        match failure {
            WatchError::Forbidden(reason) => {
                if self.state.status().forbidden(self.what) {
                    let fields = [("resource", resource), ("reason", LogValue::Text(reason))];
                    self.log.line("warning", "cluster-forbidden", &fields);
                }
            }
            WatchError::Absent => {
                if self.state.status().absent(self.what) {
                    self.log
                        .line("info", "cluster-absent", &[("resource", resource)]);
                }
            }
            WatchError::Gone => {}
            WatchError::Failed(reason) => {
                let fields = [("resource", resource), ("reason", LogValue::Text(reason))];
                self.log.line("warning", "cluster-watch", &fields);
            }
        }
    }

    /// Lists everything, page by page, and returns the version to watch from. Objects are read as they come, so that
    /// one of them is held at a time; and where they are long, the API server is asked for fewer of them at once.
    async fn list(&self) -> Result<String, WatchError> {
        let mut listing = self.state.list(self.what);
        let mut page = self.what.page();
        let mut params = ListParams::default();
        let mut at = 0;
        loop {
            params.limit = Some(page);
            let request = self.request.list(&params).map_err(failed)?;
            let body = timeout(ANSWER_TIMEOUT, self.open(request))
                .await
                .map_err(|_| WatchError::Failed("no answer to a list".to_owned()))??;
            let mut parts = ListParts::new(body);
            let head = loop {
                let part = timeout(ANSWER_TIMEOUT, parts.next())
                    .await
                    .map_err(|_| WatchError::Failed("a list went silent".to_owned()))??;
                match part {
                    Some(ListPart::Item(item)) => self.listed(&mut listing, &item),
                    Some(ListPart::End(head)) => break ListHead::read(&head).map_err(failed)?,
                    None => return Err(WatchError::Failed("a list ended early".to_owned())),
                }
                at += 1;
                if at % BATCH_OBJECTS == 0 {
                    tokio::task::yield_now().await;
                }
            };
            if parts.received() > MAX_PAGE_BYTES {
                page = (page / 4).max(1);
            }
            match head.token {
                Some(token) => params.continue_token = Some(token),
                None => {
                    if listing.finish() {
                        let objects = u64::try_from(at).unwrap_or(u64::MAX);
                        let fields = [
                            ("resource", LogValue::Text(self.what.resource())),
                            ("objects", LogValue::Number(objects)),
                        ];
                        self.log.line("info", "cluster-synced", &fields);
                    }
                    return Ok(head.version);
                }
            }
        }
    }

    fn listed(&self, listing: &mut Listing<'_>, item: &BoundedText) {
        match item {
            BoundedText::Whole(item) => {
                if let Err(error) = listing.put(item) {
                    self.unreadable(&error);
                }
            }
            // What is known of it from before holds no more: it is not noted as seen.
            BoundedText::Cut(prefix) => self.too_long(&CutObject::of_item(prefix)),
        }
    }

    /// An object is not read because of its length: from then on it counts as one that is not there.
    fn too_long(&self, cut: &CutObject) {
        let fields = [
            ("resource", LogValue::Text(self.what.resource())),
            ("namespace", LogValue::Text(&cut.namespace)),
            ("name", LogValue::Text(&cut.name)),
        ];
        self.log.line("warning", "cluster-too-long", &fields);
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
        let params = WatchParams::default().timeout(WATCH_SECONDS);
        let request = self.request.watch(&params, version).map_err(failed)?;
        let body = timeout(ANSWER_TIMEOUT, self.open(request))
            .await
            .map_err(|_| WatchError::Failed("no answer to a watch".to_owned()))??;
        let mut lines = WatchLines::new(body);
        self.state.status().alive(self.what);
        loop {
            let Ok(line) = timeout(MAX_SILENCE, lines.next()).await else {
                return Err(WatchError::Failed("the watch went silent".to_owned()));
            };
            let line = match line? {
                Some(BoundedText::Whole(line)) => Some(line),
                Some(BoundedText::Cut(prefix)) => {
                    let cut = CutObject::of_event(&prefix);
                    self.too_long(&cut);
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

    /// The body of an answer, or why there is none.
    async fn open(&self, request: http::Request<Vec<u8>>) -> Result<Body, WatchError> {
        let answer = self.client.send(request.map(Body::from)).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer.into_body());
        }
        let body = Limited::new(answer.into_body(), MAX_STATUS_BYTES);
        let body = body.collect().await.map_err(failed)?.to_bytes();
        let text = String::from_utf8_lossy(&body);
        let message = match ApiStatus::read(&mut Cursor::new(&text)) {
            Ok(refusal) => refusal.message,
            Err(_) => status.to_string(),
        };
        Err(WatchError::of(status.as_u16(), message))
    }

    fn put(&self, object: Result<Document, ReadError>, version: &mut String) {
        if let Some(object) = self.received(object, version) {
            match self.state.put_document(self.what, &object) {
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
        let reason = error.to_string();
        let fields = [
            ("resource", LogValue::Text(self.what.resource())),
            ("reason", LogValue::Text(&reason)),
        ];
        self.log.line("error", "cluster-unreadable", &fields);
    }
}

fn failed(error: impl std::fmt::Display) -> WatchError {
    WatchError::Failed(error.to_string())
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
