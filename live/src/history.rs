//! What was seen of one Lease, on the clock of this program.
//!
//! A Lease is judged as an elector judges it: by how long its record has not changed on a monotonic clock of one's own.
//! The times in the record are those of the holder's clock and are never compared with another one.

use std::time::Duration;

use crate::record::{LeaseKey, LeaseObject};

/// Something that happened to a Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseChange {
    /// The Lease is there that was not.
    Appeared,
    /// The holder renewed it.
    Renewed {
        /// How long the record had not changed before; `None` if a list shows it, as renewals between may not have been
        /// seen.
        after: Option<Duration>,
    },
    /// Another candidate holds it.
    Acquired,
    /// The holder gave it up.
    Released,
    /// It was deleted and is there again, or was written in another way.
    Rewritten,
}

/// How the present record of a Lease came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenBy {
    /// A watch, which shows every change.
    Watch,
    /// A list, which shows the last change alone.
    List,
}

/// What was seen of one Lease. Times are counted from the beginning of the observation.
#[derive(Clone, Debug)]
pub struct LeaseHistory {
    /// The Lease as it was last seen.
    pub lease: LeaseObject,
    /// When it was first seen.
    pub first_seen: Duration,
    /// When it was last seen, changed or not.
    pub last_seen: Duration,
    /// When its record was last seen to change.
    pub changed: Option<Duration>,
    /// Until when the API server did not answer: nobody could renew it before.
    pub blind_until: Duration,
    /// How often its holder changed while it was watched; releases do not count, as the holder that follows does.
    pub transitions: u32,
    /// How often it was renewed while it was watched.
    pub renewals: u32,
}

impl LeaseHistory {
    /// A Lease that is seen for the first time.
    #[must_use]
    pub const fn new(lease: LeaseObject, now: Duration) -> Self {
        Self {
            lease,
            first_seen: now,
            last_seen: now,
            changed: None,
            blind_until: Duration::ZERO,
            transitions: 0,
            renewals: 0,
        }
    }

    /// Namespace and name.
    #[must_use]
    pub const fn key(&self) -> &LeaseKey {
        &self.lease.key
    }

    /// The Lease as it is now; what has happened to it, if anything.
    pub fn see(&mut self, lease: LeaseObject, now: Duration, by: SeenBy) -> Option<LeaseChange> {
        let after = (by == SeenBy::Watch).then(|| self.unchanged_at(now));
        self.last_seen = now;
        let old = std::mem::replace(&mut self.lease, lease);
        let new = &self.lease;
        if old.record == new.record && old.uid == new.uid {
            return None;
        }
        self.changed = Some(now);
        Some(if old.record.holder != new.record.holder {
            if new.record.holder.is_empty() {
                LeaseChange::Released
            } else {
                self.transitions += 1;
                LeaseChange::Acquired
            }
        } else if old.uid != new.uid || old.record.renew_time == new.record.renew_time {
            LeaseChange::Rewritten
        } else {
            self.renewals += 1;
            LeaseChange::Renewed { after }
        })
    }

    /// For how long the record has not changed, as far as it was watched until `now`.
    #[must_use]
    pub fn unchanged_at(&self, now: Duration) -> Duration {
        now.saturating_sub(self.changed.unwrap_or(self.first_seen))
    }

    /// For how long the record had not changed when it was last seen.
    #[must_use]
    pub fn unchanged(&self) -> Duration {
        self.unchanged_at(self.last_seen)
    }

    /// For how long it could have been renewed and was not, as far as it was watched until `now`: since the API server
    /// answers again.
    #[must_use]
    pub fn silent_at(&self, now: Duration) -> Duration {
        self.unchanged_at(now)
            .min(now.saturating_sub(self.blind_until))
    }

    /// The same when it was last seen.
    #[must_use]
    pub fn silent(&self) -> Duration {
        self.silent_at(self.last_seen)
    }

    /// For how long it was watched.
    #[must_use]
    pub fn observed(&self) -> Duration {
        self.last_seen.saturating_sub(self.first_seen)
    }

    /// How often the holder changes, in an hour, by what was seen; `None` if it was not watched.
    #[must_use]
    pub fn transitions_per_hour(&self) -> Option<f64> {
        let hours = self.observed().as_secs_f64() / 3600.0;
        (hours > 0.0).then(|| f64::from(self.transitions) / hours)
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
