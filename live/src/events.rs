//! What happens to the Leases of a cluster while it is watched, one event after the other. Nothing here has a clock of its
//! own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use crate::history::{LeaseChange, LeaseHistory};
use crate::observer::{LeaseNews, Observer, Sighting};
use crate::record::{LeaseKey, LeaseKind, LeaseObject};
use crate::state::{LONGEST_DEFAULT_OBSERVATION, lease_duration};
use crate::trail::Trails;

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
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Acquired,
        Self::RenewedLate,
        Self::Lost,
        Self::Released,
        Self::Expired,
        Self::Deleted,
        Self::HolderGone,
        Self::Unreachable,
        Self::Back,
    ];

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
    /// Why the API server cannot be asked.
    pub reason: Option<Box<str>>,
}

/// Makes events of what is seen.
#[derive(Debug, Default)]
pub(crate) struct EventSource {
    pub(crate) observer: Observer,
    /// What was there at the beginning has not happened.
    pub(crate) has_begun: bool,
    /// Where the API server does not answer, and why; `None`: about all namespaces.
    unreachable: BTreeMap<Option<Box<str>>, Box<str>>,
    /// When something was last seen.
    reached: Duration,
    /// Those whose expiry was reported.
    expired: HashSet<LeaseKey>,
    /// The renew deadlines of electors that are known.
    pub(crate) deadlines: HashMap<LeaseKey, Duration>,
    /// When each Lease was written, for who draws that.
    pub(crate) trails: Option<Trails>,
}

impl EventSource {
    /// What a sighting shows to have happened.
    pub(crate) fn take(&mut self, sighting: Sighting, now: Duration) -> Vec<LiveEvent> {
        let mut events = Vec::new();
        match &sighting {
            Sighting::Unreachable { namespace, reason } => {
                return self.lost(namespace.clone(), reason, now);
            }
            Sighting::Listed { namespace, .. } => {
                events.extend(self.answered(namespace.as_deref(), now));
            }
            Sighting::Put(lease) | Sighting::Gone(lease) => {
                events.extend(self.answered(None, now));
                events.extend(self.answered(Some(&lease.key.namespace), now));
            }
            // Which namespace it is about is not known.
            Sighting::Quiet => {}
        }
        let news = self.observer.take(sighting, now);
        events.extend(news.into_iter().flat_map(|news| self.events_of(news, now)));
        events
    }

    /// The API server does not answer about a namespace.
    pub(crate) fn lost(
        &mut self,
        namespace: Option<Box<str>>,
        reason: &str,
        now: Duration,
    ) -> Vec<LiveEvent> {
        if let Some(trails) = &mut self.trails {
            trails.blind(self.reached.min(now));
        }
        self.observer.lost(namespace.clone());
        match self.unreachable.insert(namespace, reason.into()) {
            Some(_) => Vec::new(),
            None => vec![of_server(LiveEventKind::Unreachable, Some(reason))],
        }
    }

    /// The API server answers about a namespace; the event, if it did not before.
    pub(crate) fn answered(&mut self, namespace: Option<&str>, now: Duration) -> Option<LiveEvent> {
        self.reached = now;
        self.observer.answered(namespace, now);
        let was_lost = self.unreachable.remove(&namespace.map(Box::from)).is_some();
        if let Some(trails) = &mut self.trails
            && self.unreachable.is_empty()
        {
            trails.sees(now);
        }
        if !was_lost {
            return None;
        }
        Some(of_server(LiveEventKind::Back, None))
    }

    /// Why the API server cannot be asked, if it cannot.
    pub(crate) fn unreachable(&self) -> Option<&str> {
        self.unreachable.values().next().map(|reason| &**reason)
    }

    /// When something was last seen.
    pub(crate) const fn reached(&self) -> Duration {
        self.reached
    }

    fn is_unreachable(&self, key: &LeaseKey) -> bool {
        self.unreachable.contains_key(&None)
            || self.unreachable.contains_key(&Some(key.namespace.clone()))
    }

    fn events_of(&mut self, news: LeaseNews, now: Duration) -> Vec<LiveEvent> {
        let history = self.observer.history(&news.key);
        if history.is_some_and(|history| history.lease.kind != LeaseKind::Election) {
            return Vec::new();
        }
        if let Some(trails) = &mut self.trails {
            match (news.change, history) {
                (Some(change), Some(history)) => trails.put(&history.lease, change, now),
                _ => trails.gone(&news.key),
            }
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
            reason: None,
        };
        kinds.iter().map(event).collect()
    }

    /// Whether some Lease may be late or expired by now, and that was not proven yet: who saw no renewal may not have been
    /// shown it.
    pub(crate) fn needs_proof(&self, now: Duration) -> bool {
        let limits = |history: &LeaseHistory| {
            let duration = lease_duration(history.lease.record.duration_seconds);
            let deadline = self.deadlines.get(history.key()).copied();
            [
                deadline,
                Some(duration.unwrap_or(LONGEST_DEFAULT_OBSERVATION)),
            ]
        };
        let crosses = |history: &LeaseHistory| {
            let mut limits = limits(history).into_iter().flatten();
            limits.any(|limit| history.silent_at(now) > limit && history.silent() <= limit)
        };
        self.held()
            .any(|history| !self.is_unreachable(history.key()) && crosses(history))
    }

    /// A list that was asked for at a moment shows these Leases.
    pub(crate) fn prove(&mut self, leases: &[LeaseObject], asked: Duration) {
        self.observer.prove(leases, asked);
    }

    /// What is proven to have expired, each once.
    pub(crate) fn expire(&mut self) -> Vec<LiveEvent> {
        let is_over = |history: &&LeaseHistory| {
            let duration = lease_duration(history.lease.record.duration_seconds);
            duration.is_some_and(|duration| history.silent() > duration)
                && !self.expired.contains(history.key())
        };
        let events: Vec<LiveEvent> = self
            .held()
            .filter(is_over)
            .map(|history| LiveEvent {
                kind: LiveEventKind::Expired,
                key: Some(history.key().clone()),
                holder: history.lease.record.holder.clone(),
                previous: Box::default(),
                reason: None,
            })
            .collect();
        let keys = events.iter().filter_map(|event| event.key.clone());
        self.expired.extend(keys);
        events
    }

    /// Whether a Lease has expired and was not written since.
    pub(crate) fn has_expired(&self, key: &LeaseKey) -> bool {
        self.expired.contains(key)
    }

    /// The Leases of elections that have a holder.
    fn held(&self) -> impl Iterator<Item = &LeaseHistory> {
        self.observer.histories().filter(|history| {
            history.lease.kind == LeaseKind::Election && !history.lease.record.holder.is_empty()
        })
    }
}

fn of_server(kind: LiveEventKind, reason: Option<&str>) -> LiveEvent {
    LiveEvent {
        kind,
        key: None,
        holder: Box::default(),
        previous: Box::default(),
        reason: reason.map(Box::from),
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
