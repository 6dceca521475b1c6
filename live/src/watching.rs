//! The Leases of a cluster, watched for as long as it takes: what happens to them, and how they stand at each moment.
//!
//! Whatever is asked of the API server beside the watches is asked while they go on: a renewal that waited would count as
//! one that came late.

use std::pin::Pin;
use std::time::Duration;

use engine::{Engine, LeaseState};
use k8s_openapi::jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::events::{EventSource, LiveEvent, LiveEventKind};
use crate::follow::{LeaseFollower, PlaceProof, proof};
use crate::look::{Workloads, is_shown};
use crate::observer::Sighting;
use crate::reading::{ClusterReader, LiveError, ReadGap};
use crate::status::{LeaseStatus, Neighbourhood, statuses};
use crate::trail::Trails;

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(250);
/// Between two lists that prove what was not seen to be renewed.
const PROOF_PAUSE: Duration = Duration::from_secs(1);
/// The same while the API server does not answer, or shows nothing.
const SILENCE_PAUSE: Duration = Duration::from_secs(3);
/// Between two readings of pods and workloads.
const READING_PAUSE: Duration = Duration::from_secs(5);
/// What stands around the Leases is read anew after so long where it is shown.
const READING_AGE: Duration = Duration::from_secs(60);

/// What Leases are watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchPurpose {
    /// What happens.
    Events,
    /// How they stand at each moment, too, and when each was renewed.
    Screen,
}

type Pending<'r, T> = Pin<Box<dyn Future<Output = T> + 'r>>;
type ReadAround = Result<(Neighbourhood, Vec<ReadGap>), LiveError>;

/// The Leases of a cluster, watched.
pub struct LeaseWatch<'r> {
    reader: &'r ClusterReader,
    engine: &'r Engine,
    follower: LeaseFollower,
    source: EventSource,
    begin: Instant,
    next_tick: Instant,
    purpose: WatchPurpose,
    proof: Option<Pending<'r, Vec<PlaceProof>>>,
    /// When it was last asked for.
    proof_asked: Duration,
    reading: Option<Pending<'r, ReadAround>>,
    /// When it was last begun; `None`: it was not yet, or failed.
    reading_begun: Option<Duration>,
    /// Something has happened that only a new reading explains.
    is_outdated: bool,
    around: Neighbourhood,
    gaps: Vec<ReadGap>,
    /// Expiries of which the next reading shows whether the holder is gone, and those of which the present one does.
    unexplained: (Vec<LiveEvent>, Vec<LiveEvent>),
}

enum Step {
    Seen(Sighting),
    Proven(Vec<PlaceProof>),
    Read(ReadAround),
    Tick,
}

impl<'r> LeaseWatch<'r> {
    /// Lists the Leases, and watches them from then on.
    ///
    /// # Errors
    /// The cluster cannot be reached at first, or Leases may not be listed.
    pub async fn start(
        reader: &'r ClusterReader,
        engine: &'r Engine,
        purpose: WatchPurpose,
    ) -> Result<Self, LiveError> {
        let begin = Instant::now();
        let (follower, first) = LeaseFollower::start(reader).await?;
        let mut source = EventSource::default();
        source.trails = (purpose == WatchPurpose::Screen).then(Trails::default);
        for sighting in first {
            source.take(sighting, begin.elapsed());
        }
        source.has_begun = true;
        Ok(Self {
            reader,
            engine,
            follower,
            source,
            begin,
            next_tick: begin,
            purpose,
            proof: None,
            proof_asked: Duration::ZERO,
            reading: None,
            reading_begun: None,
            is_outdated: true,
            around: Neighbourhood::default(),
            gaps: Vec::new(),
            unexplained: (Vec::new(), Vec::new()),
        })
    }

