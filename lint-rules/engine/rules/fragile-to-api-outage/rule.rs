//! How long an API outage the leader survives, against a target that the configuration sets.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, as_written, lease_for, promised};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "fragile-to-api-outage",
    group: Group::Timing,
    summary: "an API outage shorter than the target can end the leadership",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: true,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let Some(target) = sink.limits().api_outage_target else {
        return;
    };
    let Some(timing) = elector.judged_timing() else {
        return;
    };
    let Some(promises) = elector.promises() else {
        return;
    };
    let survived = promises.api_outage_survived;
    if survived >= target.as_seconds() {
        return;
    }
    let hanging = if promises.api_outage_survived_hanging < survived {
        format!(
            " If requests hang instead of failing, {} are enough.",
            promised(promises.api_outage_survived_hanging)
        )
    } else {
        String::new()
    };
    let message = format!(
        "an API outage of more than {} can end the leadership, below the target of {}",
        promised(survived),
        as_written(target),
    );
    // An outage of up to ceil(R/P) - 1 retry periods is survived.
    let retry = timing.retry.0.max(1);
    let periods = (target.0.max(1) - 1).div_euclid(retry).saturating_add(2);
    let renew = Nanos(periods.saturating_mul(timing.retry.0));
    let lease = lease_for(renew, timing.retry, elector.releases.value() == Some(&true));
    let values = [
        (Setting::RenewDeadline, renew),
        (Setting::LeaseDuration, lease),
    ];
    let remedy = match elector.assignments(&values).as_slice() {
        [renew, lease] => format!("Set {renew} and {lease}."),
        _ => elector.remedy(&[(Setting::RenewDeadline, None)]),
    };
    sink.report(
        Draft::of_durations(elector, &DURATIONS, message)
            .help(format!(
                "The leader gives up and its process restarts. From the end of the outage there is no leader for up to a full \
                 failover, because every standby waits a whole lease from its first read. Defragmentation of etcd and \
                 upgrades of the control plane often take 30 seconds.{hanging}"
            ))
            .remedy(remedy),
    );
}
