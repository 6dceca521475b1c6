//! The time without a leader after a crash, compared with a limit.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, as_written, promised};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "slow-failover",
    group: Group::Timing,
    summary: "after a crash of the leader nobody leads for longer than the limit",
    severity: Severity::Info,
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
    let limit = sink.limits().failover_target;
    let Some(promises) = elector.promises() else {
        return;
    };
    let Some(worst) = promises.failover_after_crash_worst else {
        return;
    };
    if worst <= limit.as_seconds() {
        return;
    }
    let usual = promises
        .failover_after_crash_p99
        .map_or_else(String::new, |usual| {
            format!("; 99 of 100 takeovers come within {}", promised(usual))
        });
    let message = format!(
        "a crash of the leader leaves nobody leading for up to {}, above the limit of {}",
        promised(worst),
        as_written(limit),
    );
    // L' + 4.4 P with P = L/7.5, as in 15s and 2s, is the limit.
    let seconds = Nanos(limit.0 / 24 * 15).whole_seconds();
    let lease = Some(Nanos::from_seconds(seconds)).filter(|lease| *lease < timing.lease);
    sink.report(Draft::of_durations(elector, &DURATIONS, message).help(format!(
        "standbys wait out the whole lease of {} from their first look on, and meanwhile nothing \
         is reconciled{usual}; {}, with renew deadline and retry period in proportion",
        as_written(timing.lease),
        elector.remedy(&[(Setting::LeaseDuration, lease)]),
    )));
}
