//! `E <= R + P`: a leader that is cut off from the API still works when another may already lead.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use election::timing::Timing;
use election::timing_proposals::{DURATIONS, in_seconds, lease_for, renew_for, retry_for};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "two-leader-window",
    group: Group::Timing,
    summary: "after a partition the old leader outlives its lease: two leaders (split brain)",
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
    let meanwhile = if overlap == Nanos::ZERO {
        "With any delay both are active (split brain)"
    } else {
        "In between both are active (split brain)"
    };
    let (stops, takeover) = (in_seconds(stops), in_seconds(takeover));
    let message = if overlap == Nanos::ZERO {
        format!(
            "no margin after a partition: the old leader stops and the next may start after {stops}"
        )
    } else {
        let window = in_seconds(overlap);
        first_fitting([
            format!(
                "two leaders for up to {window} after a partition: the old until {stops}, the next from {takeover}"
            ),
            format!("two leaders for up to {window} after a partition"),
        ])
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
            " Standbys do not see renewals after the first within one second, so they may take over {} earlier.",
            in_seconds(stale),
        ),
    };
    sink.report(
        Draft::of_durations(elector, &DURATIONS, message)
            .help(format!(
                "client-go accepts these numbers. But a leader that cannot reach the API server stops only {stops} after its \
                 last renewal (retry period plus renew deadline), and a standby may acquire the expired lease after \
                 {takeover}. {meanwhile}, and their writes meet.{hidden}"
            ))
            .remedy(elector.remedy(&[longer, shorter, faster])),
    );
}
