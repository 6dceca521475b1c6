//! How a Lease stands: by what was seen of it, and by who claims it.

use std::time::Duration;

use engine::LeaseState;

use crate::history::LeaseHistory;

/// Silence of this length confirms that a holder whose pod is gone does not renew. It is also the longest default
/// observation.
pub const LONGEST_DEFAULT_OBSERVATION: Duration = Duration::from_secs(20);

/// Whether a workload with running pods claims a Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// One does.
    Yes,
    /// None of the whole cluster does.
    No,
    /// None of what was read does, and not everything was read.
    OutOfSight,
    /// It was not looked for, or it may be claimed by a program that no pod shows.
    Unknown,
}

/// What is known around a Lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseSurroundings {
    /// Whether anything claims it.
    pub claimed: Claimed,
    /// Its holder is a pod that is gone, of a workload that is there.
    pub holder_is_gone: bool,
    /// Two pods have the identity that holds it.
    pub is_shared: bool,
    /// The renew deadline of its elector, if known.
    pub renew_deadline: Option<Duration>,
}

/// How a Lease stands, as its own candidates would judge it: by how long its record has not changed on a clock of our own.
#[must_use]
pub fn state_of(history: &LeaseHistory, around: LeaseSurroundings) -> LeaseState {
    let record = &history.lease.record;
    if record.is_untouched() {
        return LeaseState::NeverHeld;
    }
    if record.holder.is_empty() {
        return LeaseState::Released;
    }
    if around.is_shared {
        return LeaseState::Shared;
    }
    let silent = history.silent();
    let duration = lease_duration(record.duration_seconds);
    // A holder that no pod shows may renew as seldom as its duration allows.
    let is_over = silent >= duration.unwrap_or(LONGEST_DEFAULT_OBSERVATION);
    let exceeds = |limit: Option<Duration>| limit.is_some_and(|limit| silent > limit);
    let enough = around.renew_deadline.or(duration);
    let enough = enough.map_or(LONGEST_DEFAULT_OBSERVATION, |enough| {
        enough.min(LONGEST_DEFAULT_OBSERVATION)
    });
    match around.claimed {
        Claimed::No if is_over => return LeaseState::Abandoned,
        Claimed::OutOfSight if is_over => return LeaseState::Unconfirmed,
        Claimed::Yes if around.holder_is_gone && silent >= enough => {
            return LeaseState::Orphaned;
        }
        Claimed::Yes | Claimed::No | Claimed::OutOfSight | Claimed::Unknown => {}
    }
    if exceeds(duration) {
        LeaseState::Expired
    } else if exceeds(around.renew_deadline) {
        LeaseState::Late
    } else if history.changed.is_some() && duration.is_none_or(|most| history.unchanged() <= most) {
        LeaseState::Held
    } else {
        LeaseState::Unconfirmed
    }
}

/// `leaseDurationSeconds`, if it is one.
#[must_use]
pub fn lease_duration(seconds: Option<i64>) -> Option<Duration> {
    let seconds = u64::try_from(seconds?).ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