    /// For how long they have been watched.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.begin.elapsed()
    }

    /// How each stands, without heartbeats of nodes and identities of API servers.
    #[must_use]
    pub fn statuses(&self) -> Vec<LeaseStatus> {
        let mut leases = statuses(&self.source.observer, &self.around, self.now());
        leases.retain(|lease| is_shown(lease.kind, false));
        leases
    }

    /// When each was written; `None` unless they are watched for a screen.
    #[must_use]
    pub const fn trails(&self) -> Option<&Trails> {
        self.source.trails.as_ref()
    }

    /// What may not be read.
    #[must_use]
    pub fn gaps(&self) -> &[ReadGap] {
        &self.gaps
    }

    /// Why the API server cannot be asked, if it cannot, and since when nothing was seen.
    #[must_use]
    pub fn unreachable(&self) -> Option<(&str, Duration)> {
        let reason = self.source.unreachable()?;
        Some((reason, self.now().saturating_sub(self.source.reached())))
    }

    /// What happens next; often nothing. It may be dropped at any moment without losing anything.
    pub async fn next(&mut self) -> Vec<LiveEvent> {
        let step = {
            let Self {
                follower,
                proof,
                reading,
                next_tick,
                ..
            } = self;
            tokio::select! {
                // A renewal that waits comes before the question whether the Lease has expired.
                biased;
                sighting = follower.next() => Step::Seen(sighting),
                proven = outcome(proof) => Step::Proven(proven),
                read = outcome(reading) => Step::Read(read),
                () = sleep_until(*next_tick) => Step::Tick,
            }
        };
        let now = self.now();
        match step {
            Step::Seen(sighting) => {
                let events = self.source.take(sighting, now);
                let is_new = |event: &LiveEvent| event.kind == LiveEventKind::Acquired;
                self.is_outdated |=
                    self.purpose == WatchPurpose::Screen && events.iter().any(is_new);
                events
            }
            Step::Proven(places) => self.proven(places, now),
            Step::Read(read) => self.read(read, now),
            Step::Tick => {
                self.next_tick = Instant::now() + TICK;
                let events = self.expire();
                self.begin_what_is_due(now);
                events
            }
        }
    }

    fn begin_what_is_due(&mut self, now: Duration) {
        let since_proof = now.saturating_sub(self.proof_asked);
        // A screen shows within seconds that nothing is seen any more.
        let silence = now.saturating_sub(self.source.reached());
        let is_silent = self.purpose == WatchPurpose::Screen && silence >= SILENCE_PAUSE;
        let is_due = if self.source.unreachable().is_some() || is_silent {
            since_proof >= SILENCE_PAUSE
        } else {
            since_proof >= PROOF_PAUSE && self.source.needs_proof(now)
        };
        if is_due && self.proof.is_none() {
            self.proof_asked = now;
            self.proof = Some(Box::pin(proof(self.reader)));
        }
        let is_due = match self.reading_begun.map(|begun| now.saturating_sub(begun)) {
            None => true,
            Some(age) => {
                (self.is_outdated && age >= READING_PAUSE)
                    || (self.purpose == WatchPurpose::Screen && age >= READING_AGE)
            }
        };
        if is_due && self.reading.is_none() {
            self.reading_begun = Some(now);
            self.is_outdated = false;
            let (next, present) = &mut self.unexplained;
            present.append(next);
            self.reading = Some(Box::pin(read_around(self.reader, self.engine)));
        }
    }

    fn proven(&mut self, places: Vec<PlaceProof>, now: Duration) -> Vec<LiveEvent> {
        let mut events = Vec::new();
        for PlaceProof { namespace, leases } in places {
            match leases {
                Ok(leases) => {
                    events.extend(self.source.answered(namespace.as_deref(), now));
                    self.source.prove(&leases, self.proof_asked);
                }
                // A watch has shown something meanwhile, so the API server answers.
                Err(_) if self.source.reached() > self.proof_asked => {}
                Err(reason) => events.extend(self.source.lost(namespace, &reason, now)),
            }
        }
        events.extend(self.expire());
        events
    }

    fn expire(&mut self) -> Vec<LiveEvent> {
        let events = self.source.expire();
        if !events.is_empty() {
            // Only a reading shows whether their holders are gone.
            self.unexplained.0.extend(events.iter().cloned());
            self.is_outdated = true;
        }
        events
    }

    fn read(&mut self, read: ReadAround, now: Duration) -> Vec<LiveEvent> {
        let present = std::mem::take(&mut self.unexplained.1);
        let Ok((around, gaps)) = read else {
            // What cannot be read now is read a little later.
            self.unexplained.0.extend(present);
            self.is_outdated = true;
            return Vec::new();
        };
        (self.around, self.gaps) = (around, gaps);
        let statuses = statuses(&self.source.observer, &self.around, now);
        let is_gone = |event: &LiveEvent| {
            event.key.as_ref().is_some_and(|key| {
                self.source.has_expired(key)
                    && statuses
                        .iter()
                        .any(|status| status.key == *key && status.state == LeaseState::Orphaned)
            })
        };
        let gone = present.into_iter().filter(is_gone);
        let gone = gone.map(|event| LiveEvent {
            kind: LiveEventKind::HolderGone,
            ..event
        });
        let gone = gone.collect();
        for status in statuses {
            if let Some(deadline) = status.renew_deadline {
                self.source.deadlines.insert(status.key, deadline);
            }
        }
        gone
    }
}

/// The outcome of what is under way; never, if nothing is.
async fn outcome<T>(pending: &mut Option<Pending<'_, T>>) -> T {
    let Some(under_way) = pending else {
        return std::future::pending().await;
    };
    let outcome = under_way.as_mut().await;
    *pending = None;
    outcome
}

/// What stands around the Leases now.
async fn read_around(reader: &ClusterReader, engine: &Engine) -> ReadAround {
    let mut gaps = Vec::new();
    let mut workloads = Workloads::read(reader, &mut gaps).await?;
    let around = workloads.neighbourhood(reader, engine, &mut gaps).await?;
    Ok((around, gaps))
}

/// The time of day, for people and logs; nothing is judged by it.
#[must_use]
pub fn time_of_day() -> String {
    format!("{:.3}", Timestamp::now())
}
