//! Every recorded verdict on three durations, and the figures worked out from them.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

use election::promises::PromiseInput;
use election::timing::{Timing, Violation};
use programs::duration::{Nanos, go_duration};

fn client_go_word(violation: &Violation) -> &'static str {
    match violation {
        Violation::LeaseNotAboveRenew => "lease-not-greater-than-renew",
        Violation::RenewNotAboveRetry => "renew-not-greater-than-retry-x-1.2",
        Violation::LeaseNotPositive => "lease-not-positive",
        Violation::RenewNotPositive => "renew-not-positive",
        Violation::RetryNotPositive => "retry-not-positive",
    }
}

fn joined<T>(violations: &[T], word: fn(&T) -> &'static str) -> String {
    if violations.is_empty() {
        return "ok".to_owned();
    }
    violations.iter().map(word).collect::<Vec<_>>().join("|")
}

#[test]
fn every_triple_is_judged_as_recorded() {
    for row in vectors::rows(include_str!("../../../tests/vectors/timing.csv"), 58) {
        let timing = timing(&row);
        let all = joined(&timing.violations(), client_go_word);
        let first = all.split('|').next().unwrap_or_default();
        assert_eq!(first, row["client_go_first_error"], "{timing:?}");
        assert_eq!(all, row["client_go_all_violations"], "{timing:?}");
        assert_eq!(
            timing.stored_lease_seconds().to_string(),
            row["stored_lease_seconds"]
        );
        assert_eq!(
            timing.api_accepts(),
            row["api_server_accepts"] == "yes",
            "{timing:?}"
        );
    }
}

#[test]
fn every_triple_has_the_recorded_figures() {
    for row in vectors::rows(include_str!("../../../tests/vectors/timing.csv"), 58) {
        let timing = timing(&row);
        let setting = PromiseInput {
            timing,
            candidates: 2,
            releases: false,
            client_timeout: true,
        };
        let promises = setting.promises();
        assert_eq!(
            promises.is_none(),
            row["strict_margin_s"].is_empty(),
            "{timing:?}"
        );
        let Some(promises) = promises else { continue };
        let releasing = PromiseInput {
            releases: true,
            ..setting
        }
        .promises()
        .unwrap();
        for (column, value) in [
            ("strict_margin_s", promises.strict_margin),
            ("strict_rate_ratio", promises.clock_rate_tolerated),
            (
                "leader_stop_after_last_renew_s",
                Some(promises.leader_stops_after),
            ),
            (
                "leader_stop_with_hung_release_s",
                releasing.leader_stops_after_slow_release,
            ),
            (
                "crash_failover_worst_s",
                promises.failover_after_crash_worst,
            ),
            ("cold_restart_worst_s", Some(promises.cold_restart_worst)),
            (
                "graceful_release_worst_s",
                releasing.failover_after_release_worst,
            ),
            (
                "api_downtime_guaranteed_s",
                Some(promises.api_outage_survived),
            ),
        ] {
            let recorded: f64 = row[column].parse().unwrap();
            let value = value.expect(column);
            // Recorded with three decimals.
            assert!(
                (value - recorded).abs() <= 0.000_501,
                "{timing:?} {column}: {value}"
            );
        }
    }
}

fn timing(row: &vectors::Row) -> Timing {
    let duration = |column: &str| -> Nanos { go_duration(&row[column]).unwrap() };
    Timing {
        lease: duration("lease"),
        renew: duration("renew"),
        retry: duration("retry"),
    }
}
