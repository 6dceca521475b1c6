//! ReleaseOnCancel with one context for the election and for the work.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::{Library, RunContext};

pub static RULE: Rule = Rule {
    id: "release-before-work-ends",
    group: Group::Code,
    summary: "the lease is released while the work of the leader may still run",
    severity: Severity::Warning,
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
    // controller-runtime waits for the work before it gives up the lease.
    let is_plain = elector.program.library == Library::ClientGo;
    let releases = elector.releases.known().filter(|releases| releases.value);
    let (true, Some(releases), Some(started), Some(true), RunContext::Signal) = (
        is_plain,
        releases,
        behaviour.started,
        behaviour.uses_leading_context,
        behaviour.context,
    ) else {
        return;
    };
    let place = behaviour.run.unwrap_or(started);
    sink.report(
        Draft::new(place, "the lease is released while the work of the leader may still run")
            .help(
                "One signal cancels the election and the work. client-go then releases the lease without waiting for \
                 the work, and a standby leads while the old leader still finishes: two leaders on every rollout.",
            )
            .remedy(
                "Cancel the context of `Run` only after the work has ended: give the work a context of its own, wait \
                 for it, then cancel the election.",
            )
            .related(started, "the work of the leader ends with the same context")
            .related_origin(&releases.origin, "the lease is released on exit"),
    );
}
