//! ReleaseOnCancel with a context that is never cancelled.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::RunContext;

pub static RULE: Rule = Rule {
    id: "run-context-never-cancelled",
    group: Group::Code,
    summary: "the lease is never released: nothing cancels the context of the elector",
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
    let releases = elector.releases.known().filter(|releases| releases.value);
    let (RunContext::Endless, Some(run), Some(releases)) =
        (behaviour.context, behaviour.run, releases)
    else {
        return;
    };
    sink.report(
        Draft::new(run, "the lease is never released: nothing cancels the context of the elector")
            .help(
                "The program is built to release its lease on exit, and its elector runs with a context that has no \
                 end. SIGTERM ends the process without a release, and a standby waits for the lease to expire.",
            )
            .remedy(
                "Run the elector with a context that a signal cancels: `signal.NotifyContext(context.Background(), \
                 syscall.SIGTERM)`.",
            )
            .related_origin(&releases.origin, "the lease is to be released on exit"),
    );
}
