//! A retry period below one second: many writes, most of which standbys cannot distinguish.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
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
    let message = format!(
        "{} makes {writes} writes an hour",
        elector.name_duration(Setting::RetryPeriod),
    );
    let unseen = if library.is_client_go() {
        "standbys tell renewals apart by whole seconds, so all but the first within one second \
         are invisible to them, and they may take over that much earlier"
    } else {
        "a Lease counts in whole seconds, so faster renewals buy nothing"
    };
    sink.report(Draft::of_durations(elector, &[Setting::RetryPeriod], message).help(format!(
        "each write goes through etcd's log on every control plane node, also when nothing else \
         happens in the cluster; {unseen}; {}",
        elector.remedy(&[(Setting::RetryPeriod, Some(Nanos::from_seconds(2)))]),
    )));
}
