//! A liveness probe every second: a rule written as CONTRIBUTING.md says, for the test that adds it.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

/// The record.
pub static RULE: Rule = Rule {
    id: "frequent-liveness-probe",
    group: Group::Replicas,
    summary: "the liveness probe runs every second",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &["spec.template.spec.containers[].livenessProbe"],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let probe = elector.container.node().get("livenessProbe");
    let Some(period) = probe.and_then(|probe| probe.get("periodSeconds")) else {
        return;
    };
    if period.as_i64() == Some(1) {
        let place = elector.container.place(period);
        sink.report(
            Draft::new(place, "the liveness probe runs every second")
                .help("The kubelet starts a request or a process every second, for every pod.")
                .remedy("Set a longer period."),
        );
    }
}
