//! What happens to the Leases of a cluster while it is watched, one event after the other.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use engine::{Engine, LeaseState};
use k8s_openapi::jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use crate::follow::LeaseFollower;
use crate::history::{LeaseChange, LeaseHistory};
use crate::look::Workloads;
use crate::observer::{LeaseNews, Observer, Sighting};
use crate::reading::{ClusterReader, LiveError};
use crate::record::{LeaseKey, LeaseKind};
use crate::state::lease_duration;
use crate::status::{Neighbourhood, statuses};

/// How often it is looked whether a Lease has expired.
const TICK: Duration = Duration::from_millis(250);

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveEventKind {
    /// A candidate holds the Lease now.
    Acquired,
    /// The holder renewed it later than its renew deadline, or its duration where that is not known.
    RenewedLate,
    /// Another candidate took it from its holder.
    Lost,
    /// The holder gave it up.
    Released,
    /// It was not renewed for longer than its duration.
    Expired,
    /// The Lease was deleted.
    Deleted,
    /// It has expired, and the pod of its holder does not exist.
    HolderGone,
    /// The API server does not answer.
    Unreachable,
    /// The API server answers again.
    Back,
}

impl LiveEventKind {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acquired => "acquired",
            Self::RenewedLate => "renewed-late",
            Self::Lost => "lost",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::HolderGone => "holder-gone",
            Self::Unreachable => "unreachable",
            Self::Back => "back",
        }
    }
}

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// What.
    pub kind: LiveEventKind,
    /// To which Lease; `None` for what concerns the API server.
    pub key: Option<LeaseKey>,
    /// Who holds it after that; empty: it is free.
    pub holder: Box<str>,
    /// Who held it before, where that is another.
    pub previous: Box<str>,
}

/// Makes events of what is seen. It has no clock of its own.
#[derive(Debug, Default)]
struct EventSource {
    observer: Observer,
    /// What was there at the beginning has not happened.
    has_begun: bool,
    is_unreachable: bool,
    /// Those whose expiry was reported.
    expired: HashSet<LeaseKey>,
    /// The renew deadlines of electors that are known.
    deadlines: HashMap<LeaseKey, Duration>,
}

impl EventSource {
    fn take(&mut self, sighting: Sighting, now: Duration) -> Vec<LiveEvent> {
        let of_server = |kind| LiveEvent {
            kind,
            key: None,
            holder: Box::default(),
            previous: Box::default(),
        };
        if matches!(sighting, Sighting::Quiet) {
            return Vec::new();
        }
        let is_unreachable = matches!(sighting, Sighting::Unreachable(_));
        let was_unreachable = std::mem::replace(&mut self.is_unreachable, is_unreachable);
        let mut events = Vec::new();
        if is_unreachable && !was_unreachable {
            events.push(of_server(LiveEventKind::Unreachable));
        } else if was_unreachable && !is_unreachable {
            events.push(of_server(LiveEventKind::Back));
        }
        let news = self.observer.take(sighting, now);
        events.extend(news.into_iter().flat_map(|news| self.events_of(news)));
        events
    }

    fn events_of(&mut self, news: LeaseNews) -> Vec<LiveEvent> {
        let history = self.observer.history(&news.key);
        if history.is_some_and(|history| history.lease.kind != LeaseKind::Election) {
            return Vec::new();
        }
        let kinds: &[LiveEventKind] = match news.change {
            None => &[LiveEventKind::Deleted],
            Some(LeaseChange::Appeared) if self.has_begun && !news.holder.is_empty() => {
                &[LiveEventKind::Acquired]
            }
            Some(LeaseChange::Released) => &[LiveEventKind::Released],
            Some(LeaseChange::Acquired) if news.previous.is_empty() => &[LiveEventKind::Acquired],
            Some(LeaseChange::Acquired) => &[LiveEventKind::Lost, LiveEventKind::Acquired],
            Some(LeaseChange::Renewed { after }) => {
                let written = history.map(|history| history.lease.record.duration_seconds);
                let duration = written.and_then(lease_duration);
                let limit = self.deadlines.get(&news.key).copied().or(duration);
                if after.zip(limit).is_some_and(|(after, limit)| after > limit) {
                    &[LiveEventKind::RenewedLate]
                } else {
                    &[]
                }
            }
            Some(LeaseChange::Appeared | LeaseChange::Rewritten) => &[],
        };
        self.expired.remove(&news.key);
        let event = |kind: &LiveEventKind| LiveEvent {
            kind: *kind,
            key: Some(news.key.clone()),
            holder: news.holder.clone(),
            previous: match news.previous == news.holder {
                true => Box::default(),
                false => news.previous.clone(),
            },
        };
        kinds.iter().map(event).collect()
    }

