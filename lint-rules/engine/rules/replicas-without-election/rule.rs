//! Several replicas without election, which all work at once.

use crate::world::{UnusedGrant, unused_grant};
use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{ElectionState, Elector};
use programs::{Resolved, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "replicas-without-election",
    group: Group::Replicas,
    summary: "two or more replicas of a program that can elect a leader, with leader election off (split brain)",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorInWorld(check),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    let program = elector.program;
    if !elector.workload.kind().has_replicas() || program.never_elects || program.replicas_are_fine
    {
        return;
    }
    if program.spec(Setting::Enable).is_none() {
        return;
    }
    // It does not start: `unknown-election-flag` says so.
    if elector.misspells_its_switch() {
        return;
    }
    let Some(count) = elector.replicas.count.filter(|count| *count >= 2) else {
        return;
    };
    let replicas = elector.replicas.origin.as_ref();
    if elector.state == ElectionState::Unknown {
        if let Resolved::Unknown(unknown) = &elector.switch {
            let place = unknown.place.unwrap_or_else(|| elector.name_place());
            let reason = format!(
                "{count} replicas run, and whether they elect is not known: {}",
                unknown.reason
            );
            sink.not_judged(place, unknown.code, reason);
        }
        return;
    }
    let (ElectionState::Off, Some(switch)) = (elector.state, elector.switch.known()) else {
        return;
    };
    let origin = &switch.origin;
    // For a base or a patch, another file may set the switch.
    if !origin.is_in_manifest() && (elector.fragment || elector.unbuilt) {
        return;
    }
    // `configured-but-off` reports that, with the grant that contradicts it.
    let unused = unused_grant(elector, context.access(), context.world());
    if !origin.is_in_manifest() && matches!(unused, Some(UnusedGrant::Certain(_))) {
        return;
    }
    let pods = match &elector.replicas.scaler {
        Some(scaler) => format!("at least {count} replicas run ({scaler})"),
        None => format!("{count} replicas run"),
    };
    let short = format!("{count} replicas run, but leader election is off");
    let (severity, message) = if origin.is_in_manifest() {
        (
            Severity::Error,
            first_fitting([
                format!("{pods}, but `{}` disables leader election", origin.text),
                format!(
                    "{count} replicas run, but `{}` disables leader election",
                    origin.text
                ),
                short,
            ]),
        )
    } else {
        (
            Severity::Info,
            first_fitting([
                format!("{pods}, but leader election is off ({})", origin.text),
                format!(
                    "{count} replicas run, but leader election is off ({})",
                    origin.text
                ),
                short,
            ]),
        )
    };
    let mut draft = Draft::new(elector.place_of(&elector.switch), message)
        .help(
            "Leader election is disabled, so every replica is active (split brain). The replicas reconcile the same objects \
             at the same time, overwrite each other's changes and repeat every external action.",
        )
        .remedy(format!("{}, or run one replica.", elector.how_to_switch_on()))
        .severity(severity);
    draft = draft.rests_on([origin]);
    if let Some(replicas) = replicas {
        draft = draft.related_origin(replicas, "the number of replicas");
    }
    sink.report(draft);
}
