//! List and watch, for one resource: what is there, then what changes, for as long as the program runs.
//!
//! Own code over the client rather than kube's `watcher`, for two reasons: bookmarks are the only sign
//! that a quiet watch still lives, and `watcher` keeps them to itself; and an object
//! is read once, as far as it is used, and reduced to its facts at once, so that no page of a list is ever held as values.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use kube::core::Request;
use kube::core::params::{ListParams, WatchParams};
use manifest::json::Cursor;
use manifest::tree::{Document, ReadError};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::resource::WatchedResource;
use super::state::ClusterState;
use super::watch_events::{ApiStatus, Page, WatchEvent, WatchLines, version_of};
use crate::log::{Log, LogValue};

/// The API server ends a watch after so many seconds, and it is opened again.
const WATCH_SECONDS: u32 = 290;
/// Two bookmarks missed: the connection is taken for dead.
const MAX_SILENCE: Duration = Duration::from_secs(120);
/// For the answer to a list, or for the head of the answer to a watch.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long until something is requested again that stays forbidden or that the API does not have.
const REFUSED_RETRY_PAUSE: Duration = Duration::from_secs(60);
/// Pauses after a failure: at first, and at most.
const RETRY_PAUSES: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(30));
/// Objects that are reduced before reviews get their turn on this thread.
const BATCH_OBJECTS: usize = 16;

/// Why a list or a watch ended early.
#[derive(Debug, Error)]
enum WatchError {
    /// HTTP 403 (or 401).
    #[error("forbidden: {0}")]
    Forbidden(String),
    /// HTTP 404: the API does not have this resource.
    #[error("the API does not have it")]
    Absent,
    /// HTTP 410: the version is too old, so all of it has to be listed again.
    #[error("the version is too old")]
    Gone,
    /// Anything else: worth another attempt.
    #[error("{0}")]
    Failed(String),
}

impl From<kube::Error> for WatchError {
    fn from(error: kube::Error) -> Self {
        if let kube::Error::Api(status) = &error {
            return Self::of(status.code, status.message.clone());
        }
        Self::Failed(error.to_string())
    }
}

impl WatchError {
    /// What an HTTP status means.
    fn of(code: u16, message: String) -> Self {
        match code {
            401 | 403 => Self::Forbidden(message),
            404 => Self::Absent,
            410 => Self::Gone,
            _ => Self::Failed(message),
        }
    }
}

impl From<http::Error> for WatchError {
    fn from(error: http::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Pauses that grow after each failure, a little different in every replica.
#[derive(Debug)]
struct Pauses {
    next: Duration,
}

impl Pauses {
    const fn new() -> Self {
        Self {
            next: RETRY_PAUSES.0,
        }
    }

    async fn rest(&mut self) {
        self.rest_at_most(RETRY_PAUSES.1).await;
    }

    async fn rest_at_most(&mut self, most: Duration) {
        sleep(jittered(self.next)).await;
        self.next = (self.next * 2).min(most);
    }
}

/// Between three quarters and five quarters of a time.
pub(crate) fn jittered(time: Duration) -> Duration {
    // Each state is keyed at random, which is all the randomness that is needed here.
    let random = RandomState::new().build_hasher().finish() % 1024;
    let part = u32::try_from(random).unwrap_or_default();
    time * 3 / 4 + time / 2 * part / 1024
}

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

    /// Lists everything, page by page, and returns the version to watch from.
    async fn list(&self) -> Result<String, WatchError> {
        let mut listing = self.state.list(self.what);
        let mut params = ListParams::default().limit(self.what.page());
        let mut at = 0;
        loop {
            let request = self.request.list(&params).map_err(failed)?;
            let text = timeout(ANSWER_TIMEOUT, self.client.request_text(request))
                .await
                .map_err(|_| WatchError::Failed("no answer to a list".to_owned()))??;
            let page = Page::read(&text).map_err(failed)?;
            for item in &page.items {
                if let Err(error) = listing.put(item) {
                    self.unreadable(&error);
                }
                at += 1;
                if at % BATCH_OBJECTS == 0 {
                    tokio::task::yield_now().await;
                }
            }
            let version = page.version;
            match page.token {
                Some(token) => params.continue_token = Some(token),
                None => {
                    if listing.finish() {
                        let fields = [
                            ("resource", LogValue::Text(self.what.resource())),
                            (
                                "objects",
                                LogValue::Number(u64::try_from(at).unwrap_or(u64::MAX)),
                            ),
                        ];
                        self.log.line("info", "cluster-synced", &fields);
                    }
                    return Ok(version);
                }
            }
        }
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
        let mut lines = timeout(ANSWER_TIMEOUT, self.open(request))
            .await
            .map_err(|_| WatchError::Failed("no answer to a watch".to_owned()))??;
        self.state.status().alive(self.what);
        loop {
            let Ok(line) = timeout(MAX_SILENCE, lines.next()).await else {
                return Err(WatchError::Failed("the watch went silent".to_owned()));
            };
            let Some(line) = line? else {
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

    /// The lines of a watch, or why there is none.
    async fn open(&self, request: http::Request<Vec<u8>>) -> Result<WatchLines, WatchError> {
        let answer = self.client.send(request.map(Body::from)).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(WatchLines::new(answer.into_body()));
        }
        let body = answer.into_body().collect().await?.to_bytes();
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

/// Rests where trying again at once is of no use.
async fn rest_after(failure: &WatchError, pauses: &mut Pauses) {
    match failure {
        // An API server that has just started forbids for a moment what it allows: so at first it is
        // requested again soon.
        WatchError::Forbidden(_) => pauses.rest_at_most(REFUSED_RETRY_PAUSE).await,
        WatchError::Absent => sleep(jittered(REFUSED_RETRY_PAUSE)).await,
        // Also of a version that is too old: one that was listed just now should not be.
        WatchError::Gone | WatchError::Failed(_) => pauses.rest().await,
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
