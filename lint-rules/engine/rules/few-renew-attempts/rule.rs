//! `ceil(R/P)` renew attempts are certain: with too few a short outage of the API costs the leadership.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use election::timing_proposals::{as_written, renew_for, retry_for};
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
        1 => "only 1 renew attempt fits".to_owned(),
        more => format!("only {more} renew attempts fit"),
    };
    let message = first_fitting([
        format!(
            "{count} into {} with {}, fewer than {wanted}",
            elector.name_duration(Setting::RenewDeadline),
            elector.name_duration(Setting::RetryPeriod),
        ),
        format!(
            "{count} into renew deadline {} with retry period {}, fewer than {wanted}",
            as_written(timing.renew),
            as_written(timing.retry),
        ),
        format!("{count} into the renew deadline, fewer than {wanted}"),
    ]);
    let faster = Nanos(timing.renew.0 / i64::from(wanted.max(1)));
    let faster = match faster.whole_seconds() {
        0 => faster,
        seconds => Nanos::from_seconds(seconds),
    };
    // The customary fifth, as other rules propose it, unless more attempts are wanted.
    let faster = faster.min(retry_for(timing.renew));
    let slower = Some(Nanos(timing.retry.0.saturating_mul(i64::from(wanted))))
        .filter(|renew| renew_for(timing.lease, timing.retry).is_some_and(|most| *renew <= most));
    // An outage of up to attempts - 1 retry periods is survived.
    let lost = Nanos(timing.retry.0.saturating_mul(attempts.saturating_sub(1)));
    let happens = if attempts <= 1 {
        "One failed request".to_owned()
    } else {
        format!("An API outage of more than {}", as_written(lost))
    };
    let settings = [Setting::RenewDeadline, Setting::RetryPeriod];
    sink.report(
        Draft::of_durations(elector, &settings, message)
            .help(format!(
                "{happens} can end the leadership, and most programs exit then. A restart of one API server, a slow etcd or \
                 a few lost requests is enough."
            ))
            .remedy(elector.remedy(&[
                (Setting::RetryPeriod, Some(faster)),
                (Setting::RenewDeadline, slower),
            ])),
    );
}
