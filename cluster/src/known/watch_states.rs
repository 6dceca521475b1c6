//! How far each watched resource can be believed.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use objects::LedgerCode;
use programs::Unknown;

use crate::resource::WatchedResource;

/// Without a sign of life for so long, what was seen may be wrong. A watch ends, and is opened again, more often.
pub const STALE_AFTER: Duration = Duration::from_secs(50);

/// How far one watched resource can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// The first list is not there yet.
    NotSynced,
    /// This program may not list or watch it.
    Forbidden,
    /// The watch has shown no sign of life for [`STALE_AFTER`], or the first list of what is optional has failed.
    Stale,
    /// Synced, and the watch lives; or the API does not have it, so that there is none.
    Ready,
}

impl Belief {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NotSynced, Self::Forbidden, Self::Stale, Self::Ready];

    /// The word in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSynced => LedgerCode::NotSynced.as_str(),
            Self::Forbidden => LedgerCode::Forbidden.as_str(),
            Self::Stale => LedgerCode::Stale.as_str(),
            Self::Ready => "ready",
        }
    }
}

const NOT_SYNCED: u8 = 0;
const SYNCED: u8 = 1;
const FORBIDDEN: u8 = 2;
const ABSENT: u8 = 3;
/// Optional, and the first list failed.
const FAILED: u8 = 4;

/// The state of every watch. All of it is read and written without a lock.
#[derive(Debug)]
pub(crate) struct WatchStates {
    started: Instant,
    phases: [AtomicU8; WatchedResource::ALL.len()],
    /// Milliseconds since the start at which each watch last showed that it lives.
    alive: [AtomicU64; WatchedResource::ALL.len()],
    /// Milliseconds since the start at which a watch last brought a change of what workloads need around
    /// them; 0 before that.
    moved: AtomicU64,
}

impl Default for WatchStates {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            phases: [const { AtomicU8::new(NOT_SYNCED) }; WatchedResource::ALL.len()],
            alive: [const { AtomicU64::new(0) }; WatchedResource::ALL.len()],
            moved: AtomicU64::new(0),
        }
    }
}

impl WatchStates {
    fn phase(&self, what: WatchedResource) -> u8 {
        self.phases
            .get(what.index())
            .map_or(NOT_SYNCED, |phase| phase.load(Ordering::Acquire))
    }

    /// Sets a phase; whether it is another one than before.
    fn set(&self, what: WatchedResource, phase: u8) -> bool {
        self.phases
            .get(what.index())
            .is_some_and(|old| old.swap(phase, Ordering::AcqRel) != phase)
    }

    /// The watch shows that it lives.
    pub(crate) fn alive(&self, what: WatchedResource) {
        self.alive_at(what, self.started.elapsed());
    }

    /// What was listed and is followed by no watch counts as seen at this moment.
    pub(crate) fn listed_at(&self, since_start: Duration) {
        for what in WatchedResource::ALL {
            self.alive_at(what, since_start);
        }
    }

    /// The same, now.
    pub(crate) fn listed(&self) {
        self.listed_at(self.started.elapsed());
    }

