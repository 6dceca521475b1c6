//! What the timing of an election promises, in seconds and requests.
//!
//! The formulas hold for client-go v0.37.2, were measured against it, and assume requests
//! that take no time. `P` is the retry period, `R` the renew deadline, `L'` the lease as
//! stored (whole seconds), `E` the earliest takeover and `T` the client timeout; see
//! [`Timing`] for each.

use super::timing::Timing;

/// The timing of an elector and what else its promises depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromiseInput {
    /// The three durations.
    pub timing: Timing,
    /// Processes that take part, the leader included; 0 counts as 1.
    pub candidates: u32,
    /// Whether the program releases the lease on exit.
    pub releases: bool,
    /// Whether its election client gives up on a request after
    /// [`Timing::client_timeout`]; `false` means it waits until the deadline ends.
    pub client_timeout: bool,
}

/// The promises. Times are in seconds. `None` where a figure does not apply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promises {
    /// `E` less [`Self::leader_stops_after`]: below zero two leaders are possible. Needs a
    /// standby.
    pub strict_margin: Option<f64>,
    /// Latest end of leading after the last good renewal: `P + R`; for a program that
    /// releases `P + R + min(R, T)`, or `P + 2R` without a client timeout.
    pub leader_stops_after: f64,
    /// The same if the release's first request is answered late and its second hangs:
    /// `P + 2R`. Only for a program that releases.
    pub leader_stops_after_slow_release: Option<f64>,
    /// Crash of the leader until another leads, worst: `2.2·P` and a full wait. Needs a standby.
    pub failover_after_crash_worst: Option<f64>,
    /// The same, 99 of 100: `L' + 3.05·P` with one standby, 2.30 with two, 1.93 with three
    /// or more. Known only for `P >= 1s` and `L' >= 3·P`.
    pub failover_after_crash_p99: Option<f64>,
    /// Release until another leads, worst: `2.2·P`. Needs a standby and a program that
    /// releases.
    pub failover_after_release_worst: Option<f64>,
    /// New processes before a held Lease of a former one, worst.
    pub cold_restart_worst: f64,
    /// Every API outage up to this long is survived if requests are refused at once.
    pub api_outage_survived: f64,
    /// The same if requests get no answer (dropped packets).
    pub api_outage_survived_hanging: f64,
    /// End of an outage that cost the term until somebody leads, worst, if the outage
    /// refuses requests. Needs a standby.
    pub leaderless_after_outage_worst: Option<f64>,
    /// Ratio of clock rates up to which a program that does not release has one leader.
    /// Needs a standby.
    pub clock_rate_tolerated: Option<f64>,
    /// Renewals an hour.
    pub writes_per_hour: f64,
    /// Requests an hour of all candidates together, on average.
    pub requests_per_hour: f64,
}

