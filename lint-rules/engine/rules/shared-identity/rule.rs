//! Two pods with one identity.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::{ElectionState, Elector, IdentityKind};
use manifest::tree::Node;
use objects::WorkloadKind;
use programs::{IdentityBase, Resolved, Setting, VariableValue};

/// The record.
pub static RULE: Rule = Rule {
    id: "shared-identity",
    group: Group::Identity,
    summary: "two pods take part in leader election under the same identity (split brain)",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let identity = &elector.identity;
    if identity.unique != Some(false) || has_a_wrong_variable(elector) {
        return;
    }
    let of_host = matches!(
        identity.kind,
        IdentityKind::Hostname | IdentityKind::NodeName
    );
    // A bare pod is one pod.
    if of_host && elector.workload.kind() == WorkloadKind::Pod {
        return;
    }
    let place = identity.place.unwrap_or_else(|| elector.name_place());
    match elector.state {
        ElectionState::Off => return,
        ElectionState::Unknown => {
            if let Resolved::Unknown(unknown) = &elector.switch {
                let reason = format!(
                    "pods share an identity; whether they elect is not known: {}",
                    unknown.reason
                );
                sink.not_judged(place, unknown.code, reason);
            }
            return;
        }
        ElectionState::On => {}
    }
    let because = identity
        .because
        .as_deref()
        .unwrap_or("it is the same for every replica");
    // With a text it is the same for all pods, without one only for those on one node.
    let message = match &identity.text {
        Some(text) => first_fitting([
            format!("every pod has the identity `{text}`: {because}"),
            format!("every pod takes part in leader election as `{text}`"),
            "every pod takes part in leader election under the same identity".to_owned(),
        ]),
        None => first_fitting([
            format!("two pods can have the same identity: {because}"),
            "two pods can take part in leader election under the same identity".to_owned(),
        ]),
    };
    let single = elector.replicas.count.is_some_and(|count| count <= 1);
    // A single pod that ends before the next one starts shares its identity with no other.
    if single && never_two(elector) {
        return;
    }
    let when = if single {
        "As soon as a rollout makes two pods, both lead"
    } else {
        "Pods with the same identity lead together"
    };
    let mut draft = Draft::new(place, message)
        .help(format!(
            "The identity is not unique because {because}. A candidate that finds its own identity in the lock takes itself \
             for the leader. {when} (split brain) for as long as they run, and no metric and no transition counter shows it."
        ))
        .remedy(remedy(elector, of_host));
    if single {
        draft = draft.severity(Severity::Warning);
    }
    if let Some(origin) = &elector.replicas.origin {
        draft = draft.related_origin(origin, "the number of replicas");
    }
    sink.report(draft);
}

/// How to give each pod an identity of its own, with what the program and the pod have for that.
fn remedy(elector: &Elector<'_>, of_host: bool) -> String {
    let identity = &elector.identity;
    let of_node = of_host && identity.text.is_none();
    let flag = elector.flag_of(Setting::Identity);
    let apart = "keep the pods on different nodes with a required pod anti-affinity (`topologyKey: kubernetes.io/hostname`)";
    match (&identity.env, flag) {
        (Some(name), _) if !of_node => format!("Set `{name}` with `fieldRef: metadata.name`."),
        (_, Some(flag)) => {
            let by_flag = format!(
                "Pass `--{flag}=$(POD_NAME)` with a variable `POD_NAME` from `fieldRef: metadata.name`"
            );
            if of_node {
                format!("{by_flag}, or {apart}.")
            } else {
                format!("{by_flag}.")
            }
        }
        _ if of_node => format!("Run the pods without `hostNetwork`, or {apart}."),
        _ if of_host => {
            "Remove `spec.hostname`, so that the host name is the pod's name.".to_owned()
        }
        _ => "Take the identity from the pod's name (a variable with `fieldRef: metadata.name`)."
            .to_owned(),
    }
}

/// Whether a rollout of one replica ends the old pod before it starts the new one.
fn never_two(elector: &Elector<'_>) -> bool {
    let strategy = elector
        .workload
        .spec()
        .and_then(|spec| spec.at(&["strategy", "type"]));
    elector.workload.kind() == WorkloadKind::StatefulSet
        || strategy.and_then(Node::as_str) == Some("Recreate")
}

/// Whether a variable has the wrong source: `pod-name-not-from-metadata` reports that.
fn has_a_wrong_variable(elector: &Elector<'_>) -> bool {
    let identity = &elector.identity;
    if identity.env.is_some() {
        return !identity.missing && elector.program.identity.base != IdentityBase::NodeName;
    }
    let word = identity
        .place
        .and_then(|place| elector.words.iter().find(|word| word.place == place));
    word.is_some_and(|word| word.written.contains("$(POD_NAME)"))
        && elector
            .variable("POD_NAME")
            .is_some_and(|variable| match &variable.value {
                VariableValue::Text(_) => true,
                VariableValue::Field(field) => {
                    !matches!(field.as_str(), "metadata.name" | "metadata.uid")
                }
                VariableValue::Unknown(_) => false,
            })
}
