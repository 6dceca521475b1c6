//! A call or a wait without a time limit when the lease is lost.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

pub static RULE: Rule = Rule {
    id: "blocking-call-on-loss",
    group: Group::Code,
    summary: "a call without a time limit delays the stop after a lost lease",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let Some(behaviour) = elector.behaviour() else {
        return;
    };
    for place in &behaviour.blocking {
        sink.report(
            Draft::new(*place, "a call without a time limit delays the stop after a lost lease")
                .help(
                    "A lease is usually lost because the API server does not answer. A call to it, or a wait without a \
                     time limit, then hangs in `OnStoppedLeading`, and the process lives on beside the new leader.",
                )
                .remedy("Give the call a context with a timeout, or make it after the work has ended."),
        );
    }
}
