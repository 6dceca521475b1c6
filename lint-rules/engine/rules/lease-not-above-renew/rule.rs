//! `L <= R`: client-go's constructor refuses it; with a library that does not check it, two pods may lead.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use election::timing_proposals::{as_written, lease_for, renew_for};
use programs::{Library, Nanos, Resolved, Setting};

pub static RULE: Rule = Rule {
    id: "lease-not-above-renew",
    group: Group::Timing,
    summary: "the lease duration is not above the renew deadline",
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
    let is_checked = elector.program.timing_check().is_some();
    let judged = is_checked || matches!(library, Library::Fabric8 | Library::KubeOps);
    if !judged || !elector.timing_matters() {
        return;
    }
    for duration in [&elector.lease, &elector.renew] {
        if let Resolved::Unknown(unknown) = duration {
            let place = unknown.place.unwrap_or_else(|| elector.name_place());
            sink.not_judged(place, unknown.code, unknown.reason.clone());
            return;
        }
    }
    let (Some(lease), Some(renew)) = (elector.lease.known(), elector.renew.known()) else {
        return;
    };
    let lease_written = lease.origin.is_written();
    let renew_written = renew.origin.is_written();
    // Values that are not positive belong to `non-positive-duration`; defaults alone are not the manifest's fault.
    let positive = lease.value > Nanos::ZERO && renew.value > Nanos::ZERO;
    let written = if elector.fragment {
        lease_written && renew_written
    } else {
        lease_written || renew_written
    };
    if !positive || !written || lease.value > renew.value {
        return;
    }

    let (lease_words, renew_words) = (
        elector.name_duration(Setting::LeaseDuration),
        elector.name_duration(Setting::RenewDeadline),
    );
    let (lease_value, renew_value) = (as_written(lease.value), as_written(renew.value));
    let message = if lease_written {
        first_fitting([
            format!("{lease_words} is not above {renew_words}"),
            format!("lease duration {lease_value} is not above renew deadline {renew_value}"),
        ])
    } else {
        first_fitting([
            format!("{renew_words} is not below {lease_words}"),
            format!("renew deadline {renew_value} is not below lease duration {lease_value}"),
        ])
    };
    let retry = elector
        .retry
        .value()
        .copied()
        .unwrap_or(Nanos::from_seconds(2));
    let releases = elector.releases.value() == Some(&true);
    let longer = (
        Setting::LeaseDuration,
        Some(lease_for(renew.value, retry, releases)),
    );
    let shorter = (Setting::RenewDeadline, renew_for(lease.value, retry));
    // The remedy changes a written value before a default.
    let proposals = if lease_written {
        [longer, shorter]
    } else {
        [shorter, longer]
    };
    let remedy = elector.remedy(&proposals);
    let draft = Draft::of_durations(
        elector,
        &[Setting::LeaseDuration, Setting::RenewDeadline],
        message,
    );
    let (help, severity) = if is_checked {
        let help = format!(
            "{} checks this before the first attempt to acquire the lock, so the program exits at start. Every replica is \
             in CrashLoopBackOff, and nothing that the program controls is reconciled.",
            library.name(),
        );
        (help, Severity::Error)
    } else {
        let help = format!(
            "{} starts without checking this. A leader that cannot reach the API server still works when its lease has expired \
             and a standby has acquired it: two leaders (split brain).",
            elector.program_as_subject(),
        );
        (help, Severity::Warning)
    };
    let excess = Nanos(renew.value.0.saturating_sub(lease.value.0));
    let draft = draft.help(help).remedy(remedy).severity(severity);
    sink.report(draft.excess(excess).fix_durations(elector, &proposals));
}
