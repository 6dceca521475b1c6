//! List and watch, for one resource: what is there, then what changes, for as long as the program runs.
//!
//! Own code over the client rather than kube's `watcher`, for two reasons: bookmarks are the only sign
//! that a quiet watch still lives, and `watcher` keeps them to itself; and an object is reduced to its
//! facts while it is still text, so that neither a page of a list nor an event is ever held as values.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use futures_util::StreamExt as _;
use kube::Client;
use kube::core::params::{ListParams, WatchParams};
use kube::core::{Request, WatchEvent};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::state::ClusterState;
use super::watched::Watched;
use crate::log::{Field, Log};

/// The API server ends a watch after so many seconds, and it is opened again.
const WATCH_SECONDS: u32 = 290;
/// Two bookmarks missed: the connection is taken for dead.
const SILENCE: Duration = Duration::from_secs(120);
/// For the answer to a list, or for the head of the answer to a watch.
const ANSWER: Duration = Duration::from_secs(60);
/// How often something is asked for again that stays forbidden or that the API does not have.
const REST: Duration = Duration::from_secs(60);
/// Pauses after a failure: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(800), Duration::from_secs(30));
/// Objects that are reduced before reviews get their turn on this thread.
const BATCH: usize = 16;

/// Why a list or a watch ended early.
#[derive(Debug)]
enum Failure {
    /// HTTP 403 (or 401).
    Forbidden(String),
    /// HTTP 404: the API does not have this resource.
    Absent,
    /// HTTP 410: the version is too old, so all of it has to be listed again.
    Gone,
    /// Anything else: worth another attempt.
    Failed(String),
}

impl From<kube::Error> for Failure {
    fn from(error: kube::Error) -> Self {
        if let kube::Error::Api(status) = &error {
            return match status.code {
                401 | 403 => Self::Forbidden(status.message.clone()),
                404 => Self::Absent,
                410 => Self::Gone,
                _ => Self::Failed(error.to_string()),
            };
        }
        Self::Failed(error.to_string())
    }
}

impl From<http::Error> for Failure {
    fn from(error: http::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// One page of a list, borrowed from its text.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    metadata: PageMetadata<'a>,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageMetadata<'a> {
    #[serde(borrow, default)]
    resource_version: std::borrow::Cow<'a, str>,
    #[serde(default, rename = "continue")]
    token: Option<String>,
}

/// Pauses that grow after each failure, a little different in every replica.
#[derive(Debug)]
struct Pauses {
    next: Duration,
}

impl Pauses {
    const fn new() -> Self {
        Self { next: PAUSES.0 }
    }

