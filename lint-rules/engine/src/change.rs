//! One change: an elector as it was and as it will be.

use super::sink::{Draft, Sink};
use crate::world::World;
use election::{Elector, Rollout};
use objects::LedgerCode;
use programs::{Resolved, Sourced, Unknown};

/// An elector as it was and as it will be.
pub struct Change<'c, 'w> {
    /// As it was.
    pub before: &'c Elector<'w>,
    /// As it will be; `None` if it is gone.
    pub after: Option<&'c Elector<'w>>,
    /// Another object takes the place of the workload: it has another kind, namespace or name.
    pub replaced: bool,
    /// What was known of the objects around it.
    pub world_before: &'c dyn World<'w>,
    /// What will be known of them.
    pub world_after: &'c dyn World<'w>,
}

/// One setting on both sides, as far as both are known.
pub struct SettingChange<'c, T> {
    /// As it was.
    pub before: &'c Sourced<T>,
    /// As it will be.
    pub after: &'c Sourced<T>,
}

impl<'c, 'w> Change<'c, 'w> {
    /// The elector that will run, if the election ran before and runs afterwards, or may: see
    /// [`Self::doubt`].
    #[must_use]
    pub fn keeps_electing(&self) -> Option<&'c Elector<'w>> {
        let after = self.after?;
        let elects = |elector: &Elector<'_>| {
            elector.is_on() || matches!(elector.switch, Resolved::Unknown(_))
        };
        (elects(self.before) && elects(after)).then_some(after)
    }

    /// Why it is not known whether the election runs on both sides. A rule that would speak writes that
    /// into the ledger.
    #[must_use]
    pub fn doubt(&self) -> Option<&'c Unknown> {
        let of = |elector: &'c Elector<'w>| match &elector.switch {
            Resolved::Unknown(because) => Some(because),
            _ => None,
        };
        self.after.and_then(of).or_else(|| of(self.before))
    }

    /// Reports a finding that holds if the election runs on both sides; otherwise why that is not known.
    pub fn report(&self, draft: Draft, sink: &mut Sink<'_>) {
        let Some(because) = self.doubt() else {
            sink.report(draft);
            return;
        };
        let place = self.after.unwrap_or(self.before).name_place();
        sink.not_judged(
            because.place.unwrap_or(place),
            because.code,
            because.reason.clone(),
        );
    }

    /// Whether both sides stand among the same objects, as in a cluster in which one object changes.
    #[must_use]
    pub fn has_one_world(&self) -> bool {
        std::ptr::addr_eq(self.world_before, self.world_after)
    }

    /// How the pods of the old revision become those of the new one.
    #[must_use]
    pub fn rollout(&self) -> Option<Rollout> {
        let after = self.after?;
        Some(if self.replaced {
            Rollout::of_another_object()
        } else {
            Rollout::between(self.before, after)
        })
    }

    /// A setting that is known on both sides and is not the same. Where only one side is known, that
    /// is written into the ledger; where neither is, nothing says that it changed.
    pub fn differing<T: PartialEq>(
        &self,
        setting: impl Fn(&'c Elector<'w>) -> &'c Resolved<T>,
        name: &str,
        sink: &mut Sink<'_>,
    ) -> Option<SettingChange<'c, T>> {
        let after = self.after?;
        let (was, will_be) = (setting(self.before), setting(after));
        match (was, will_be) {
            (Resolved::Known(before), Resolved::Known(after)) => {
                (before.value != after.value).then_some(SettingChange { before, after })
            }
            (Resolved::Known(_), Resolved::Unknown(unknown)) => {
                let place = unknown.place.unwrap_or_else(|| after.name_place());
                sink.not_judged(place, unknown.code, unknown.reason.clone());
                None
            }
            (Resolved::Unknown(unknown), Resolved::Known(_)) => {
                let place = after.place_of(will_be);
                let reason = format!("before the change: {}", unknown.reason);
                sink.not_judged(place, unknown.code, reason);
                None
            }
            (Resolved::Known(before), Resolved::Absent) if before.origin.is_written() => {
                let reason = format!(
                    "the {name} was `{}` and is not written any more; what {} takes then is not established",
                    before.text, after.program.name
                );
                sink.not_judged(
                    after.name_place(),
                    LedgerCode::DefaultNotEstablished,
                    reason,
                );
                None
            }
            (Resolved::Absent, Resolved::Known(value)) if value.origin.is_written() => {
                let reason = format!(
                    "the {name} was not written before, and what {} takes then is not established",
                    after.program.name
                );
                sink.not_judged(
                    after.place_of(will_be),
                    LedgerCode::DefaultNotEstablished,
                    reason,
                );
                None
            }
            _ => None,
        }
    }
}