impl PromiseInput {
    /// The promises, or `None` for numbers that the library or the API refuses.
    pub fn promises(&self) -> Option<Promises> {
        let timing = &self.timing;
        if !timing.is_accepted() {
            return None;
        }
        let lease = i128::from(timing.stored_lease().0);
        let renew = i128::from(timing.renew.0);
        let retry = i128::from(timing.retry.0);
        let takeover = i128::from(timing.earliest_takeover().0);
        let timeout = i128::from(timing.client_timeout().0);
        let standbys = self.candidates.max(1) - 1;
        let with_standby = |nanos: i128| (standbys > 0).then(|| seconds(nanos));

        // A candidate's wait between two tries is drawn from [P, 2.2·P), counted from the end of a try.
        let try_interval = retry * 22 / 10;
        // From the first try that finds the Lease held to the try that may take it.
        let full_wait = if lease > retry {
            lease + try_interval
        } else {
            try_interval
        };

        let release_hangs = match (self.releases, self.client_timeout) {
            (false, _) => 0,
            (true, true) => renew.min(timeout),
            (true, false) => renew,
        };
        let stops = retry + renew + release_hangs;

        let attempts = (renew - 1) / retry + 1;
        // An API that returns after the lease ran out may be met by a standby first.
        let useful = if standbys > 0 {
            attempts.min(takeover / retry)
        } else {
            attempts
        };

        let hanging_fails = !self.client_timeout
            || timeout >= renew
            || (standbys > 0 && retry + timeout > takeover);

        let writes_per_hour = 3600.0 / seconds(retry);
        let rate =
            as_float(lease.max(retry)) / as_float(renew + retry + i128::from(timing.staleness().0));
        Some(Promises {
            strict_margin: with_standby(takeover - stops),
            leader_stops_after: seconds(stops),
            leader_stops_after_slow_release: self.releases.then(|| seconds(retry + 2 * renew)),
            failover_after_crash_worst: with_standby(try_interval + full_wait),
            failover_after_crash_p99: crash_p99(lease, retry, standbys),
            failover_after_release_worst: with_standby(try_interval).filter(|_| self.releases),
            cold_restart_worst: seconds(full_wait),
            api_outage_survived: seconds((useful - 1).max(0) * retry),
            api_outage_survived_hanging: if hanging_fails { 0.0 } else { seconds(timeout) },
            leaderless_after_outage_worst: with_standby(try_interval + full_wait),
            clock_rate_tolerated: (standbys > 0).then_some(rate),
            writes_per_hour,
            requests_per_hour: writes_per_hour * (1.0 + f64::from(standbys) / 1.6),
        })
    }
}

impl Promises {
    /// The worse of each figure: what can be promised where either may hold.
    #[must_use]
    pub fn or_worse(self, other: Self) -> Self {
        let both = |a: Option<f64>, b: Option<f64>, worse: fn(f64, f64) -> f64| Some(worse(a?, b?));
        let slow = [
            self.leader_stops_after_slow_release,
            other.leader_stops_after_slow_release,
        ];
        Self {
            strict_margin: both(self.strict_margin, other.strict_margin, f64::min),
            leader_stops_after: self.leader_stops_after.max(other.leader_stops_after),
            leader_stops_after_slow_release: slow.into_iter().flatten().reduce(f64::max),
            failover_after_crash_worst: both(
                self.failover_after_crash_worst,
                other.failover_after_crash_worst,
                f64::max,
            ),
            failover_after_crash_p99: both(
                self.failover_after_crash_p99,
                other.failover_after_crash_p99,
                f64::max,
            ),
            failover_after_release_worst: both(
                self.failover_after_release_worst,
                other.failover_after_release_worst,
                f64::max,
            ),
            cold_restart_worst: self.cold_restart_worst.max(other.cold_restart_worst),
            api_outage_survived: self.api_outage_survived.min(other.api_outage_survived),
            api_outage_survived_hanging: self
                .api_outage_survived_hanging
                .min(other.api_outage_survived_hanging),
            leaderless_after_outage_worst: both(
                self.leaderless_after_outage_worst,
                other.leaderless_after_outage_worst,
                f64::max,
            ),
            clock_rate_tolerated: both(
                self.clock_rate_tolerated,
                other.clock_rate_tolerated,
                f64::min,
            ),
            writes_per_hour: self.writes_per_hour.max(other.writes_per_hour),
            requests_per_hour: self.requests_per_hour.max(other.requests_per_hour),
        }
    }
}

/// The 99th percentile was fitted to runs with one to three standbys; more are at least as fast.
fn crash_p99(lease: i128, retry: i128, standbys: u32) -> Option<f64> {
    let hundredths = match standbys {
        0 => return None,
        1 => 305,
        2 => 230,
        _ => 193,
    };
    let regular = retry >= 1_000_000_000 && lease >= 3 * retry;
    regular.then(|| seconds(lease + retry * hundredths / 100))
}

#[expect(
    clippy::as_conversions,
    reason = "spans of up to 104 days are exact, and longer ones off by less than a microsecond"
)]
fn as_float(nanos: i128) -> f64 {
    nanos as f64
}

