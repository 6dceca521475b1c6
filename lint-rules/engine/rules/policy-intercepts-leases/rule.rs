//! An admission policy that refuses or changes writes of leases.

use crate::world::World;
use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use manifest::tree::Node;
use objects::admission::{PolicyEffect, effect_on_leases};
use objects::{LedgerCode, Object};

/// The record.
pub static RULE: Rule = Rule {
    id: "policy-intercepts-leases",
    group: Group::Objects,
    summary: "an admission policy refuses or changes every write of a Lease",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[
        "spec.enforcementAction",
        "spec.match",
        "spec.matchConditions",
        "spec.matchConstraints",
        "spec.matchResources",
        "spec.policyName",
        "spec.rules",
        "spec.validationActions",
        "spec.validationFailureAction",
        "spec.validations",
    ],
    check: Check::ObjectInWorld(check),
};

fn check<'w>(object: &Object<'w>, world: &dyn World<'w>, sink: &mut Sink<'_>) {
    let Some(effect) = effect_on_leases(*object, &world.admission_around(*object)) else {
        return;
    };
    let title = format!(
        "{} {}",
        object.kind_word(),
        object.name().unwrap_or_default()
    );
    let place = |at: Node<'w>| object.place_of(at);
    let (at, verb, consequence) = match effect {
        PolicyEffect::Open { at, reason } => {
            let reason = format!("{title} matches leases: {reason}");
            sink.not_judged(place(at), LedgerCode::PolicyNotDecided, reason);
            return;
        }
        PolicyEffect::Denies { at } if object.group() == "kyverno.io" => (
            at,
            "refuses",
            "No candidate can acquire or renew a Lease, except in the namespaces that the resource filters of Kyverno leave \
             out: kube-system and kube-node-lease by default.",
        ),
        PolicyEffect::Denies { at } if asked_for(at).is_some() => (
            at,
            "refuses",
            "Nearly all leaders write their Lease without any: their elections stop, the control plane's own too, and nodes \
             become NotReady because their heartbeats are refused.",
        ),
        PolicyEffect::Denies { at } => (
            at,
            "refuses",
            "No candidate can acquire or renew a Lease: every election of the cluster stops, the control plane's own \
             too, and nodes become NotReady because their heartbeats are refused.",
        ),
        PolicyEffect::Changes { at } => (
            at,
            "changes",
            "Every renewal of every leader, and every heartbeat of a node, waits for the policy and is written with what \
             it adds. Where an expression fails, the renewal is refused.",
        ),
    };
    if world.is_unbuilt(*object) {
        let reason = format!("{title} matches leases, but a kustomization still changes it");
        sink.not_judged(place(at), LedgerCode::KustomizeNotBuilt, reason);
        return;
    }
    let remedy = match object.group() {
        "admissionregistration.k8s.io" => {
            "Name the resources that it is about, or leave leases out with `excludeResourceRules`."
        }
        _ => "Name the kinds that it is about, or exclude the kind `Lease`.",
    };
    let of_which = asked_for(at).map_or_else(String::new, |what| format!(" without {what}"));
    let message = format!("{title} {verb} every write of a Lease{of_which}");
    sink.report(
        Draft::new(place(at), message)
            .help(consequence)
            .remedy(remedy),
    );
}

/// What an expression asks of an object, which a Lease may have although hardly any has it.
fn asked_for(expression: Node<'_>) -> Option<&'static str> {
    let text = expression.as_str()?;
    let asked = [
        ("metadata.labels", "labels"),
        ("metadata.annotations", "annotations"),
    ];
    let found = asked.into_iter().find(|(field, _)| text.contains(field));
    found.map(|(_, what)| what)
}
