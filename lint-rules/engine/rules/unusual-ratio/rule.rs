//! Valid durations in an unusual proportion.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, as_written, renew_for};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "unusual-ratio",
    group: Group::Timing,
    summary: "the three durations are far from the customary proportion of 15 to 10 to 2",
    severity: Severity::Info,
    profile: Profile::Pedantic,
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
    let (lease, renew) = (i128::from(timing.lease.0), i128::from(timing.renew.0));
    let retry = i128::from(timing.retry.0);
    let unusual_renew = renew * 2 < lease || renew * 5 > lease * 4;
    let unusual_retry = retry * 3 > renew;
    let mut faults = Vec::new();
    if unusual_renew {
        let percent = renew * 100 / lease.max(1);
        faults.push(format!(
            "renew deadline {} is {percent} % of lease duration {}, not 50 to 80 %",
            as_written(timing.renew),
            as_written(timing.lease),
        ));
    }
    if unusual_retry {
        faults.push(format!(
            "retry period {} is above a third of renew deadline {}",
            as_written(timing.retry),
            as_written(timing.renew),
        ));
    }
    if faults.is_empty() {
        return;
    }
    let fitting = |seconds: i64| (seconds > 0).then_some(Nanos::from_seconds(seconds));
    let mut proposals = Vec::new();
    if unusual_renew {
        proposals.push((
            Setting::RenewDeadline,
            renew_for(timing.lease, timing.retry),
        ));
    }
    if unusual_retry {
        proposals.push((
            Setting::RetryPeriod,
            fitting(timing.renew.whole_seconds() / 5),
        ));
    }
    let first = faults.first().cloned().unwrap_or_default();
    let also = faults
        .get(1)
        .map_or_else(String::new, |other| format!(" Besides, {other}."));
    sink.report(
        Draft::of_durations(elector, &DURATIONS, first)
            .help(format!(
                "The customary 15s, 10s and 2s leave room for five attempts to renew and for a clock that runs a quarter slow. \
                 Other proportions work, but give up one of the two.{also}"
            ))
            .remedy(elector.remedy(&proposals)),
    );
}
