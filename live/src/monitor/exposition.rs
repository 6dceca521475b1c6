//! The metrics as Prometheus reads them (text format 0.0.4).

use std::fmt::Write as _;
use std::time::Duration;

use engine::LeaseState;

use super::{LATENESS_BOUNDS, Monitored};
use crate::record::LeaseKey;
use crate::state::lease_duration;

/// All metrics of this moment.
pub(crate) fn exposition(monitored: &Monitored, now: Duration) -> String {
    let mut text = String::with_capacity(64 * 1024);
    let leases: Vec<_> = monitored.elections().collect();
    family(
        &mut text,
        "leaselint_lease_seconds_since_renewal",
        "gauge",
        "Seconds since the record of a held Lease was last seen to change, or since it was first seen, on the monitor's clock.",
    );
    for history in &leases {
        if !history.lease.record.holder.is_empty() {
            let seconds = history.unchanged_at(now).as_secs_f64();
            sample(
                &mut text,
                "leaselint_lease_seconds_since_renewal",
                history.key(),
                "",
                seconds,
            );
        }
    }
    family(
        &mut text,
        "leaselint_lease_duration_seconds",
        "gauge",
        "The lease duration that the last holder wrote.",
    );
    for history in &leases {
        if let Some(seconds) = monitored.durations.get(history.key()) {
            let seconds = lease_duration(Some(*seconds)).unwrap_or_default();
            let seconds = seconds.as_secs_f64();
            sample(
                &mut text,
                "leaselint_lease_duration_seconds",
                history.key(),
                "",
                seconds,
            );
        }
    }
    family(
        &mut text,
        "leaselint_lease_transitions_total",
        "counter",
        "Changes of the holder, as the Lease counts them.",
    );
    for history in &leases {
        if let Some(transitions) = history.lease.record.transitions {
            let _ = writeln!(
                text,
                "leaselint_lease_transitions_total{{{}}} {transitions}",
                labels(history.key())
            );
        }
    }
    family(
        &mut text,
        "leaselint_lease_held",
        "gauge",
        "1 if somebody holds the Lease and has renewed it within its duration.",
    );
    for history in &leases {
        let is_held = !history.lease.record.holder.is_empty()
            && !monitored.is_silent(history, history.unchanged_at(now));
        sample(
            &mut text,
            "leaselint_lease_held",
            history.key(),
            "",
            f64::from(u8::from(is_held)),
        );
    }
    family(
        &mut text,
        "leaselint_lease_holder_info",
        "gauge",
        "The identity of the holder.",
    );
    for history in &leases {
        let holder = &history.lease.record.holder;
        if !holder.is_empty() {
            let more = format!(",holder=\"{}\"", escaped(holder));
            sample(
                &mut text,
                "leaselint_lease_holder_info",
                history.key(),
                &more,
                1.0,
            );
        }
    }
    family(
        &mut text,
        "leaselint_lease_state",
        "gauge",
        "1 for the state that the Lease is in. Pods and workloads are read only while it is not renewed.",
    );
    for history in &leases {
        let state = monitored.state(history, now);
        for one in LeaseState::ALL {
            // Late needs the settings of the elector, which are not read while all is well.
            if one != LeaseState::Late {
                let more = format!(",state=\"{}\"", one.as_str());
                let value = f64::from(u8::from(one == state));
                sample(
                    &mut text,
                    "leaselint_lease_state",
                    history.key(),
                    &more,
                    value,
                );
            }
        }
    }
    family(
        &mut text,
        "leaselint_lease_has_candidates",
        "gauge",
        "1 if pods run of a workload that claims the Lease, 0 if none do. Only of a Lease that is not renewed, and where that is known.",
    );
    for history in &leases {
        if let Some(has_candidates) = monitored
            .verdict(history)
            .and_then(|verdict| verdict.has_candidates)
        {
            sample(
                &mut text,
                "leaselint_lease_has_candidates",
                history.key(),
                "",
                f64::from(u8::from(has_candidates)),
            );
        }
    }
    lateness(&mut text, monitored);
    family(
        &mut text,
        "leaselint_monitor_leases",
        "gauge",
        "Leases of elections that are watched.",
    );
    let _ = writeln!(text, "leaselint_monitor_leases {}", leases.len());
    family(
        &mut text,
        "leaselint_monitor_seconds_since_answer",
        "gauge",
        "Seconds since the API server last answered about Leases, with changes or without.",
    );
    let blind = now.saturating_sub(monitored.reached).as_secs_f64();
    let _ = writeln!(text, "leaselint_monitor_seconds_since_answer {blind:.3}");
    family(
        &mut text,
        "leaselint_monitor_not_read",
        "gauge",
        "Resources that could not be read for the last Lease that was not renewed. Without them an abandoned Lease looks like one without a leader.",
    );
    let _ = writeln!(text, "leaselint_monitor_not_read {}", monitored.not_read);
    text
}

fn lateness(text: &mut String, monitored: &Monitored) {
    const NAME: &str = "leaselint_lease_renewal_lateness_ratio";
    family(
        text,
        NAME,
        "histogram",
        "Renewals by the time since the one before, as a part of the lease duration: at 1 the Lease would have expired.",
    );
    let mut sum = 0;
    for (bound, count) in LATENESS_BOUNDS.iter().zip(monitored.lateness) {
        sum += count;
        let _ = writeln!(text, "{NAME}_bucket{{le=\"{bound}\"}} {sum}");
    }
    let all: u64 = monitored.lateness.iter().sum();
    let _ = writeln!(text, "{NAME}_bucket{{le=\"+Inf\"}} {all}");
    let _ = writeln!(text, "{NAME}_sum {:.3}", monitored.lateness_sum);
    let _ = writeln!(text, "{NAME}_count {all}");
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn sample(text: &mut String, name: &str, key: &LeaseKey, more: &str, value: f64) {
    let value = (value * 1000.0).round() / 1000.0;
    let _ = writeln!(text, "{name}{{{}{more}}} {value}", labels(key));
}

/// Names of Kubernetes need no escaping; who stores others sees them escaped.
fn labels(key: &LeaseKey) -> String {
    let (namespace, lease) = (escaped(&key.namespace), escaped(&key.name));
    format!("namespace=\"{namespace}\",lease=\"{lease}\"")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out
}
