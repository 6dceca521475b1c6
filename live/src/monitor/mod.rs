//! Watches the Leases of a cluster for as long as it runs, and shows their health as metrics.
//!
//! A watch brings each renewal, and nothing is kept but what the metrics show. Pods and workloads are read only while some
//! Lease is not renewed or has no holder: to know one that candidates wait for from one that was left behind.

mod exposition;
mod server;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::{Engine, LeaseState};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

use crate::follow::{LeaseFollower, PlaceProof, proof};
use crate::history::{LeaseChange, LeaseHistory};
use crate::look::Workloads;
use crate::observer::{Observer, Sighting};
use crate::reading::{ClusterReader, LiveError};
use crate::record::{LeaseKey, LeaseKind};
use crate::state::{LONGEST_DEFAULT_OBSERVATION, lease_duration};
use crate::status::{Neighbourhood, statuses};

/// How often pods and workloads are read while some Lease is not renewed.
const READING_INTERVAL: Duration = Duration::from_secs(60);
/// The same while that shows nothing new again and again.
const LONGEST_READING_INTERVAL: Duration = Duration::from_secs(480);
/// How often it is looked whether some Lease is not renewed.
const SILENCE_CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// Without an answer of the API server for so long, readiness ends.
const MAX_BLINDNESS: Duration = Duration::from_secs(60);

/// Upper bounds of the histogram of renewals: parts of the Lease's duration.
pub(crate) const LATENESS_BOUNDS: [f64; 8] = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0, 2.0];

/// What is known of the Leases of a cluster, and what is counted.
#[derive(Debug)]
pub(crate) struct Monitored {
    begin: Instant,
    observer: Observer,
    /// What stands behind each Lease that is not renewed.
    verdicts: HashMap<LeaseKey, LeaseVerdict>,
    /// The duration that the last holder wrote; a release writes 1 s.
    durations: HashMap<LeaseKey, i64>,
    /// Renewals by what part of the duration had passed since the one before; the last is everything.
    lateness: [u64; LATENESS_BOUNDS.len() + 1],
    lateness_sum: f64,
    /// When the API server last answered.
    reached: Duration,
    /// How many resources could not be read when pods and workloads were last read.
    not_read: usize,
}

/// What stands behind a Lease that is not renewed, by the pods and workloads that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LeaseVerdict {
    /// When the record that it is about was last seen to change: it says nothing of another one.
    changed: Duration,
    state: LeaseState,
    /// See [`LeaseStatus::has_candidates`].
    has_candidates: Option<bool>,
}

/// Shared with whoever asks for metrics.
pub(crate) type SharedMonitor = Arc<Mutex<Monitored>>;

impl Monitored {
    fn new(begin: Instant) -> Self {
        Self {
            begin,
            observer: Observer::default(),
            verdicts: HashMap::new(),
            durations: HashMap::new(),
            lateness: [0; LATENESS_BOUNDS.len() + 1],
            lateness_sum: 0.0,
            reached: Duration::ZERO,
            not_read: 0,
        }
    }

    /// Takes what was seen.
    fn take(&mut self, sighting: Sighting, now: Duration) {
        if !matches!(sighting, Sighting::Unreachable { .. }) {
            self.reached = now;
        }
        for news in self.observer.take(sighting, now) {
            let Some(history) = self.observer.history(&news.key) else {
                self.durations.remove(&news.key);
                self.verdicts.remove(&news.key);
                continue;
            };
            let record = &history.lease.record;
            if !record.holder.is_empty()
                && let Some(seconds) = record.duration_seconds
            {
                self.durations.insert(news.key.clone(), seconds);
            }
            if let Some(LeaseChange::Renewed { after: Some(after) }) = news.change
                && let Some(duration) = lease_duration(record.duration_seconds)
            {
                let part = after.as_secs_f64() / duration.as_secs_f64();
                let bound = LATENESS_BOUNDS.iter().position(|bound| part <= *bound);
                let bound = bound.unwrap_or(LATENESS_BOUNDS.len());
                if let Some(count) = self.lateness.get_mut(bound) {
                    *count += 1;
                }
                self.lateness_sum += part;
            }
        }
    }

    /// The Leases of elections.
    fn elections(&self) -> impl Iterator<Item = &LeaseHistory> {
        let histories = self.observer.histories();
        histories.filter(|history| history.lease.kind == LeaseKind::Election)
    }

    /// How a Lease stands now: by its record alone while it is renewed, else by what was read around it.
    fn state(&self, history: &LeaseHistory, now: Duration) -> LeaseState {
        let record = &history.lease.record;
        if record.is_untouched() {
            return LeaseState::NeverHeld;
        }
        if record.holder.is_empty() {
            return LeaseState::Released;
        }
        match self.verdict(history) {
            Some(verdict) => verdict.state,
            None if self.is_silent(history, history.unchanged_at(now)) => LeaseState::Unconfirmed,
            None => LeaseState::Held,
        }
    }

    /// What stands behind a Lease, if its record is still the one that was judged.
    fn verdict(&self, history: &LeaseHistory) -> Option<&LeaseVerdict> {
        let verdict = self.verdicts.get(history.key())?;
        (verdict.changed == changed(history)).then_some(verdict)
    }

