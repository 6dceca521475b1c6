//! The client of the lock has no timeout.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::Library;

pub static RULE: Rule = Rule {
    id: "no-client-timeout",
    group: Group::Code,
    summary: "requests for the lease have no timeout",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let source = elector.source.as_deref().filter(|_| elector.is_on());
    let makes_client = elector
        .behaviour()
        .is_some_and(|behaviour| behaviour.makes_client);
    let (Some(source), Some(false), true) = (source, elector.program.client_timeout, makes_client)
    else {
        return;
    };
    sink.report(
        Draft::new(source.place, "requests for the lease have no timeout")
            .help(
                "A request that is never answered hangs until the renew deadline and costs the leader its lease. On a \
                 standby it hangs for longer, and the standby does not look at the lease again meanwhile.",
            )
            .remedy(match elector.program.library {
                // The timeout of the manager's own config would end its watches, too.
                Library::ControllerRuntime => {
                    "Take controller-runtime 0.20 or newer, which sets one (as 0.18.6 and 0.19.3 do), or give \
                     `LeaderElectionConfig` a copy of the config whose `Timeout` is half the renew deadline."
                }
                _ => {
                    "Give the client of the lock a timeout of half the renew deadline: `config.Timeout`, or \
                     `resourcelock.NewFromKubeconfig`, which sets it."
                }
            }),
    );
}
