//! A library that compares wall clocks: an offset between the clocks of two nodes comes straight off the margin.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, in_seconds};
use programs::Nanos;

pub static RULE: Rule = Rule {
    id: "clock-offset-eats-margin",
    group: Group::Timing,
    summary: "the library compares wall clocks, so an offset between nodes comes off the margin",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let program = elector.program;
    if !program.library.compares_wall_clocks() || elector.fragment || !elector.timing_matters() {
        return;
    }
    // With one pod nobody else reads its timestamps, but for the moments of a rollout.
    if elector.replicas.count == Some(1) {
        return;
    }
    let Some(timing) = elector.timing() else {
        return;
    };
    let used = timing.renew.0.saturating_add(timing.retry.0);
    let margin = Nanos(timing.lease.0.saturating_sub(used));
    // Numbers without a margin belong to other rules.
    if timing.retry <= Nanos::ZERO || timing.renew <= Nanos::ZERO || margin <= Nanos::ZERO {
        return;
    }
    let message = format!(
        "a clock offset above {} between two nodes makes two leaders",
        in_seconds(margin)
    );
    sink.report(
        Draft::of_durations(elector, &DURATIONS, message)
            .help(format!(
                "A standby compares its own wall clock with the time that the leader wrote into the lock ({}). If its \
                 clock is ahead by more than the lease duration less renew deadline and retry period, it acquires the \
                 lock while the old leader is still active. Slow requests reduce the margin further.",
                program.library.name()
            ))
            .remedy(
                "Keep the clocks of all nodes synchronised (NTP or chrony) and alert on their offset, or choose a longer \
                 lease duration.",
            ),
    );
}
