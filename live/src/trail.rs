//! When Leases were written, as far back as it is drawn.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::history::LeaseChange;
use crate::record::{LeaseKey, LeaseObject};
use crate::state::lease_duration;

/// What is older is forgotten.
const KEPT: Duration = Duration::from_secs(600);

/// A moment at which a Lease was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TrailMark {
    /// It was there, with a holder.
    Seen,
    /// It was there, without a holder.
    Free,
    Renewed,
    Acquired,
    Released,
}

/// What a stretch of time shows of a Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailStretch {
    /// It was not watched yet, or that is too long ago.
    Before,
    /// The API server did not answer.
    Blind,
    /// Another candidate took it.
    Acquired,
    /// Its holder gave it up.
    Released,
    /// It was renewed.
    Renewed,
    /// It is held, and the last renewal is younger than the renew deadline.
    Held,
    /// The last renewal is older than the renew deadline.
    Late,
    /// The last renewal is older than the lease duration.
    Expired,
    /// It has no holder.
    Free,
}

/// A Lease as it was written at a moment.
#[derive(Clone, Copy, Debug)]
struct WrittenLease {
    at: Duration,
    mark: TrailMark,
    /// Its duration, as the holder wrote it then: a release writes another one.
    duration: Option<Duration>,
}

/// When one Lease was written; the first entry is how it was first seen.
#[derive(Clone, Debug)]
struct Trail {
    first_seen: Duration,
    written: VecDeque<WrittenLease>,
}

/// When the Leases of a cluster were written, and when the API server did not answer. Times are counted from the beginning
/// of the observation.
#[derive(Clone, Debug, Default)]
pub struct Trails {
    by_lease: HashMap<LeaseKey, Trail>,
    /// From when until when; the last one may not have ended.
    outages: VecDeque<(Duration, Option<Duration>)>,
    /// When the API server last answered.
    answered: Duration,
}

impl Trails {
    /// A Lease was written, or was seen for the first time.
    pub fn put(&mut self, lease: &LeaseObject, change: LeaseChange, now: Duration) {
        let mark = match change {
            LeaseChange::Renewed { .. } | LeaseChange::Rewritten => TrailMark::Renewed,
            LeaseChange::Acquired => TrailMark::Acquired,
            LeaseChange::Released => TrailMark::Released,
            LeaseChange::Appeared if lease.record.holder.is_empty() => TrailMark::Free,
            LeaseChange::Appeared => TrailMark::Seen,
        };
        let written = WrittenLease {
            at: now,
            mark,
            duration: lease_duration(lease.record.duration_seconds),
        };
        let trail = self.by_lease.entry(lease.key.clone());
        let trail = trail.or_insert_with(|| Trail {
            first_seen: now,
            written: VecDeque::new(),
        });
        trail.written.push_back(written);
        // One that is too old stays: what comes after it is judged by it.
        let is_old =
            |written: Option<&WrittenLease>| written.is_some_and(|one| one.at + KEPT < now);
        while is_old(trail.written.get(1)) {
            trail.written.pop_front();
        }
    }

    /// A Lease was deleted.
    pub fn gone(&mut self, key: &LeaseKey) {
        self.by_lease.remove(key);
    }

    /// The API server has not answered since that moment.
    pub fn blind(&mut self, since: Duration) {
        let is_blind = self.outages.back().is_some_and(|(_, end)| end.is_none());
        if !is_blind {
            self.outages.push_back((since, None));
        }
    }

    /// It answers.
    pub fn sees(&mut self, now: Duration) {
        self.answered = now;
        if let Some((_, end)) = self.outages.back_mut() {
            end.get_or_insert(now);
        }
        while let Some((_, Some(end))) = self.outages.front()
            && *end + KEPT < now
        {
            self.outages.pop_front();
        }
    }

    /// What a stretch of time shows of a Lease whose elector has this renew deadline, if it is known.
    #[must_use]
    pub fn stretch(
        &self,
        key: &LeaseKey,
        (from, to): (Duration, Duration),
        deadline: Option<Duration>,
    ) -> TrailStretch {
        let Some(trail) = self.by_lease.get(key).filter(|trail| trail.first_seen < to) else {
            return TrailStretch::Before;
        };
        let until_then = trail.written.iter().rev().skip_while(|one| one.at >= to);
        let within = until_then.clone().take_while(|one| one.at >= from);
        let within: Vec<TrailMark> = within.map(|one| one.mark).collect();
        for (mark, shown) in [
            (TrailMark::Acquired, TrailStretch::Acquired),
            (TrailMark::Released, TrailStretch::Released),
            (TrailMark::Renewed, TrailStretch::Renewed),
        ] {
            if within.contains(&mark) {
                return shown;
            }
        }
        let is_blind = |(begin, end): &(Duration, Option<Duration>)| {
            *begin < to && end.is_none_or(|end| end > from)
        };
        if self.outages.iter().any(is_blind) {
            return TrailStretch::Blind;
        }
        let Some(last) = until_then.clone().next() else {
            return TrailStretch::Before;
        };
        if matches!(last.mark, TrailMark::Released | TrailMark::Free) {
            return TrailStretch::Free;
        }
        let shown_at = |moment: Duration| {
            let exceeds =
                |limit: Option<Duration>| limit.is_some_and(|limit| moment > last.at + limit);
            if exceeds(last.duration) {
                TrailStretch::Expired
            } else if exceeds(deadline) {
                TrailStretch::Late
            } else {
                TrailStretch::Held
            }
        };
        let shown = shown_at(to);
        if from >= self.answered && to > self.answered && shown != shown_at(self.answered) {
            // It may have been renewed, and the news of it may not have come.
            return TrailStretch::Blind;
        }
        shown
    }
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
