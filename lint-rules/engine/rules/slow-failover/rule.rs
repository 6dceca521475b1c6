//! The time without a leader after a crash, compared with a limit.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, as_written, promised};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "slow-failover",
    group: Group::Timing,
    summary: "after a crash of the leader there is no leader for longer than the limit",
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
            format!(" 99 of 100 takeovers come within {}.", promised(usual))
        });
    let message = format!(
        "after a crash there may be no leader for up to {}, above the limit of {}",
        promised(worst),
        as_written(limit),
    );
    // L' + 4.4 P with P = L/7.5, as in 15s and 2s, is the limit.
    let lease = Nanos::from_seconds(Nanos(limit.0 / 24 * 15).whole_seconds());
    let remedy = elector
        .set_all(lease.min(timing.lease))
        .unwrap_or_else(|| elector.remedy(&[(Setting::LeaseDuration, None)]));
    sink.report(
        Draft::of_durations(elector, &DURATIONS, message)
            .help(format!(
                "Every standby waits the whole lease of {} from its first read of the lock, and nothing is reconciled in \
                 the meantime.{usual}",
                as_written(timing.lease),
            ))
            .remedy(remedy),
    );
}
