//! The work of the leader ignores the context that ends with the leadership.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::LossBehaviour;

pub static RULE: Rule = Rule {
    id: "leading-context-ignored",
    group: Group::Code,
    summary: "the work of the leader does not stop when the lease is lost",
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
    let goes_on = matches!(
        behaviour.on_loss,
        LossBehaviour::Continues | LossBehaviour::Rejoins
    );
    let (Some(started), Some(false), true) =
        (behaviour.started, behaviour.uses_leading_context, goes_on)
    else {
        return;
    };
    sink.report(
        Draft::new(started, "the work of the leader does not stop when the lease is lost")
            .help(
                "`OnStartedLeading` is given a context that ends with the leadership. The work does not use it, and the \
                 process does not end on a lost lease: the old leader goes on beside the new one (split brain).",
            )
            .remedy("Pass that context to the work, or end the process in `OnStoppedLeading`."),
    );
}