    pub(crate) fn alive_at(&self, what: WatchedResource, since_start: Duration) {
        if let Some(alive) = self.alive.get(what.index()) {
            let millis = u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX);
            alive.store(millis, Ordering::Release);
        }
    }

    /// A watch brings a change.
    pub(crate) fn changed(&self, what: WatchedResource) {
        if WatchedResource::AROUND_WORKLOADS.contains(&what) {
            let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.moved.store(millis.max(1), Ordering::Release);
        }
    }

    /// Whether a watch brought such a change within this time.
    pub(crate) fn has_moved_within(&self, time: Duration) -> bool {
        match self.moved.load(Ordering::Acquire) {
            0 => false,
            at => self.started.elapsed() <= Duration::from_millis(at) + time,
        }
    }

    /// Everything that the API server has was seen.
    pub(crate) fn synced(&self, what: WatchedResource) -> bool {
        self.alive(what);
        self.set(what, SYNCED)
    }

    /// This program may not see it.
    pub(crate) fn forbidden(&self, what: WatchedResource) -> bool {
        self.set(what, FORBIDDEN)
    }

    /// A list or watch failed. What is optional and was not listed yet is not waited for any more.
    pub(super) fn failed(&self, what: WatchedResource) {
        let phase = self.phases.get(what.index());
        if let Some(phase) = phase.filter(|_| what.is_optional()) {
            // Any other phase stays.
            let _ = phase.compare_exchange(NOT_SYNCED, FAILED, Ordering::AcqRel, Ordering::Acquire);
        }
    }

    /// The API server does not know it.
    pub(crate) fn absent(&self, what: WatchedResource) -> bool {
        self.alive(what);
        self.set(what, ABSENT)
    }

    /// How long ago a watch last showed that it lives; `None` for one that was never synced or is
    /// forbidden.
    pub(crate) fn age(&self, what: WatchedResource) -> Option<Duration> {
        self.age_at(what, self.started.elapsed())
    }

    fn age_at(&self, what: WatchedResource, now: Duration) -> Option<Duration> {
        if !matches!(self.phase(what), SYNCED | ABSENT) {
            return None;
        }
        let alive = self.alive.get(what.index())?.load(Ordering::Acquire);
        Some(now.saturating_sub(Duration::from_millis(alive)))
    }

    fn belief_at(&self, what: WatchedResource, now: Duration) -> Belief {
        match self.phase(what) {
            FORBIDDEN => Belief::Forbidden,
            SYNCED | ABSENT => match self.age_at(what, now) {
                Some(age) if age <= STALE_AFTER => Belief::Ready,
                _ => Belief::Stale,
            },
            FAILED => Belief::Stale,
            _ => Belief::NotSynced,
        }
    }

    /// All beliefs of this moment.
    pub(crate) fn view(&self) -> View {
        self.view_at(self.started.elapsed())
    }

    pub(crate) fn view_at(&self, since_start: Duration) -> View {
        View(WatchedResource::ALL.map(|what| self.belief_at(what, since_start)))
    }
}

/// The beliefs of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View([Belief; WatchedResource::ALL.len()]);

impl View {
    /// How far a resource can be believed.
    #[must_use]
    pub fn belief(&self, what: WatchedResource) -> Belief {
        self.0
            .get(what.index())
            .copied()
            .unwrap_or(Belief::NotSynced)
    }

    /// With what went silent believed as it was last seen: for facts that are kept.
    pub(crate) fn as_last_seen(mut self) -> Self {
        for belief in &mut self.0 {
            if *belief == Belief::Stale {
                *belief = Belief::Ready;
            }
        }
        self
    }

