//! `R <= 1.2 * P`: client-go's constructor refuses it, as others do with a factor of their own; without a check no
//! second attempt fits in.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use election::timing_proposals::{as_written, retry_for};
use programs::{Library, Nanos, Resolved, Setting, TimingCheck};

pub static RULE: Rule = Rule {
    id: "renew-not-above-retry",
    group: Group::Timing,
    summary: "the renew deadline is not above 1.2 times the retry period",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let library = elector.program.library;
    let check = elector.program.timing_check();
    let judged = check.is_some() || matches!(library, Library::Fabric8 | Library::KubeOps);
    if !judged || !elector.timing_matters() {
        return;
    }
    for duration in [&elector.renew, &elector.retry] {
        if let Resolved::Unknown(unknown) = duration {
            let place = unknown.place.unwrap_or_else(|| elector.name_place());
            sink.not_judged(place, unknown.code, unknown.reason.clone());
            return;
        }
    }
    let (Some(renew), Some(retry)) = (elector.renew.known(), elector.retry.known()) else {
        return;
    };
    let renew_written = renew.origin.is_written();
    let retry_written = retry.origin.is_written();
    let written = if elector.fragment {
        renew_written && retry_written
    } else {
        renew_written || retry_written
    };
    let demand = check.unwrap_or(TimingCheck::CLIENT_GO);
    let (least, factor) = (demand.least_renew(retry.value), demand.factor_text());
    let positive = renew.value > Nanos::ZERO && retry.value > Nanos::ZERO;
    if !positive || !written || renew.value > least {
        return;
    }

    let (renew_words, retry_words) = (
        elector.name_duration(Setting::RenewDeadline),
        elector.name_duration(Setting::RetryPeriod),
    );
    let (renew_value, retry_value) = (as_written(renew.value), as_written(retry.value));
    let excess = Nanos(least.0.saturating_sub(renew.value.0));
    let least = as_written(least);
    let message = if renew_written {
        first_fitting([
            format!("{renew_words} is not above {factor} times {retry_words}, which is {least}"),
            format!(
                "renew deadline {renew_value} is not above {factor} times retry period {retry_value}, which is {least}"
            ),
        ])
    } else {
        first_fitting([
            format!("{retry_words} times {factor} is {least}, not below {renew_words}"),
            format!(
                "retry period {retry_value} times {factor} is {least}, not below renew deadline {renew_value}"
            ),
        ])
    };
    let slower = Some(Nanos(retry.value.0.saturating_mul(3)))
        .filter(|renew| elector.lease.value().is_none_or(|lease| lease > renew));
    let faster = Some(retry_for(renew.value));
    let (slower, faster) = (
        (Setting::RenewDeadline, slower),
        (Setting::RetryPeriod, faster),
    );
    let proposals = if renew_written {
        [slower, faster]
    } else {
        [faster, slower]
    };
    let remedy = elector.remedy(&proposals);
    let draft = Draft::of_durations(
        elector,
        &[Setting::RenewDeadline, Setting::RetryPeriod],
        message,
    );
    let (help, severity) = if check.is_some() {
        let help = format!(
            "{} checks this before the first attempt to acquire the lock, so the program exits at start. Every replica is \
             in CrashLoopBackOff, and nothing that the program controls is reconciled.",
            library.name(),
        );
        (help, Severity::Error)
    } else {
        let help = format!(
            "{} starts without checking this. Its leader has one attempt to renew, so one failed request can cost the \
             leadership.",
            elector.program_as_subject(),
        );
        (help, Severity::Warning)
    };
    let draft = draft.help(help).remedy(remedy).severity(severity);
    sink.report(draft.excess(excess).fix_durations(elector, &proposals));
}