fn seconds(nanos: i128) -> f64 {
    as_float(nanos) / 1e9
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use programs::duration::Nanos;

    const CUSTOMARY: PromiseInput = PromiseInput {
        timing: Timing::CUSTOMARY,
        candidates: 2,
        releases: false,
        client_timeout: true,
    };

    #[test]
    fn customary_numbers_promise_the_published_figures() {
        let promises = CUSTOMARY.promises().unwrap();
        assert_eq!(
            promises,
            Promises {
                strict_margin: Some(3.0),
                leader_stops_after: 12.0,
                leader_stops_after_slow_release: None,
                failover_after_crash_worst: Some(23.8),
                failover_after_crash_p99: Some(21.1),
                failover_after_release_worst: None,
                cold_restart_worst: 19.4,
                api_outage_survived: 8.0,
                api_outage_survived_hanging: 5.0,
                leaderless_after_outage_worst: Some(23.8),
                clock_rate_tolerated: Some(1.25),
                writes_per_hour: 1800.0,
                requests_per_hour: 2925.0,
            }
        );
    }

    #[test]
    fn a_request_may_last_as_long_as_a_short_renew_deadline() {
        // The timeout is never below a second: as long as the first deadline, longer than the second.
        for (renew, stops) in [(1_000, 2.2), (800, 1.8)] {
            let timing = Timing {
                renew: Nanos::from_millis(renew),
                retry: Nanos::from_millis(200),
                ..Timing::CUSTOMARY
            };
            let releasing = PromiseInput {
                timing,
                releases: true,
                ..CUSTOMARY
            };
            let promises = releasing.promises().unwrap();
            assert_eq!(promises.api_outage_survived_hanging, 0.0, "{renew}");
            assert_eq!(promises.leader_stops_after, stops, "{renew}");
        }
    }

    #[test]
    fn a_release_costs_margin() {
        let releasing = PromiseInput {
            releases: true,
            ..CUSTOMARY
        }
        .promises()
        .unwrap();
        assert_eq!(releasing.strict_margin, Some(-2.0));
        assert_eq!(releasing.leader_stops_after, 17.0);
        assert_eq!(releasing.failover_after_release_worst, Some(4.4));
        let without_timeout = PromiseInput {
            releases: true,
            client_timeout: false,
            ..CUSTOMARY
        };
        assert_eq!(without_timeout.promises().unwrap().leader_stops_after, 22.0);
        assert_eq!(
            without_timeout
                .promises()
                .unwrap()
                .api_outage_survived_hanging,
            0.0
        );
    }

    #[test]
    fn what_is_not_known_is_promised_at_its_worst() {
        let possible = [(false, true), (true, true), (false, false), (true, false)];
        let worst = possible
            .into_iter()
            .filter_map(|(releases, client_timeout)| {
                let input = PromiseInput {
                    releases,
                    client_timeout,
                    ..CUSTOMARY
                };
                input.promises()
            })
            .reduce(Promises::or_worse)
            .unwrap();
        // 2s + 2·10s: the release of a client without a timeout hangs; the lease ends after 15s.
        assert_eq!(worst.leader_stops_after, 22.0);
        assert_eq!(worst.strict_margin, Some(-7.0));
        assert_eq!(worst.api_outage_survived_hanging, 0.0);
        assert_eq!(worst.failover_after_release_worst, None);
        // What depends on neither stays.
        assert_eq!(worst.failover_after_crash_worst, Some(23.8));
        assert_eq!(worst.api_outage_survived, 8.0);
    }

    #[test]
    fn a_lone_candidate_has_no_failover() {
        for candidates in [0, 1] {
            let alone = PromiseInput {
                candidates,
                ..CUSTOMARY
            }
            .promises()
            .unwrap();
            assert_eq!(alone.strict_margin, None);
            assert_eq!(alone.failover_after_crash_worst, None);
            assert_eq!(alone.requests_per_hour, 1800.0);
            assert_eq!(alone.cold_restart_worst, 19.4);
        }
    }

    #[test]
    fn refused_numbers_promise_nothing() {
        let timing = Timing {
            renew: Nanos::from_seconds(15),
            ..Timing::CUSTOMARY
        };
        assert_eq!(
            PromiseInput {
                timing,
                ..CUSTOMARY
            }
            .promises(),
            None
        );
    }
}
