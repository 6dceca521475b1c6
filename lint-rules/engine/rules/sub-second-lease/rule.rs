//! A lease below one second is stored as zero seconds, which the API server refuses.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::lease_for;
use programs::{Library, Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "sub-second-lease",
    group: Group::Timing,
    summary: "a lease duration below one second can never be stored",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let library = elector.program.library;
    let writes_leases = library.is_client_go() || library == Library::Fabric8;
    let other_lock = elector
        .lock_type
        .value()
        .is_some_and(|lock| lock != "leases");
    if !writes_leases || other_lock || !elector.timing_matters() {
        return;
    }
    let Some(lease) = elector.lease.known() else {
        return;
    };
    let below = lease.value > Nanos::ZERO && lease.value < Nanos::SECOND;
    if !below || !lease.origin.is_written() {
        return;
    }
    let renew = elector.renew.value().copied().unwrap_or_default();
    let retry = elector.retry.value().copied().unwrap_or_default();
    let needed = lease_for(renew, retry, false).max(Nanos::from_seconds(2));
    let remedy = elector.remedy(&[(Setting::LeaseDuration, Some(needed))]);
    let message = format!(
        "{} is stored as 0 seconds, which the API server rejects",
        elector.name_duration(Setting::LeaseDuration),
    );
    sink.report(
        Draft::of_durations(elector, &[Setting::LeaseDuration], message)
            .help(
                "A Lease stores whole seconds. The program starts, but every attempt to create or acquire the Lease is \
                 rejected (422 Unprocessable Entity), so no replica becomes leader.",
            )
            .remedy(remedy),
    );
}
