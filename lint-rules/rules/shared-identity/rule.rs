//! Two pods under one name.

use crate::election::{Elector, IdentityKind, State, VariableValue};
use crate::engine::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
};
use crate::objects::WorkloadKind;
use crate::programs::{IdentityBase, Resolved};
use crate::yaml::Node;

/// The record.
pub static RULE: Rule = Rule {
    id: "shared-identity",
    group: Group::Identity,
    summary: "two pods take part in the election under the same identity",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let identity = &elector.identity;
    if identity.unique != Some(false) || has_a_wrong_variable(elector) {
        return;
    }
    let per_node = is_per_node(elector);
    if per_node && keeps_apart(elector) {
        return;
    }
    let place = identity.place.unwrap_or_else(|| elector.name_place());
    match elector.state {
        State::Off => return,
        State::Unknown => {
            if let Resolved::Unknown(unknown) = &elector.switch {
                let reason = format!("pods share an identity; whether they elect is not known: {}", unknown.reason);
                sink.not_judged(place, unknown.code, reason);
            }
            return;
        }
        State::On => {}
    }
    let because = identity.because.as_deref().unwrap_or("it is the same for every replica");
    let message = match (&identity.text, identity.kind) {
        (Some(text), _) => format!("every pod takes part in the election as `{text}`: {because}"),
        (None, IdentityKind::NodeName) => format!("two pods on one node have one identity: {because}"),
        (None, _) if per_node => format!("two pods on one node have one identity: {because}"),
        (None, _) => format!("every pod takes part in the election under one identity: {because}"),
    };
    let single = elector.replicas.count == Some(1);
    let when = if single { "as soon as a rollout makes two pods, both" } else { "both pods" };
    let remedy = match (&identity.env, per_node) {
        (Some(name), _) => format!("set `{name}` from `fieldRef: metadata.name`"),
        (None, true) => "build the identity from the pod's name, or keep the pods on different nodes with a required \
                         pod anti-affinity (`topologyKey: kubernetes.io/hostname`)"
            .to_owned(),
        (None, false) => "let each pod have its own: its name (`fieldRef: metadata.name`) or its host name, without \
                          `spec.hostname`"
            .to_owned(),
    };
    let mut draft = Draft::new(place, message).help(format!(
        "an elector that reads its own identity in the Lease believes that it leads: {when} lead for as long as they \
         run, and no metric or transition counter shows it; {remedy}"
    ));
    if single {
        draft = draft.severity(Severity::Warning);
    }
    if let Some(origin) = &elector.replicas.origin {
        draft = draft.related_origin(origin, "the number of replicas");
    }
    sink.report(draft);
}

/// A variable with the wrong source is another rule's finding, and explains everything.
fn has_a_wrong_variable(elector: &Elector<'_>) -> bool {
    let by_variable =
        matches!(elector.program.identity.base, IdentityBase::PodNameEnv | IdentityBase::Env);
    let name = elector.identity.env.as_deref().filter(|_| by_variable).unwrap_or("POD_NAME");
    let host_or_node = matches!(elector.identity.kind, IdentityKind::Hostname | IdentityKind::NodeName);
    !(host_or_node && name == "POD_NAME" && elector.identity.env.is_none())
        && elector.variable(name).is_some_and(|variable| match &variable.value {
            VariableValue::Text(_) => true,
            VariableValue::Field(field) => !matches!(field.as_str(), "metadata.name" | "metadata.uid"),
            VariableValue::Unknown(_) => false,
        })
}

/// Whether pods on different nodes differ.
fn is_per_node(elector: &Elector<'_>) -> bool {
    let workload = &elector.workload;
    match elector.identity.kind {
        IdentityKind::NodeName => true,
        IdentityKind::Hostname => {
            workload.pod_flag("hostNetwork").is_some()
                && workload.pod_text("hostname").is_none()
                && workload.pod_text("hostnameOverride").is_none()
        }
        _ => matches!(
            elector.identity.field.as_deref(),
            Some("spec.nodeName" | "status.hostIP" | "status.hostIPs")
        ),
    }
}

/// Whether nothing can put two of these pods on one node.
fn keeps_apart(elector: &Elector<'_>) -> bool {
    let workload = &elector.workload;
    if matches!(workload.kind(), WorkloadKind::DaemonSet | WorkloadKind::Pod) {
        return true;
    }
    let host_network = workload.pod_flag("hostNetwork").is_some();
    let key = if host_network { "containerPort" } else { "hostPort" };
    let mut ports = workload
        .containers()
        .filter_map(|container| container.node().get("ports"))
        .flat_map(Node::items);
    if ports.any(|port| port.get(key).and_then(|port| port.as_i64()).is_some_and(|port| port > 0)) {
        return true;
    }
    let when = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    let terms = workload.pod_spec().at(&when);
    terms.into_iter().flat_map(Node::items).any(|term| {
        term.get("topologyKey").and_then(Node::as_str) == Some("kubernetes.io/hostname")
            && term.get("matchLabelKeys").is_none()
            && term.get("labelSelector").is_some_and(|selector| selects(selector, workload.pod_labels()))
    })
}

/// Whether a label selector selects a pod with these labels.
fn selects(selector: Node<'_>, labels: Option<Node<'_>>) -> bool {
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Node::as_str);
    let equal = selector.get("matchLabels").into_iter().flat_map(Node::entries).all(|entry| {
        entry.value.as_str().is_some_and(|value| label(entry.key) == Some(value))
    });
    equal
        && selector.get("matchExpressions").into_iter().flat_map(Node::items).all(|expression| {
            let text = |field| expression.get(field).and_then(Node::as_str).unwrap_or_default();
            let value = label(text("key"));
            let listed = || {
                let mut values = expression.get("values").into_iter().flat_map(Node::items);
                value.is_some_and(|value| values.any(|listed| listed.as_str() == Some(value)))
            };
            match text("operator") {
                "In" => listed(),
                "NotIn" => !listed(),
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        })
}
