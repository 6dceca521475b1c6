//! Durations for messages, and durations that a remedy proposes.

use super::timing::Timing;
use programs::duration::DurationSyntax;
use programs::{Nanos, Setting};

/// Lease duration, renew deadline and retry period.
pub const DURATIONS: [Setting; 3] = [
    Setting::LeaseDuration,
    Setting::RenewDeadline,
    Setting::RetryPeriod,
];

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

/// A promise in seconds, in the format of [`in_seconds`]; rounded to milliseconds, as the formulas are no finer.
#[must_use]
pub fn promised(seconds: f64) -> String {
    let text = format!("{seconds:.3}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A configured duration as Go spells it: `137s`, `1h`, `500ms`.
#[must_use]
pub fn as_written(span: Nanos) -> String {
    DurationSyntax::Go.spell(span)
}

/// A retry period to propose for a renew deadline: a fifth of it.
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

/// The shortest lease with a retry period to spare for this renew deadline and retry period:
/// `R + 2·P`, more where renewals within one second look the same, and more than `P + 2·R` for a
/// program that releases on exit.
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

/// A renew deadline to propose for a lease and retry period: two thirds of the lease, less
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
    (timing.violations().is_empty() && timing.renew_attempts() >= i64::from(MIN_RENEW_ATTEMPTS))
        .then_some(renew)
}

/// A failover after a crash that takes longer is worth a finding, unless the configuration says otherwise.
pub const FAILOVER_TARGET: Nanos = Nanos::from_seconds(180);
/// Attempts to renew that should fit into the renew deadline, unless the configuration says otherwise.
pub const MIN_RENEW_ATTEMPTS: u32 = 3;
/// A longer lease is implausible, unless the configuration says otherwise.
pub const LONGEST_LEASE: Nanos = Nanos::from_seconds(3600);
/// The shortest lease with room for a renew deadline of three retry periods of a second, without and with a release.
const SHORTEST_SOUND_LEASES: [Nanos; 2] = [Nanos::from_seconds(5), Nanos::from_seconds(8)];

/// The worst time without a leader after a crash: `L' + 4.4 P`.
pub(super) const fn failover(timing: Timing) -> i64 {
    timing
        .lease
        .0
        .saturating_add(timing.retry.0.saturating_mul(22) / 5)
}

/// Whether no rule about durations has anything to report, within the default limits, of a timing that takes the place of `before`: a failover that
/// is slow already may stay as it is.
pub(super) fn is_sound(timing: Timing, releases: bool, before: Timing) -> bool {
    let is_acceptable = timing.is_accepted()
        && timing.lease.is_whole_seconds()
        && timing.retry >= Nanos::SECOND
        && timing.renew_attempts() >= i64::from(MIN_RENEW_ATTEMPTS);
    let is_fast = failover(timing) <= FAILOVER_TARGET.0.max(failover(before));
    // fabric8 wants a renew deadline above 2.2 retry periods, which is more than client-go wants.
    let is_above_retry = timing.renew.0.saturating_mul(10) > timing.retry.0.saturating_mul(22);
    // Where a hanging release outlives the lease already, that need not be mended by every remedy.
    let hung = |timing: Timing| {
        releases && timing.earliest_takeover() <= timing.leader_stops_after_hung_release()
    };
    is_acceptable
        && is_above_retry
        && is_fast
        && timing.earliest_takeover() > timing.leader_stops_after()
        && (!hung(timing) || hung(before))
}

/// The customary proportion around a lease duration, in whole seconds: two thirds of the lease to renew, two fifths for
/// a program that releases, and a fifth of that between attempts.
pub(super) fn sound_timing(lease: Nanos, releases: bool) -> Timing {
    if lease < Nanos::SECOND || lease > Nanos::from_seconds(3600) {
        return sound_timing(Timing::CUSTOMARY.lease, releases);
    }
    let [without, with] = SHORTEST_SOUND_LEASES;
    let (shortest, part, of) = if releases {
        (with, 2, 5)
    } else {
        (without, 2, 3)
    };
    let lease = round_up(lease).max(shortest);
    let renew = Nanos::from_seconds(lease.whole_seconds() * part / of);
    let retry = Nanos::from_seconds(renew.whole_seconds() / 5).max(Nanos::SECOND);
    Timing {
        lease,
        renew,
        retry,
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
    fn sound_timings_are_sound() {
        for seconds in [1, 4, 5, 6, 7, 8, 9, 10, 15, 60, 112, 3600] {
            for releases in [false, true] {
                let timing = sound_timing(Nanos::from_seconds(seconds), releases);
                assert!(is_sound(timing, releases, timing), "{timing:?} {releases}");
                let stops = timing.leader_stops_after_hung_release();
                assert!(
                    !releases || timing.earliest_takeover() > stops,
                    "{timing:?}"
                );
            }
        }
        assert_eq!(
            sound_timing(Nanos::from_millis(900), false),
            Timing::CUSTOMARY
        );
        assert_eq!(
            sound_timing(Nanos::from_seconds(15), false),
            Timing::CUSTOMARY
        );
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
