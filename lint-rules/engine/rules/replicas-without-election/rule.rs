//! Several replicas without election, which all work at once.

use crate::world::{UnusedGrant, unused_grant};
use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{ElectionState, Elector};
use objects::LedgerCode;
use programs::{Origin, Resolved, Setting};

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
    let serving = elector.serving_sign();
    if let Some(sign) = serving.as_ref().filter(|sign| sign.is_name) {
        let reason = format!(
            "{count} replicas run without leader election, which is right for a program that only answers requests, as {} says",
            sign.text
        );
        sink.not_judged(sign.place, LedgerCode::ServesRequests, reason);
        return;
    }
    let (severity, message) = verdict(elector, count, origin);
    let serving = serving.map(|sign| (sign.place, sign.text)).or_else(|| {
        let service = context.world().called_service(elector.workload);
        let service = service.filter(|_| program.generic)?;
        let text = format!("Service `{}`, which the API server calls", service.name);
        Some((service.place, text))
    });
    let on = elector.how_to_switch_on();
    let draft = Draft::new(elector.place_of(&elector.switch), message);
    let mut draft = match serving {
        Some((place, sign)) => draft
            .help(format!(
                "Leader election is disabled, so every replica is active. That is right for webhooks, and the program seems to \
                 serve some ({sign}). If it has controllers, too, the replicas reconcile the same objects at the same time \
                 (split brain)."
            ))
            .remedy(format!(
                "{on}, unless the program has no controllers. Standbys answer webhooks, too."
            ))
            .severity(severity.min(Severity::Warning))
            .related(place, "a sign of webhooks"),
        None => draft
            .help(
                "Leader election is disabled, so every replica is active (split brain). The replicas reconcile the same objects \
                 at the same time, overwrite each other's changes and repeat every external action.",
            )
            .remedy(format!("{on}, or run one replica."))
            .severity(severity),
    };
    draft = draft.rests_on([origin]);
    if let Some(replicas) = elector.replicas.origin.as_ref() {
        draft = draft.related_origin(replicas, "the number of replicas");
    }
    sink.report(draft);
}

/// The severity and the message of an election that is off in `count` replicas.
fn verdict(elector: &Elector<'_>, count: u32, origin: &Origin) -> (Severity, String) {
    let (severity, how) = if origin.is_in_manifest() {
        let how = format!("`{}` disables leader election", origin.text);
        (Severity::Error, how)
    } else {
        let how = format!("leader election is off ({})", origin.text);
        (Severity::Info, how)
    };
    let pods = match &elector.replicas.scaler {
        Some(scaler) => format!("at least {count} replicas run ({scaler})"),
        None => format!("{count} replicas run"),
    };
    let message = first_fitting([
        format!("{pods}, but {how}"),
        format!("{count} replicas run, but {how}"),
        format!("{count} replicas run, but leader election is off"),
    ]);
    (severity, message)
}
