//! Every promise against what client-go v0.37.2 did under faults: never better than measured,
//! and never so cautious that it says nothing.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

use election::promises::{PromiseInput, Promises};
use election::timing::Timing;
use programs::duration::go_duration;

/// What measuring adds, in seconds: far below any setting's own steps.
const TOLERANCE: f64 = 1e-3;

/// Which way a promise may err.
enum PromiseSide {
    /// The promise is a least figure: the measured one must not be below it.
    AtLeast,
    /// The promise is a greatest figure: the measured one must not be above it.
    AtMost,
    /// Both lie within this share of each other: means and percentiles of drawn runs.
    Within(f64),
}

fn check(name: &str, promise: Option<f64>, measured: &str, side: &PromiseSide) {
    let Ok(measured) = measured.parse::<f64>() else {
        return;
    };
    let promise = promise.unwrap_or_else(|| panic!("{name}: measured {measured}, not promised"));
    let (sound, tight) = match side {
        // Shares of a value near zero mean little, hence the small absolute allowance.
        PromiseSide::AtLeast => (
            promise <= measured + TOLERANCE,
            measured <= promise + 0.25 * promise.abs() + 0.01,
        ),
        PromiseSide::AtMost => (
            measured <= promise + TOLERANCE,
            promise <= 1.25 * measured + 0.01,
        ),
        PromiseSide::Within(share) => ((promise - measured).abs() <= share * measured, true),
    };
    assert!(sound, "{name}: promised {promise}, measured {measured}");
    assert!(
        tight,
        "{name}: promised only {promise}, measured {measured}"
    );
}

#[test]
fn every_promise_is_kept_and_worth_having() {
    for row in vectors::rows(include_str!("../../../tests/vectors/promises.csv"), 264) {
        let duration = |column: &str| go_duration(&row[column]).unwrap();
        let setting = PromiseInput {
            timing: Timing {
                lease: duration("lease"),
                renew: duration("renew"),
                retry: duration("retry"),
            },
            candidates: row["replicas"].parse().unwrap(),
            releases: row["release_on_cancel"] == "true",
            client_timeout: true,
        };
        let Promises {
            strict_margin,
            leader_stops_after,
            leader_stops_after_slow_release,
            failover_after_crash_worst,
            failover_after_crash_p99,
            failover_after_release_worst,
            cold_restart_worst,
            api_outage_survived,
            api_outage_survived_hanging,
            leaderless_after_outage_worst,
            clock_rate_tolerated,
            writes_per_hour,
            requests_per_hour,
        } = setting.promises().unwrap();
        let check = |column: &str, promise: Option<f64>, side: PromiseSide| {
            check(
                &format!("{setting:?} {column}"),
                promise,
                &row[column],
                &side,
            );
        };
        check("margin_hang_s", strict_margin, PromiseSide::AtLeast);
        check(
            "leader_stops_after_hang_s",
            Some(leader_stops_after),
            PromiseSide::AtMost,
        );
        check(
            "leader_stops_after_slow_s",
            leader_stops_after_slow_release,
            PromiseSide::AtMost,
        );
        check(
            "crash_failover_max_s",
            failover_after_crash_worst,
            PromiseSide::AtMost,
        );
        if failover_after_crash_p99.is_some() {
            check(
                "crash_failover_p99_s",
                failover_after_crash_p99,
                PromiseSide::Within(0.02),
            );
        }
        let stop = if setting.releases {
            failover_after_release_worst
        } else {
            failover_after_crash_worst
        };
        check("stop_failover_max_s", stop, PromiseSide::AtMost);
        check(
            "cold_restart_max_s",
            Some(cold_restart_worst),
            PromiseSide::AtMost,
        );
        check(
            "outage_shortest_lost_s",
            Some(api_outage_survived),
            PromiseSide::AtLeast,
        );
        check(
            "outage_hang_shortest_lost_s",
            Some(api_outage_survived_hanging),
            PromiseSide::AtLeast,
        );
        check(
            "leader_after_long_outage_max_s",
            leaderless_after_outage_worst,
            PromiseSide::AtMost,
        );
        check("clock_rate_max", clock_rate_tolerated, PromiseSide::AtLeast);
        check(
            "writes_per_hour",
            Some(writes_per_hour),
            PromiseSide::Within(0.005),
        );
        check(
            "requests_per_hour",
            Some(requests_per_hour),
            PromiseSide::Within(0.005),
        );

        // Without faults of the network a release costs nothing.
        let plain = PromiseInput {
            releases: false,
            ..setting
        }
        .promises()
        .unwrap();
        check("margin_s", plain.strict_margin, PromiseSide::AtLeast);
        check(
            "leader_stops_after_s",
            Some(plain.leader_stops_after),
            PromiseSide::AtMost,
        );
    }
}
