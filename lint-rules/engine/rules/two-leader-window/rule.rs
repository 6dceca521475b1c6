//! `E <= R + P`: a leader that is cut off from the API still works when another may already lead.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing::Timing;
use election::timing_proposals::{DURATIONS, in_seconds, lease_for, renew_for, retry_for};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "two-leader-window",
    group: Group::Timing,
    summary: "after a partition the old leader outlives its lease",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let Some(timing) = elector.judged_timing() else {
        return;
    };
    let takeover = timing.earliest_takeover();
    let stops = timing.leader_stops_after();
    if takeover > stops {
        return;
    }
    let overlap = Nanos(stops.0.saturating_sub(takeover.0));
    let message = if overlap == Nanos::ZERO {
        format!(
            "no margin after a partition: the old leader stops {0} after its last renewal, and \
             the next may start after {0}",
            in_seconds(stops),
        )
    } else {
        format!(
            "two leaders for up to {} after a partition: the old one stops {} after its last \
             renewal, the next may start after {}",
            in_seconds(overlap),
            in_seconds(stops),
            in_seconds(takeover),
        )
    };
    let longer = (
        Setting::LeaseDuration,
        Some(lease_for(timing.renew, timing.retry, false)),
    );
    let shorter = (
        Setting::RenewDeadline,
        renew_for(timing.lease, timing.retry),
    );
    let retry = retry_for(timing.renew);
    let quicker = Timing { retry, ..timing };
    let holds = quicker.earliest_takeover() > quicker.leader_stops_after();
    let faster = (
        Setting::RetryPeriod,
        (holds && retry >= Nanos::SECOND).then_some(retry),
    );
    let hidden = match timing.staleness() {
        Nanos::ZERO => String::new(),
        stale => format!(
            " (renewals within one second look alike to standbys, so they may take over {} early)",
            in_seconds(stale),
        ),
    };
    sink.report(Draft::of_durations(elector, &DURATIONS, message).help(format!(
        "client-go accepts these numbers, but a leader that cannot reach the API server gives up \
         only a retry period plus the renew deadline after its last renewal{hidden}; until then \
         both replicas reconcile, and their writes meet; {}",
        elector.remedy(&[longer, shorter, faster]),
    )));
}
