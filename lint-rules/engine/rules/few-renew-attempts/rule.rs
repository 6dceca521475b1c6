//! `ceil(R/P)` renew attempts are certain: with too few a short outage of the API costs the leadership.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{as_written, renew_for};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "few-renew-attempts",
    group: Group::Timing,
    summary: "too few renew attempts fit into the renew deadline",
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
    let wanted = sink.limits().min_renew_attempts;
    let attempts = timing.renew_attempts();
    if attempts >= i64::from(wanted) {
        return;
    }
    let count = match attempts {
        1 => "only 1 attempt is".to_owned(),
        more => format!("only {more} attempts are"),
    };
    let message = format!(
        "{count} certain to renew within {}, fewer than {wanted}, with {}",
        elector.name_duration(Setting::RenewDeadline),
        elector.name_duration(Setting::RetryPeriod),
    );
    let faster = Nanos(timing.renew.0 / i64::from(wanted.max(1)));
    let faster = match faster.whole_seconds() {
        0 => faster,
        seconds => Nanos::from_seconds(seconds),
    };
    let slower = Some(Nanos(timing.retry.0.saturating_mul(i64::from(wanted))))
        .filter(|renew| renew_for(timing.lease, timing.retry).is_some_and(|most| *renew <= most));
    // An outage of up to attempts - 1 retry periods is survived.
    let lost = Nanos(timing.retry.0.saturating_mul(attempts.saturating_sub(1)));
    sink.report(
        Draft::of_durations(elector, &[Setting::RenewDeadline, Setting::RetryPeriod], message).help(format!(
            "an API outage of more than {} ends the leadership, and most programs exit then; a restart \
             of one API server, a slow etcd or a few lost requests is enough; {}",
            as_written(lost),
            elector.remedy(&[
                (Setting::RetryPeriod, Some(faster)),
                (Setting::RenewDeadline, slower),
            ]),
        )),
    );
}
