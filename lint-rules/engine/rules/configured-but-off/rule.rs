//! An election that is configured and granted, but switched off.

use crate::world::{UnusedGrant, World, unused_grant};
use crate::{
    Check, Context, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::access::Grant;
use objects::{LedgerCode, Object};
use programs::{Origin, OriginKind};

/// The record.
pub static RULE: Rule = Rule {
    id: "configured-but-off",
    group: Group::Flags,
    summary: "the account may use its Lease, but nothing enables leader election",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::ElectorOrObjectInWorld(check, check_binding),
};

fn check<'w>(elector: &Elector<'w>, context: &Context<'_, 'w>, sink: &mut Sink<'_>) {
    // For other kinds the number of pods does not decide how many work.
    if !elector.workload.kind().has_replicas() || elector.program.replicas_are_fine {
        return;
    }
    let Some(origin) = elector.switch.origin() else {
        return;
    };
    let place = elector.name_place();
    match unused_grant(elector, context.access(), context.world()) {
        None => {}
        Some(UnusedGrant::Uncertain(grant, because)) => {
            let reason = format!(
                "{} is about leases, and whether it is this election's is not known: {}",
                grant.source.title(),
                because.reason
            );
            sink.not_judged(place, because.code, reason);
        }
        // An overlay may still set the switch.
        Some(UnusedGrant::Certain(grant)) if elector.unbuilt => {
            let reason = format!(
                "{} grants the Lease, and a kustomization may still turn the election on",
                grant.source.title()
            );
            sink.not_judged(place, LedgerCode::KustomizeNotBuilt, reason);
        }
        Some(UnusedGrant::Certain(grant)) => sink.report(finding(elector, origin, grant)),
    }
}

/// A binding with the rights of an election: the program may elect without being known to.
fn check_binding<'w>(object: &Object<'w>, world: &dyn World<'w>, sink: &mut Sink<'_>) {
    for account in world.accounts_without_elector(*object) {
        let reason = format!(
            "RoleBinding {} gives ServiceAccount {account} the rights of an election, and no container that runs as it is \
             known to elect",
            object.name().unwrap_or_default()
        );
        sink.not_judged(
            object.head_place(),
            LedgerCode::ElectionRoleWithoutElector,
            reason,
        );
    }
}

fn finding(elector: &Elector<'_>, origin: &Origin, grant: Grant<'_>) -> Draft {
    let role = grant.source.title();
    let several = elector.replicas.count.filter(|count| *count >= 2);
    let (severity, message, happens) = match several {
        Some(count) => (
            Severity::Warning,
            first_fitting([
                format!(
                    "{count} replicas run without leader election, although {role} grants its rights"
                ),
                format!(
                    "{count} replicas run without leader election, although its rights are granted"
                ),
            ]),
            "every replica is active and reconciles the same objects (split brain)",
        ),
        None => (
            Severity::Info,
            first_fitting([
                format!("leader election is off, although {role} grants its rights"),
                "leader election is off, although its rights are granted".to_owned(),
            ]),
            "the old and the new pod may both be active during a rollout",
        ),
    };
    let because = match origin.kind {
        OriginKind::Code => "the default in its source",
        _ => &origin.text,
    };
    let mut draft = Draft::new(elector.name_place(), message)
        .help(format!(
            "Leader election is off ({because}), so {happens}. Often the switch was lost when a patch or values replaced \
             the arguments."
        ))
        .remedy(format!(
            "{}. If it is off on purpose, write the switch that disables it and remove the rights.",
            elector.how_to_switch_on()
        ))
        .severity(severity)
        .rests_on([origin]);
    if let Some(place) = grant.rule.resources.place_of("leases") {
        draft = draft.related(place, "the right on leases is granted here");
    }
    if let (Some(place), Some(name)) = (elector.identity.place, &elector.identity.env) {
        draft = draft.related(place, format!("`{name}` is there for the identity"));
    }
    match &elector.replicas.origin {
        Some(replicas) if several.is_some() => {
            draft.related_origin(replicas, "the number of replicas")
        }
        _ => draft,
    }
}
