//! What the timing rules share: which numbers are worth judging, where a verdict on them
//! points, and how a remedy is spelled in the program's own words.

use std::ops::RangeInclusive;

use super::elector::{Elector, State};
use super::timing::Timing;
use programs::duration::DurationSyntax;
use programs::{ConfigFormat, Mention, Nanos, OriginKind, Resolved, Setting, ValueSyntax};

/// Lease duration, renew deadline and retry period.
pub const DURATIONS: [Setting; 3] = [
    Setting::LeaseDuration,
    Setting::RenewDeadline,
    Setting::RetryPeriod,
];

/// What a remedy may propose.
const SENSIBLE: RangeInclusive<Nanos> = Nanos::from_millis(10)..=Nanos::from_seconds(3600);

/// A computed span in decimal seconds: `0.8s`, `49.5s`, `137s`.
#[must_use]
pub fn in_seconds(span: Nanos) -> String {
    let sign = if span.0 < 0 { "-" } else { "" };
    let magnitude = span.0.unsigned_abs();
    let (whole, rest) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
    if rest == 0 {
        return format!("{sign}{whole}s");
    }
    let digits = format!("{rest:09}");
    format!("{sign}{whole}.{}s", digits.trim_end_matches('0'))
}

/// A promise, which is in seconds as a float, as [`in_seconds`] says it; finer than a
/// millisecond is noise.
#[must_use]
pub fn promised(seconds: f64) -> String {
    let text = format!("{seconds:.3}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A configured span as people write it: `137s`, `1h`, `500ms`.
#[must_use]
pub fn as_written(span: Nanos) -> String {
    DurationSyntax::Go.spell(span)
}

/// A retry period that goes with this renew deadline: a fifth of it.
#[must_use]
pub const fn retry_for(renew: Nanos) -> Nanos {
    let fifth = renew.0 / 5;
    // Whole seconds, or whole hundredths of one where there is none.
    let step = if fifth < Nanos::SECOND.0 {
        10_000_000
    } else {
        Nanos::SECOND.0
    };
    Nanos(fifth / step * step)
}

/// The next whole second, or the span itself if it is one.
const fn round_up(span: Nanos) -> Nanos {
    if span.0 <= 0 {
        return Nanos::ZERO;
    }
    Nanos::from_seconds((span.0 - 1) / Nanos::SECOND.0 + 1)
}

/// The shortest lease that leaves a retry period to spare with this renew deadline and retry
/// period: `R + 2·P`, more where renewals within one second hide each other, and more than
/// `P + 2·R` for a program that releases on exit.
#[must_use]
pub fn lease_for(renew: Nanos, retry: Nanos, releases: bool) -> Nanos {
    let probe = Timing {
        lease: renew,
        renew,
        retry,
    };
    let stops = if releases {
        probe.leader_stops_after_hung_release()
    } else {
        probe.leader_stops_after()
    };
    let least = Nanos(
        stops
            .0
            .saturating_add(probe.staleness().0)
            .saturating_add(1),
    );
    let spare = Nanos(probe.leader_stops_after().0.saturating_add(retry.0));
    round_up(least.max(spare))
}

/// A renew deadline that goes with this lease and retry period: two thirds of the lease, less
/// where the lease would not outlast the leader. `None` if the two leave no room for one.
#[must_use]
pub fn renew_for(lease: Nanos, retry: Nanos) -> Option<Nanos> {
    let stored = Nanos::from_seconds(lease.whole_seconds());
    let customary = Nanos(lease.0 / 3 * 2);
    let room = Nanos(stored.0.saturating_sub(retry.0.saturating_mul(2)));
    let mut renew = customary.min(room);
    // Whole seconds, or whole tenths where there is no second.
    let step = if renew > Nanos::SECOND {
        Nanos::SECOND
    } else {
        Nanos::from_millis(100)
    };
    renew = Nanos(renew.0 / step.0 * step.0);
    let timing = Timing {
        lease,
        renew,
        retry,
    };
    (timing.violations().is_empty() && timing.renew_attempts() >= 3).then_some(renew)
}

impl Elector<'_> {
    /// Whether its numbers matter: election is on, or may be on and somebody wrote one of them.
    #[must_use]
    pub fn numbers_count(&self) -> bool {
        match self.state {
            State::On => true,
            State::Off => false,
            State::Unknown => [&self.lease, &self.renew, &self.retry]
                .into_iter()
                .any(Resolved::is_written),
        }
    }

    /// The triple on which promises can be judged: it matters, client-go and the API take it,
    /// and nothing of it may be replaced by a part of the workload that is not here.
    #[must_use]
    pub fn judged_timing(&self) -> Option<Timing> {
        let timing = self.accepted_timing()?;
        let whole = !self.fragment || self.timing_origins().iter().all(|o| o.is_written());
        (whole && self.numbers_count() && timing.api_accepts()).then_some(timing)
    }

    /// One of the three durations.
    #[must_use]
    pub fn duration(&self, setting: Setting) -> &Resolved<Nanos> {
        match setting {
            Setting::LeaseDuration => &self.lease,
            Setting::RenewDeadline => &self.renew,
            Setting::RetryPeriod => &self.retry,
            _ => &Resolved::Absent,
        }
    }

    /// A duration with its name and, if nobody wrote it, its origin: `renew deadline 10s
    /// (default of cert-manager)`.
    #[must_use]
    pub fn name_duration(&self, setting: Setting) -> String {
        let Some(sourced) = self.duration(setting).known() else {
            return setting.words().to_owned();
        };
        let value = as_written(sourced.value);
        if sourced.origin.is_written() {
            format!("{} {value}", setting.words())
        } else {
            format!("{} {value} ({})", setting.words(), sourced.origin.text)
        }
    }

    /// The mention that decides a setting, if one is written.
    #[must_use]
    pub fn deciding_mention(&self, setting: Setting) -> Option<&Mention> {
        self.mentions.iter().rev().find(|mention| {
            mention.setting == setting
                && !mention.overridden
                && !mention.ignored
                && !mention.after_stop
        })
    }

    /// How a duration is set in this program: `--leader-elect-renew-deadline=10s`. `None` if
    /// the program has no way to set it.
    #[must_use]
    pub fn assignment(&self, setting: Setting, value: Nanos) -> Option<String> {
        let spec = self.program.spec(setting)?;
        let text = match &spec.syntax {
            ValueSyntax::Duration(syntax) => syntax.spell(value),
            _ => as_written(value),
        };
        let nested = self
            .program
            .config
            .as_ref()
            .is_some_and(|config| config.format == ConfigFormat::Yaml);
        let key = |name: &str| match name.rsplit_once('.') {
            Some((_, last)) if nested => format!("{last}: {text}"),
            _ => format!("{name}: {text}"),
        };
        if let Some(mention) = self.deciding_mention(setting) {
            let name = &mention.origin.name;
            return Some(match mention.origin.kind {
                OriginKind::Env => format!("{name}={text}"),
                OriginKind::ConfigMap | OriginKind::File => key(name),
                _ => format!("--{name}={text}"),
            });
        }
        if let Some(flag) = self.flag_of(setting) {
            return Some(format!("--{flag}={text}"));
        }
        // Which of the spellings an unlisted program has is not known.
        if self.program.generic && !spec.flags.is_empty() {
            return Some(format!("the {} to {text}", setting.words()));
        }
        if let Some(variable) = spec.env.iter().find(|name| !name.contains('*')) {
            return Some(format!("{variable}={text}"));
        }
        spec.keys.first().map(|name| key(name))
    }

    /// The remedy as an order: the first of these assignments that the program offers, a
    /// second one as the alternative.
    #[must_use]
    pub fn remedy(&self, wishes: &[(Setting, Option<Nanos>)]) -> String {
        let offered: Vec<String> = wishes
            .iter()
            .filter_map(|(setting, value)| {
                // What follows from absurd numbers is no advice.
                let value = (*value).filter(|value| SENSIBLE.contains(value))?;
                self.assignment(*setting, value)
            })
            .take(2)
            .collect();
        if !offered.is_empty() {
            return format!("set {}", offered.join(" or "));
        }
        let settable = |(setting, _): &(Setting, _)| {
            self.assignment(*setting, Timing::CUSTOMARY.lease).is_some()
        };
        if wishes.iter().any(settable) {
            return "start from 15s, 10s and 2s, which is what most programs use".to_owned();
        }
        let derived = wishes.iter().find_map(|(setting, _)| {
            let derivation = self.program.spec(*setting)?.derive.as_ref()?;
            Some((setting.words(), derivation.from.words()))
        });
        match derived {
            Some((words, from)) => {
                format!("{} computes its {words} from its {from}", self.program.name)
            }
            None => format!("{} has no setting for it", self.program.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_decimal_without_trailing_zeros() {
        assert_eq!(in_seconds(Nanos::from_millis(800)), "0.8s");
        assert_eq!(in_seconds(Nanos::from_millis(49_500)), "49.5s");
        assert_eq!(in_seconds(Nanos::from_seconds(137)), "137s");
        assert_eq!(in_seconds(Nanos::from_millis(-4_800)), "-4.8s");
        assert_eq!(promised(251.4), "251.4s");
        assert_eq!(promised(8.0), "8s");
    }

    #[test]
    fn proposed_leases_hold() {
        let seconds = Nanos::from_seconds;
        assert_eq!(lease_for(seconds(10), seconds(2), false), seconds(14));
        assert_eq!(lease_for(seconds(10), seconds(5), false), seconds(20));
        assert_eq!(lease_for(seconds(30), seconds(5), true), seconds(66));
        assert_eq!(
            lease_for(seconds(2), Nanos::from_millis(900), false),
            seconds(4)
        );
        for (renew, retry) in [(10, 2), (107, 26), (30, 5), (3, 1)] {
            let lease = lease_for(seconds(renew), seconds(retry), false);
            let timing = Timing {
                lease,
                renew: seconds(renew),
                retry: seconds(retry),
            };
            assert!(timing.earliest_takeover() > timing.leader_stops_after());
        }
    }

    #[test]
    fn proposed_renew_deadlines_are_accepted() {
        let seconds = Nanos::from_seconds;
        assert_eq!(renew_for(seconds(15), seconds(2)), Some(seconds(10)));
        assert_eq!(renew_for(seconds(60), seconds(10)), Some(seconds(40)));
        assert_eq!(renew_for(seconds(15), seconds(5)), None);
        assert_eq!(renew_for(seconds(15), seconds(20)), None);
        assert_eq!(renew_for(Nanos::ZERO, Nanos::ZERO), None);
    }
}
