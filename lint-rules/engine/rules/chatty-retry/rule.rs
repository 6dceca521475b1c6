//! A retry period below one second: many writes, most of which standbys cannot distinguish.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use election::timing_proposals::as_written;
use programs::{Library, Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "chatty-retry",
    group: Group::Timing,
    summary: "a retry period below one second writes to etcd more often than it helps",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let library = elector.program.library;
    if !(library.is_client_go() || library == Library::Fabric8) || !elector.timing_matters() {
        return;
    }
    let Some(retry) = elector.retry.known() else {
        return;
    };
    let whole = !elector.fragment || retry.origin.is_written();
    // Below a millisecond it is a mistake, which `implausible-duration` reports.
    let chatty = retry.value >= Nanos::from_millis(1) && retry.value < Nanos::SECOND;
    if !whole || !chatty {
        return;
    }
    let writes = 3_600_000_000_000 / retry.value.0;
    let message = first_fitting([
        format!(
            "{} makes {writes} writes an hour",
            elector.name_duration(Setting::RetryPeriod)
        ),
        format!(
            "retry period {} makes {writes} writes an hour",
            as_written(retry.value)
        ),
    ]);
    let unseen = if library.is_client_go() {
        "Standbys distinguish renewals by whole seconds. They do not see those after the first within one second, and may \
         take over that much earlier."
    } else {
        "A Lease counts in whole seconds, so faster renewals gain nothing."
    };
    let slower = (Setting::RetryPeriod, Some(Nanos::from_seconds(2)));
    sink.report(
        Draft::of_durations(elector, &[Setting::RetryPeriod], message)
            .help(format!(
                "Each write goes through etcd's log on every control plane node, also while nothing else happens in the \
                 cluster. {unseen}"
            ))
            .remedy(elector.remedy(&[slower])),
    );
}
