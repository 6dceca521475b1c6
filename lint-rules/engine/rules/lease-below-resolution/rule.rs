//! `E <= P`: the lease may expire before the next renewal is due.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{as_written, in_seconds, lease_for};
use programs::Setting;

pub static RULE: Rule = Rule {
    id: "lease-below-resolution",
    group: Group::Timing,
    summary: "even a healthy leader can lose its lease between two renewals",
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
    let takeover = timing.earliest_takeover();
    if takeover > timing.retry {
        return;
    }
    let message = format!(
        "a standby may take over {} after a renewal, but the next renewal comes after {}",
        in_seconds(takeover),
        as_written(timing.retry),
    );
    let lease = lease_for(timing.renew, timing.retry, false);
    let settings = [Setting::LeaseDuration, Setting::RetryPeriod];
    sink.report(
        Draft::of_durations(elector, &settings, message)
            .help(format!(
                "The Lease stores {}, and standbys distinguish renewals by whole seconds. A healthy leader loses its lease \
                 between two renewals, so leadership moves between the replicas without any fault.",
                as_written(timing.stored_lease()),
            ))
            .remedy(elector.remedy(&[(Setting::LeaseDuration, Some(lease))])),
    );
}