    /// What has expired by now. While the API server is not seen nothing is known.
    fn tick(&mut self, now: Duration) -> Vec<LiveEvent> {
        if self.is_unreachable {
            return Vec::new();
        }
        let is_over = |history: &&LeaseHistory| {
            let record = &history.lease.record;
            let duration = lease_duration(record.duration_seconds);
            history.lease.kind == LeaseKind::Election
                && !record.holder.is_empty()
                && duration.is_some_and(|duration| history.unchanged_at(now) > duration)
                && !self.expired.contains(history.key())
        };
        let over = self.observer.histories().filter(is_over);
        let events: Vec<LiveEvent> = over
            .map(|history| LiveEvent {
                kind: LiveEventKind::Expired,
                key: Some(history.key().clone()),
                holder: history.lease.record.holder.clone(),
                previous: Box::default(),
            })
            .collect();
        let keys = events.iter().filter_map(|event| event.key.clone());
        self.expired.extend(keys);
        events
    }
}

/// Watches the Leases of a cluster and gives each event to `take`, with the time, until that fails.
///
/// # Errors
/// The cluster cannot be reached at first, or Leases may not be listed; or what `take` says.
pub async fn events<E: From<LiveError>>(
    reader: &ClusterReader,
    engine: &Engine,
    mut take: impl FnMut(&str, &LiveEvent) -> Result<(), E>,
) -> Result<(), E> {
    let begin = Instant::now();
    let (mut follower, first) = LeaseFollower::start(reader).await?;
    let mut source = EventSource::default();
    for sighting in first {
        source.take(sighting, begin.elapsed());
    }
    source.has_begun = true;
    let reading = neighbourhood(reader, engine);
    let around = while_reading(reading, &mut follower, &mut source, begin, &mut take).await??;
    for status in statuses(&source.observer, &around, begin.elapsed()) {
        if let Some(deadline) = status.renew_deadline {
            source.deadlines.insert(status.key, deadline);
        }
    }
    let mut next_tick = Instant::now() + TICK;
    loop {
        let happened = tokio::select! {
            // A renewal that waits comes before the question whether the Lease has expired.
            biased;
            sighting = follower.next() => source.take(sighting, begin.elapsed()),
            () = sleep_until(next_tick) => {
                next_tick = Instant::now() + TICK;
                source.tick(begin.elapsed())
            }
        };
        let has_expired = happened
            .iter()
            .any(|event| event.kind == LiveEventKind::Expired);
        for event in &happened {
            take(&time(), event)?;
        }
        if has_expired {
            let reading = neighbourhood(reader, engine);
            let around = while_reading(reading, &mut follower, &mut source, begin, &mut take);
            // What cannot be read is not reported.
            if let Ok(around) = around.await? {
                for event in gone(&around, &mut source.observer, begin.elapsed(), &happened) {
                    take(&time(), &event)?;
                }
            }
        }
    }
}

/// What stands around the Leases now.
async fn neighbourhood(
    reader: &ClusterReader,
    engine: &Engine,
) -> Result<Neighbourhood, LiveError> {
    let mut gaps = Vec::new();
    let mut workloads = Workloads::read(reader, &mut gaps).await?;
    workloads.neighbourhood(reader, engine, &mut gaps).await
}

/// The result of a reading. Sightings are taken meanwhile: one that waited would count as seen late, and its Lease as
/// renewed late.
async fn while_reading<T, E>(
    reading: impl Future<Output = T>,
    follower: &mut LeaseFollower,
    source: &mut EventSource,
    begin: Instant,
    take: &mut impl FnMut(&str, &LiveEvent) -> Result<(), E>,
) -> Result<T, E> {
    let mut reading = std::pin::pin!(reading);
    loop {
        tokio::select! {
            biased;
            sighting = follower.next() => {
                for event in source.take(sighting, begin.elapsed()) {
                    take(&time(), &event)?;
                }
            }
            read = &mut reading => return Ok(read),
        }
    }
}

/// Those of the Leases that have just expired whose pod is gone.
fn gone(
    around: &Neighbourhood,
    observer: &mut Observer,
    now: Duration,
    happened: &[LiveEvent],
) -> Vec<LiveEvent> {
    observer.watched_until(now);
    let statuses = statuses(observer, around, now);
    let is_gone = |event: &&LiveEvent| {
        event.kind == LiveEventKind::Expired
            && statuses.iter().any(|status| {
                Some(&status.key) == event.key.as_ref() && status.state == LeaseState::Orphaned
            })
    };
    let gone = happened.iter().filter(is_gone);
    gone.map(|event| LiveEvent {
        kind: LiveEventKind::HolderGone,
        ..event.clone()
    })
    .collect()
}

/// The time of day, for people and logs; nothing is judged by it.
fn time() -> String {
    format!("{:.3}", Timestamp::now())
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
