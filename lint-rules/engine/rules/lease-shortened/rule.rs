//! A shorter lease: candidates that use their own setting wait for less time than the old leader relies on.

use crate::{Change, Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Overlap;
use programs::Nanos;

/// The record.
pub static RULE: Rule = Rule {
    id: "lease-shortened",
    group: Group::Transitions,
    summary: "the change shortens the lease while candidates of both revisions run",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Change,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Change(check),
};

fn check(change: &Change<'_, '_>, sink: &mut Sink<'_>) {
    let Some(after) = change.keeps_electing() else {
        return;
    };
    let Some(rollout) = change.rollout() else {
        return;
    };
    if matches!(rollout.overlap, Overlap::Never | Overlap::Apart) {
        return;
    }
    let Some(pair) = change.differing(|elector| &elector.lease, "lease duration", sink) else {
        return;
    };
    let (was, is) = (pair.before.value, pair.after.value);
    if is >= was || is <= Nanos::ZERO {
        return;
    }
    // A program that refuses its settings does not start, and takes nothing over.
    if after.timing().is_some()
        && after.program.library.is_client_go()
        && after.accepted_timing().is_none()
    {
        return;
    }
    let before = change.before;
    let window = before
        .timing()
        .map(|timing| timing.leader_stops_after())
        .and_then(|stops| {
            let short = stops.0.checked_sub(is.0).filter(|short| *short >= 0)?;
            Some((stops, Nanos(short)))
        });
    // Other libraries go by the candidate's own setting in every version, or it is not known.
    let (who, later, remedy) = if after.program.library.is_client_go() {
        (
            "A candidate built with client-go before 0.27 waits",
            " Later versions wait for what the leader wrote into the Lease.",
            "With client-go 0.27 or later nothing is to be done. With an older one shorten the renew deadline first, in a \
             rollout of its own.",
        )
    } else {
        (
            "A candidate may wait",
            "",
            "Shorten the renew deadline first, in a rollout of its own.",
        )
    };
    let happens = match window {
        Some((stops, short)) => format!(
            "A new pod takes over {is} after the last renewal that it saw, and an old leader that cannot renew may lead until \
             {stops} after it, {short} longer (split brain)."
        ),
        None => "Until the last old pod has ended, the two revisions wait for different times."
            .to_owned(),
    };
    let place = after.place_of(&after.lease);
    let draft = Draft::new(place, format!("the lease is shortened from {was} to {is}"))
        .help(format!(
            "{who} for its own lease duration. {happens}{later}"
        ))
        .remedy(remedy)
        .rests_on([&pair.before.origin, &pair.after.origin])
        .related_origin(&pair.before.origin, format!("it was {was} here"));
    change.report(draft, sink);
}
