//! `E <= P + 2R` in a program that releases on exit: while the release hangs, the leader keeps working.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing_proposals::{DURATIONS, in_seconds, lease_for, promised};
use programs::{Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "release-outlives-lease",
    group: Group::Timing,
    summary: "a hanging release lets the old leader outlive its lease",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if elector.releases.value() != Some(&true) {
        return;
    }
    let Some(timing) = elector.judged_timing() else {
        return;
    };
    let takeover = timing.earliest_takeover();
    let stops = timing.leader_stops_after_hung_release();
    if takeover > stops {
        return;
    }
    let overlap = Nanos(stops.0.saturating_sub(takeover.0));
    // With a client timeout a release without any answer takes less; the full figure needs one late answer.
    let unanswered = if elector.known_client_timeout() != Some(false) {
        timing
            .leader_stops_after()
            .0
            .saturating_add(timing.client_timeout().min(timing.renew).0)
    } else {
        stops.0
    };
    let unanswered = Nanos(unanswered.saturating_sub(takeover.0));
    let usual = if unanswered == overlap {
        String::new()
    } else if unanswered > Nanos::ZERO {
        format!(
            " If no request of the release is answered, the overlap is {}.",
            in_seconds(unanswered)
        )
    } else {
        " This needs one answer of the release that comes late.".to_owned()
    };
    let message = if overlap == Nanos::ZERO {
        "while its release hangs, the old leader may work to the very end of its lease".to_owned()
    } else {
        format!(
            "while its release hangs, the old leader may work for {} beyond its lease",
            in_seconds(overlap),
        )
    };
    let severity = if sink.strict() {
        Severity::Warning
    } else {
        Severity::Info
    };
    let longer = (
        Setting::LeaseDuration,
        Some(lease_for(timing.renew, timing.retry, true)),
    );
    let off = elector
        .program
        .spec(Setting::ReleaseOnCancel)
        .and_then(|spec| spec.flags.first());
    let off = off.map_or_else(String::new, |flag| {
        format!(" Or disable the release on exit with `--{flag}=false`.")
    });
    sink.report(
        Draft::of_durations(elector, &DURATIONS, message)
            .help(format!(
                "When renewals fail, client-go tries to release the lease before the program stops its work. If packets are \
                 dropped, this can last until {} after the last renewal, and a standby may lead after {}: two leaders (split \
                 brain).{usual}",
                in_seconds(stops),
                promised(takeover.as_seconds()),
            ))
            .remedy(format!("{}{off}", elector.remedy(&[longer])))
            .severity(severity),
    );
}