    /// Whether everything that this program may see was synced once, or is optional and could not be.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.0.iter().all(|belief| *belief != Belief::NotSynced)
    }

    /// What the API server itself has been silent about for too long: not what is optional.
    pub fn stale(&self) -> impl Iterator<Item = WatchedResource> {
        let view = *self;
        WatchedResource::ALL
            .into_iter()
            .filter(move |what| view.belief(*what) == Belief::Stale && !what.is_optional())
    }

    /// What was not read yet.
    pub fn not_synced(&self) -> impl Iterator<Item = WatchedResource> {
        let beliefs = self.0;
        WatchedResource::ALL
            .into_iter()
            .zip(beliefs)
            .filter(|(_, belief)| *belief == Belief::NotSynced)
            .map(|(what, _)| what)
    }

    /// Why nothing may be concluded from these; `None` if they can be believed.
    #[must_use]
    pub fn doubt(&self, of: &[WatchedResource]) -> Option<Unknown> {
        of.iter().find_map(|what| {
            let resource = what.resource();
            let doubt = match self.belief(*what) {
                Belief::Ready => return None,
                Belief::NotSynced => Unknown {
                    code: LedgerCode::NotSynced,
                    reason: format!("the {resource} of the cluster were not read yet"),
                    place: None,
                },
                Belief::Forbidden => Unknown {
                    code: LedgerCode::Forbidden,
                    reason: format!("leaselint may not read the {resource} of the cluster"),
                    place: None,
                },
                Belief::Stale => Unknown {
                    code: LedgerCode::Stale,
                    reason: format!("the API server has sent nothing about {resource} for a while"),
                    place: None,
                },
            };
            Some(doubt)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: &WatchStates, seconds: u64) -> Option<LedgerCode> {
        let view = status.view_at(Duration::from_secs(seconds));
        view.doubt(&[WatchedResource::Roles])
            .map(|unknown| unknown.code)
    }

    #[test]
    fn lists_that_no_watch_follows_do_not_go_stale() {
        let status = WatchStates::default();
        status.synced(WatchedResource::Roles);
        assert_eq!(code(&status, 100), Some(LedgerCode::Stale));
        status.listed_at(Duration::from_secs(100));
        assert_eq!(code(&status, 100), None);
        let other = WatchStates::default();
        other.listed_at(Duration::from_secs(100));
        assert_eq!(code(&other, 100), Some(LedgerCode::NotSynced));
    }

    #[test]
    fn what_was_not_read_is_forbidden_or_went_silent_is_doubted() {
        let status = WatchStates::default();
        assert_eq!(code(&status, 1), Some(LedgerCode::NotSynced));
        status.synced(WatchedResource::Roles);
        status.alive_at(WatchedResource::Roles, Duration::from_secs(10));
        assert_eq!(code(&status, 60), None);
        assert_eq!(code(&status, 61), Some(LedgerCode::Stale));
        status.alive_at(WatchedResource::Roles, Duration::from_secs(200));
        assert_eq!(code(&status, 201), None);
        assert!(status.forbidden(WatchedResource::Roles));
        assert!(!status.forbidden(WatchedResource::Roles), "said only once");
        assert_eq!(code(&status, 201), Some(LedgerCode::Forbidden));
        assert_eq!(status.age(WatchedResource::Roles), None);
    }

    #[test]
    fn forbidden_and_absent_resources_do_not_hold_up_readiness() {
        let status = WatchStates::default();
        for what in WatchedResource::ALL {
            assert!(!status.view().is_synced(), "{what:?}");
            match what {
                WatchedResource::ScaledObjects => status.absent(what),
                WatchedResource::ConfigMaps => status.forbidden(what),
                _ => status.synced(what),
            };
        }
        let view = status.view();
        assert!(view.is_synced());
        assert!(view.doubt(&[WatchedResource::ScaledObjects]).is_none());
        assert!(view.doubt(&WatchedResource::ALL).is_some());
    }

    #[test]
    fn an_optional_resource_that_fails_for_ever_is_doubted_and_holds_up_nothing() {
        let status = WatchStates::default();
        for what in WatchedResource::ALL {
            if what == WatchedResource::ScaledObjects {
                status.failed(what);
            } else {
                status.synced(what);
            }
        }
        let scaled = [WatchedResource::ScaledObjects];
        assert!(status.view().is_synced());
        assert_eq!(status.view().stale().count(), 0);
        assert!(status.view().doubt(&scaled).is_some());
        // As well after it was there.
        status.synced(WatchedResource::ScaledObjects);
        assert!(status.view().doubt(&scaled).is_none());
        status.failed(WatchedResource::ScaledObjects);
        assert!(status.view().doubt(&scaled).is_none());
        for what in WatchedResource::ALL {
            let optional = what == WatchedResource::ScaledObjects;
            status.alive_at(what, Duration::from_secs(if optional { 0 } else { 500 }));
        }
        let view = status.view_at(Duration::from_secs(520));
        assert_eq!(view.stale().count(), 0);
        assert!(view.doubt(&scaled).is_some());
        // What belongs to the API server itself does hold it up.
        let status = WatchStates::default();
        status.failed(WatchedResource::Roles);
        assert!(
            status
                .view()
                .not_synced()
                .any(|what| what == WatchedResource::Roles)
        );
    }
}
