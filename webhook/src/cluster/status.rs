//! How far each watched resource can be believed.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use objects::LedgerCode;
use programs::Unknown;

use super::watched::Watched;

/// Without a sign of life for so long, what was seen may be wrong. The API server sends a bookmark
/// about every minute on a watch that asks for them (apiserver 1.36, `storage/cacher`).
pub const STALE_AFTER: Duration = Duration::from_secs(180);

/// How far one watched resource can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// The first list is not there yet.
    NotSynced,
    /// This program may not list or watch it.
    Forbidden,
    /// The watch has shown no sign of life for [`STALE_AFTER`].
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

/// The state of every watch. All of it is read and written without a lock.
#[derive(Debug)]
pub(super) struct Status {
    started: Instant,
    phases: [AtomicU8; Watched::ALL.len()],
    /// Milliseconds since the start at which each watch last showed that it lives.
    alive: [AtomicU64; Watched::ALL.len()],
    /// Milliseconds since the start at which a watch last brought a change of what workloads need around
    /// them; 0 before that.
    moved: AtomicU64,
}

impl Default for Status {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            phases: [const { AtomicU8::new(NOT_SYNCED) }; Watched::ALL.len()],
            alive: [const { AtomicU64::new(0) }; Watched::ALL.len()],
            moved: AtomicU64::new(0),
        }
    }
}

impl Status {
    fn phase(&self, what: Watched) -> u8 {
        self.phases
            .get(what.index())
            .map_or(NOT_SYNCED, |phase| phase.load(Ordering::Acquire))
    }

    /// Sets a phase; whether it is another one than before.
    fn set(&self, what: Watched, phase: u8) -> bool {
        self.phases
            .get(what.index())
            .is_some_and(|old| old.swap(phase, Ordering::AcqRel) != phase)
    }

    /// The watch shows that it lives.
    pub(super) fn alive(&self, what: Watched) {
        self.alive_at(what, self.started.elapsed());
    }

    pub(super) fn alive_at(&self, what: Watched, since_start: Duration) {
        if let Some(alive) = self.alive.get(what.index()) {
            let millis = u64::try_from(since_start.as_millis()).unwrap_or(u64::MAX);
            alive.store(millis, Ordering::Release);
        }
    }

    /// A watch brings a change.
    pub(super) fn changed(&self, what: Watched) {
        if Watched::AROUND_WORKLOADS.contains(&what) {
            let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.moved.store(millis.max(1), Ordering::Release);
        }
    }

    /// Whether a watch brought such a change within this time.
    pub(super) fn has_moved_within(&self, time: Duration) -> bool {
        match self.moved.load(Ordering::Acquire) {
            0 => false,
            at => self.started.elapsed() <= Duration::from_millis(at) + time,
        }
    }

    /// Everything that the API server has was seen.
    pub(super) fn synced(&self, what: Watched) -> bool {
        self.alive(what);
        self.set(what, SYNCED)
    }

    /// This program may not see it.
    pub(super) fn forbidden(&self, what: Watched) -> bool {
        self.set(what, FORBIDDEN)
    }

    /// The API server does not know it.
    pub(super) fn absent(&self, what: Watched) -> bool {
        self.alive(what);
        self.set(what, ABSENT)
    }

    /// How long ago a watch last showed that it lives; `None` for one that was never synced or is
    /// forbidden.
    pub(super) fn age(&self, what: Watched) -> Option<Duration> {
        self.age_at(what, self.started.elapsed())
    }

    fn age_at(&self, what: Watched, now: Duration) -> Option<Duration> {
        if !matches!(self.phase(what), SYNCED | ABSENT) {
            return None;
        }
        let alive = self.alive.get(what.index())?.load(Ordering::Acquire);
        Some(now.saturating_sub(Duration::from_millis(alive)))
    }

    fn belief_at(&self, what: Watched, now: Duration) -> Belief {
        match self.phase(what) {
            FORBIDDEN => Belief::Forbidden,
            SYNCED | ABSENT => match self.age_at(what, now) {
                Some(age) if age <= STALE_AFTER => Belief::Ready,
                _ => Belief::Stale,
            },
            _ => Belief::NotSynced,
        }
    }

    /// All beliefs of this moment.
    pub(super) fn view(&self) -> View {
        self.view_at(self.started.elapsed())
    }

    pub(super) fn view_at(&self, since_start: Duration) -> View {
        View(Watched::ALL.map(|what| self.belief_at(what, since_start)))
    }
}

/// The beliefs of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View([Belief; Watched::ALL.len()]);

impl View {
    /// How far a resource can be believed.
    #[must_use]
    pub fn belief(&self, what: Watched) -> Belief {
        self.0
            .get(what.index())
            .copied()
            .unwrap_or(Belief::NotSynced)
    }

    /// With what went silent believed as it was last seen: for facts that are kept.
    pub(super) fn as_last_seen(mut self) -> Self {
        for belief in &mut self.0 {
            if *belief == Belief::Stale {
                *belief = Belief::Ready;
            }
        }
        self
    }

    /// Whether everything that this program may see was synced once.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.0.iter().all(|belief| *belief != Belief::NotSynced)
    }

    /// What was not read yet.
    pub fn not_synced(&self) -> impl Iterator<Item = Watched> {
        let beliefs = self.0;
        Watched::ALL
            .into_iter()
            .zip(beliefs)
            .filter(|(_, belief)| *belief == Belief::NotSynced)
            .map(|(what, _)| what)
    }

    /// Why nothing may be concluded from these; `None` if they can be believed.
    #[must_use]
    pub fn doubt(&self, of: &[Watched]) -> Option<Unknown> {
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

    fn code(status: &Status, seconds: u64) -> Option<LedgerCode> {
        let view = status.view_at(Duration::from_secs(seconds));
        view.doubt(&[Watched::Roles]).map(|unknown| unknown.code)
    }

    #[test]
    fn what_was_not_read_is_forbidden_or_went_silent_is_doubted() {
        let status = Status::default();
        assert_eq!(code(&status, 1), Some(LedgerCode::NotSynced));
        status.synced(Watched::Roles);
        status.alive_at(Watched::Roles, Duration::from_secs(10));
        assert_eq!(code(&status, 190), None);
        assert_eq!(code(&status, 191), Some(LedgerCode::Stale));
        status.alive_at(Watched::Roles, Duration::from_secs(200));
        assert_eq!(code(&status, 201), None);
        assert!(status.forbidden(Watched::Roles));
        assert!(!status.forbidden(Watched::Roles), "said only once");
        assert_eq!(code(&status, 201), Some(LedgerCode::Forbidden));
        assert_eq!(status.age(Watched::Roles), None);
    }

    #[test]
    fn forbidden_and_absent_resources_do_not_hold_up_readiness() {
        let status = Status::default();
        for what in Watched::ALL {
            assert!(!status.view().is_synced(), "{what:?}");
            match what {
                Watched::ScaledObjects => status.absent(what),
                Watched::ConfigMaps => status.forbidden(what),
                _ => status.synced(what),
            };
        }
        let view = status.view();
        assert!(view.is_synced());
        assert!(view.doubt(&[Watched::ScaledObjects]).is_none());
        assert!(view.doubt(&Watched::ALL).is_some());
    }
}
