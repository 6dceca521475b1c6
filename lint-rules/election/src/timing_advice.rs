//! Which durations a remedy proposes. Several rules may speak about one elector, so every remedy about its durations
//! comes from here: none proposes what another rule would report within its default limits, and no two are opposites.

use std::ops::RangeInclusive;

use super::elector::Elector;
use super::timing::Timing;
use super::timing_proposals::{
    DURATIONS, LONGEST_LEASE, failover, is_sound, retry_for, sound_timing,
};
use programs::{Nanos, Setting};

/// The durations that a remedy may propose: what follows from absurd values is no advice.
const PROPOSABLE_DURATIONS: RangeInclusive<Nanos> = Nanos::from_millis(10)..=LONGEST_LEASE;

/// What may be done about durations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationAdvice {
    /// Each of these by itself is enough.
    OneOf(Vec<(Setting, Nanos)>),
    /// All of these together.
    All(Vec<(Setting, Nanos)>),
    /// The program has no setting for it.
    None,
}

impl Elector<'_> {
    /// What to set, as a sentence: the first two of these values that the program lets one set and that leave nothing
    /// to report; else all three durations, or that the program has no setting.
    #[must_use]
    pub fn remedy(&self, proposals: &[(Setting, Option<Nanos>)]) -> String {
        match self.duration_advice(proposals) {
            DurationAdvice::OneOf(values) => {
                format!("Set {}.", self.assignments(&values).join(" or "))
            }
            DurationAdvice::All(values) => set_together(&self.assignments(&values)),
            DurationAdvice::None => self.no_setting(proposals),
        }
    }

    /// Which durations to set: the first two of these values that the program lets one set and that leave nothing to
    /// report, each by itself; else all that have to change.
    #[must_use]
    pub fn duration_advice(&self, proposals: &[(Setting, Option<Nanos>)]) -> DurationAdvice {
        let timing = self.timing();
        let leaves_nothing = |setting: Setting, value: Nanos| {
            timing.is_none_or(|timing| {
                let after = self.with_duration(timing, setting, value);
                is_sound(after, self.releases.value() == Some(&true), timing)
            })
        };
        let offered: Vec<(Setting, Nanos)> = proposals
            .iter()
            .filter_map(|(setting, value)| {
                let value = (*value).filter(|value| PROPOSABLE_DURATIONS.contains(value))?;
                self.assignment(*setting, value)?;
                leaves_nothing(*setting, value).then_some((*setting, value))
            })
            .take(2)
            .collect();
        if !offered.is_empty() {
            return DurationAdvice::OneOf(offered);
        }
        let base = timing.unwrap_or(Timing::CUSTOMARY);
        self.all_durations(base.lease)
            .map_or(DurationAdvice::None, DurationAdvice::All)
    }

    /// An order to set the durations around a lease duration; `None` where the program does not let one set them. What
    /// may stay as it is stays.
    #[must_use]
    pub fn set_all(&self, lease: Nanos) -> Option<String> {
        let values = self.all_durations(lease)?;
        Some(set_together(&self.assignments(&values)))
    }

    /// The durations that have to change for a lease duration; `None` where none has to, or the program does not let
    /// one set one of them.
    fn all_durations(&self, lease: Nanos) -> Option<Vec<(Setting, Nanos)>> {
        let releases = self.releases.value() == Some(&true);
        let customary = sound_timing(lease, releases);
        let sound = self.timing().map_or(customary, |now| {
            let kept = Timing {
                lease: customary.lease,
                ..now
            };
            let faster = Timing {
                retry: retry_for(now.renew),
                ..kept
            };
            [kept, faster]
                .into_iter()
                .find(|timing| {
                    is_sound(*timing, releases, now) && failover(*timing) <= failover(customary)
                })
                .unwrap_or(customary)
        });
        let mut values = Vec::new();
        for (setting, value) in DURATIONS
            .into_iter()
            .zip([sound.lease, sound.renew, sound.retry])
        {
            let is_so = self.duration(setting).value() == Some(&value);
            if !is_so {
                self.assignment(setting, value)?;
                values.push((setting, value));
            }
        }
        (!values.is_empty()).then_some(values)
    }

    /// A timing with another value for one duration, and what the program computes from it.
    fn with_duration(&self, timing: Timing, setting: Setting, value: Nanos) -> Timing {
        let of = |which: Setting, now: Nanos| {
            if which == setting {
                return value;
            }
            let derivation = self
                .program
                .spec(which)
                .and_then(|spec| spec.derive.as_ref());
            match derivation {
                Some(derivation)
                    if derivation.from == setting && !self.duration(which).is_written() =>
                {
                    derivation.of(value).unwrap_or(now)
                }
                _ => now,
            }
        };
        Timing {
            lease: of(Setting::LeaseDuration, timing.lease),
            renew: of(Setting::RenewDeadline, timing.renew),
            retry: of(Setting::RetryPeriod, timing.retry),
        }
    }

    /// That no setting helps, and why.
    fn no_setting(&self, proposals: &[(Setting, Option<Nanos>)]) -> String {
        let program = self.program_as_subject();
        let derived = DURATIONS.into_iter().find_map(|setting| {
            let derivation = self.program.spec(setting)?.derive.as_ref()?;
            Some((setting.words(), derivation.from.words()))
        });
        if let Some((words, from)) = derived {
            return format!(
                "{program} computes its {words} from its {from}, so no setting changes their proportion."
            );
        }
        let missing = proposals
            .iter()
            .map(|(setting, _)| *setting)
            .chain(DURATIONS)
            .find(|setting| self.assignment(*setting, Timing::CUSTOMARY.lease).is_none());
        match missing {
            Some(setting) => format!(
                "{program} has no known setting for its {}, so nothing in the manifest can change it.",
                setting.words()
            ),
            None => "Start from 15s, 10s and 2s, which most programs use.".to_owned(),
        }
    }
}

/// Orders to set several durations, as one sentence.
fn set_together(orders: &[String]) -> String {
    match orders {
        [] => String::new(),
        [only] => format!("Set {only}."),
        [first @ .., last] => format!("Set {} and {last}.", first.join(", ")),
    }
}