    /// Whether a Lease is not renewed: `unchanged` is longer than its duration, of one without a holder longer than that of
    /// the last one.
    fn is_silent(&self, history: &LeaseHistory, unchanged: Duration) -> bool {
        let record = &history.lease.record;
        let most = if record.holder.is_empty() {
            let last = self.durations.get(history.key()).copied();
            Some(lease_duration(last).unwrap_or(LONGEST_DEFAULT_OBSERVATION))
        } else {
            lease_duration(record.duration_seconds)
        };
        most.is_some_and(|most| unchanged > most)
    }

    /// Whether it has to be read what stands behind a Lease: one is not renewed, and it was not judged yet, or `is_due`.
    /// `silent`: for how long a Lease could have been renewed and was not.
    fn needs_reading(&self, is_due: bool, silent: impl Fn(&LeaseHistory) -> Duration) -> bool {
        self.elections()
            .filter(|history| self.is_silent(history, silent(history)))
            .any(|history| is_due || self.verdict(history).is_none())
    }

    /// Judges the Leases that a list has proven not to be renewed, by what was read around them; whether that shows something
    /// new.
    fn judge(&mut self, around: &Neighbourhood, now: Duration) -> bool {
        let mut verdicts = HashMap::new();
        for status in statuses(&self.observer, around, now) {
            let history = self.observer.history(&status.key);
            if let Some(history) = history.filter(|one| self.is_silent(one, one.silent())) {
                let verdict = LeaseVerdict {
                    changed: changed(history),
                    state: status.state,
                    has_candidates: status.has_candidates,
                };
                verdicts.insert(status.key, verdict);
            }
        }
        let is_new = self.verdicts != verdicts;
        self.verdicts = verdicts;
        is_new
    }

    fn is_ready(&self, now: Duration) -> bool {
        now.saturating_sub(self.reached) <= MAX_BLINDNESS
    }
}

/// When the record of a Lease was last seen to change.
fn changed(history: &LeaseHistory) -> Duration {
    history.changed.unwrap_or(history.first_seen)
}

/// Where metrics are shown, and of what.
pub struct Monitor<'m> {
    /// Reads the cluster.
    pub reader: &'m ClusterReader,
    /// Judges what stands behind a Lease.
    pub engine: &'m Engine,
    /// Where `/metrics`, `/livez` and `/readyz` are answered.
    pub listen: SocketAddr,
}

impl Monitor<'_> {
    /// Monitors until `end` is there. `ready` is called with the address once it is listened on.
    ///
    /// # Errors
    /// The cluster cannot be reached at first, Leases may not be listed, or the address cannot be listened on.
    pub async fn run(
        &self,
        ready: impl FnOnce(SocketAddr),
        end: impl Future<Output = ()>,
    ) -> Result<(), LiveError> {
        let cannot = |error: std::io::Error| LiveError::Listen {
            address: self.listen,
            reason: error.to_string(),
        };
        let listener = TcpListener::bind(self.listen).await.map_err(cannot)?;
        ready(listener.local_addr().map_err(cannot)?);
        let begin = Instant::now();
        let (mut follower, first) = LeaseFollower::start(self.reader).await?;
        let shared: SharedMonitor = Arc::new(Mutex::new(Monitored::new(begin)));
        for sighting in first {
            lock(&shared).take(sighting, begin.elapsed());
        }
        let follow = async {
            loop {
                let sighting = follower.next().await;
                lock(&shared).take(sighting, begin.elapsed());
            }
        };
        tokio::select! {
            () = follow => {}
            () = self.explain_silence(&shared) => {}
            () = server::serve(listener, Arc::clone(&shared)) => {}
            () = end => {}
        }
        Ok(())
    }

    /// Reads what stands behind Leases that are not renewed.
    async fn explain_silence(&self, shared: &SharedMonitor) {
        let mut looked: Option<Instant> = None;
        let mut interval = READING_INTERVAL;
        loop {
            sleep(SILENCE_CHECK_INTERVAL).await;
            let is_due = looked.is_none_or(|at| at.elapsed() >= interval);
            let begun = {
                let monitored = lock(shared);
                let now = monitored.begin.elapsed();
                if !monitored.needs_reading(is_due, |history| history.silent_at(now)) {
                    continue;
                }
                now
            };
            // The watch may be dead: only a list proves that nothing was renewed.
            let lists = proof(self.reader).await;
            {
                let mut monitored = lock(shared);
                for PlaceProof { namespace, leases } in lists {
                    match leases {
                        Ok(leases) => {
                            let now = monitored.begin.elapsed();
                            monitored.observer.answered(namespace.as_deref(), now);
                            monitored.observer.prove(&leases, begun);
                        }
                        Err(_) => monitored.observer.lost(namespace),
                    }
                }
                if !monitored.needs_reading(is_due, LeaseHistory::silent) {
                    continue;
                }
            }
            looked = Some(Instant::now());
            let mut gaps = Vec::new();
            let around = async {
                let mut workloads = Workloads::read(self.reader, &mut gaps).await?;
                workloads
                    .neighbourhood(self.reader, self.engine, &mut gaps)
                    .await
            };
            // The API server is asked again a little later.
            let Ok(around) = around.await else { continue };
            let mut monitored = lock(shared);
            monitored.not_read = gaps.len();
            let now = monitored.begin.elapsed();
            interval = if monitored.judge(&around, now) {
                READING_INTERVAL
            } else {
                LONGEST_READING_INTERVAL.min(2 * interval)
            };
        }
    }
}

/// Whoever panicked while it held the lock left counts behind, which are worth showing.
pub(crate) fn lock(shared: &SharedMonitor) -> std::sync::MutexGuard<'_, Monitored> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "monitor_tests.rs"]
mod tests;