    async fn rest(&mut self) {
        self.rest_at_most(PAUSES.1).await;
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
    what: Watched,
    log: &'s Log,
    request: Request,
}

impl<'s> Watch<'s> {
    pub(super) fn new(
        client: Client,
        state: &'s ClusterState,
        what: Watched,
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
                            if listed.elapsed() >= REST {
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
    fn note(&self, failure: &Failure) {
        let resource = Field::Text(self.what.resource());
        match failure {
            Failure::Forbidden(reason) => {
                if self.state.status().forbidden(self.what) {
                    let fields = [("resource", resource), ("reason", Field::Text(reason))];
                    self.log.line("warning", "cluster-forbidden", &fields);
                }
            }
            Failure::Absent => {
                if self.state.status().absent(self.what) {
                    self.log
                        .line("info", "cluster-absent", &[("resource", resource)]);
                }
            }
            Failure::Gone => {}
            Failure::Failed(reason) => {
                let fields = [("resource", resource), ("reason", Field::Text(reason))];
                self.log.line("warning", "cluster-watch", &fields);
            }
        }
    }

    /// Lists everything, page by page, and returns the version to watch from.
    async fn list(&self) -> Result<String, Failure> {
        let mut listing = self.state.list(self.what);
        let mut params = ListParams::default().limit(self.what.page());
        let mut at = 0;
        loop {
            let request = self.request.list(&params).map_err(failed)?;
            let text = timeout(ANSWER, self.client.request_text(request))
                .await
                .map_err(|_| Failure::Failed("no answer to a list".to_owned()))??;
            let page: Page<'_> = serde_json::from_str(&text).map_err(failed)?;
            for item in page.items.iter().flatten() {
                if let Err(error) = listing.put(item.get()) {
                    self.unreadable(&error);
                }
                at += 1;
                if at % BATCH == 0 {
                    tokio::task::yield_now().await;
                }
            }
            let version = page.metadata.resource_version.into_owned();
            match page.metadata.token.filter(|token| !token.is_empty()) {
                Some(token) => params.continue_token = Some(token),
                None => {
                    if listing.finish() {
                        let fields = [
                            ("resource", Field::Text(self.what.resource())),
                            ("objects", Field::Number(at as u64)),
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
    async fn follow(&self, mut version: String) -> Failure {
        let mut pauses = Pauses::new();
        loop {
            match self.watch(&mut version, &mut pauses).await {
                Ok(()) => {}
                Err(Failure::Failed(reason)) => {
                    self.note(&Failure::Failed(reason));
                    pauses.rest().await;
                }
                Err(failure) => return failure,
            }
        }
    }

    /// One watch, from its opening to its end.
    async fn watch(&self, version: &mut String, pauses: &mut Pauses) -> Result<(), Failure> {
        let params = WatchParams::default().timeout(WATCH_SECONDS);
        let request = self.request.watch(&params, version).map_err(failed)?;
        let events = timeout(ANSWER, self.client.request_events::<Box<RawValue>>(request))
            .await
            .map_err(|_| Failure::Failed("no answer to a watch".to_owned()))??;
        let mut events = std::pin::pin!(events);
        self.state.status().alive(self.what);
        loop {
            let Ok(event) = timeout(SILENCE, events.next()).await else {
                return Err(Failure::Failed("the watch went silent".to_owned()));
            };
            let Some(event) = event else {
                // The usual end, after the time that was asked for.
                if self.state.age(self.what).is_some() {
                    *pauses = Pauses::new();
                }
                sleep(jittered(PAUSES.0)).await;
                return Ok(());
            };
            let event = match event {
                Ok(event) => event,
                // It would come again and again: only a list leads past it.
                Err(error @ kube::Error::SerdeError(_)) => {
                    self.note(&Failure::Failed(error.to_string()));
                    return Err(Failure::Gone);
                }
                Err(error) => return Err(error.into()),
            };
            match event {
                WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                    self.take(&object, version, ClusterState::put);
                }
                WatchEvent::Deleted(object) => self.take(&object, version, ClusterState::gone),
                WatchEvent::Bookmark(bookmark) => {
                    *version = bookmark.metadata.resource_version;
                }
                WatchEvent::Error(status) => {
                    return Err(match status.code {
                        410 => Failure::Gone,
                        401 | 403 => Failure::Forbidden(status.message.clone()),
                        // What the server cannot go on with, a list starts afresh.
                        _ => {
                            self.note(&Failure::Failed(status.message.clone()));
                            Failure::Gone
                        }
                    });
                }
            }
            self.state.status().alive(self.what);
        }
    }

    fn take(
        &self,
        object: &RawValue,
        version: &mut String,
        act: impl Fn(&ClusterState, Watched, &str) -> Result<(), serde_json::Error>,
    ) {
        match version_of(object.get()) {
            Ok(new) => *version = new,
            Err(error) => self.unreadable(&error),
        }
        if let Err(error) = act(self.state, self.what, object.get()) {
            self.unreadable(&error);
        }
        self.state.status().changed(self.what);
    }

    fn unreadable(&self, error: &serde_json::Error) {
        let reason = error.to_string();
        let fields = [
            ("resource", Field::Text(self.what.resource())),
            ("reason", Field::Text(&reason)),
        ];
        self.log.line("error", "cluster-unreadable", &fields);
    }
}

/// Rests where trying again at once is of no use.
async fn rest_after(failure: &Failure, pauses: &mut Pauses) {
    match failure {
        // An API server that has just started forbids for a moment what it allows: so at first it is
        // asked again soon.
        Failure::Forbidden(_) => pauses.rest_at_most(REST).await,
        Failure::Absent => sleep(jittered(REST)).await,
        // Also of a version that is too old: one that was listed just now should not be.
        Failure::Gone | Failure::Failed(_) => pauses.rest().await,
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(error.to_string())
}

/// Ready when workloads have to be read anew.
async fn changed(generation: &mut watch::Receiver<u64>, what: Watched) {
    if !what.is_workload() || generation.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn version_of(raw: &str) -> Result<String, serde_json::Error> {
    #[derive(Deserialize)]
    struct Object {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Metadata {
        resource_version: String,
    }
    let object: Object = serde_json::from_str(raw)?;
    Ok(object.metadata.resource_version)
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
