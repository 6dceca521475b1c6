//! After a lost lease the process neither ends nor takes part again.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::LossBehaviour;

pub static RULE: Rule = Rule {
    id: "stop-without-exit",
    group: Group::Code,
    summary: "after a lost lease the process lives on and never leads again",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // One rule of the group says it for all.
    if let Some(because) = &elector.not_tied {
        sink.not_judged(elector.name_place(), because.code, &because.reason);
    }
    let Some(behaviour) = elector.behaviour() else {
        return;
    };
    let runs_once = behaviour.in_goroutine && !behaviour.in_loop;
    let (LossBehaviour::Continues, Some(run), false) =
        (behaviour.on_loss, behaviour.run, runs_once)
    else {
        return;
    };
    let draft = Draft::new(run, "after a lost lease the process lives on and never leads again")
        .help(
            "An elector that has lost its lease ends for good. The process goes on without it: the pod stays Ready and \
             never leads again. When each replica has lost the lease once, no replica leads.",
        )
        .remedy(
            "End the process in `OnStoppedLeading`, or when `Run` returns: `os.Exit(0)`. Kubernetes restarts the pod, \
             and it takes part again.",
        );
    sink.report(match behaviour.waits_after {
        Some(waits) if waits != run => draft.related(waits, "the process waits here"),
        _ => draft,
    });
}
