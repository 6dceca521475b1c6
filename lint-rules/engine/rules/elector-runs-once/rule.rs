//! The elector runs once in a goroutine of its own, and the process lives on when it ends.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::LossBehaviour;

pub static RULE: Rule = Rule {
    id: "elector-runs-once",
    group: Group::Code,
    summary: "the elector runs once, and nothing acts on its end",
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
    let once = behaviour.in_goroutine && !behaviour.in_loop;
    let (LossBehaviour::Continues, Some(run), true) = (behaviour.on_loss, behaviour.run, once)
    else {
        return;
    };
    sink.report(
        Draft::new(run, "the elector runs once, and nothing acts on its end")
            .help(
                "`Run` returns when the lease is lost. In a goroutine of its own the process does not notice: the pod \
                 stays Ready and never leads again. When each replica has lost the lease once, no replica leads.",
            )
            .remedy(
                "End the process when it returns: `go func() { elector.Run(ctx); os.Exit(0) }()`. Or run it in a loop \
                 until the context ends.",
            ),
    );
}
