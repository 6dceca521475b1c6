//! Who a candidate says it is, and whether two pods can say the same.

use super::elector::{Identity, IdentityKind};
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Container, Workload, WorkloadKind};
use programs::{IdentityBase, Mention, ProgramReading, Setting, Variable, VariableValue};

/// Whether two pods of a workload can ever run on one node.
///
/// Not so for a DaemonSet, with a required anti-affinity by host name against the workload's own
/// pods, and with host ports (with `hostNetwork` every declared container port is one).
#[must_use]
pub fn may_share_node(workload: Workload<'_>) -> bool {
    !(workload.kind() == WorkloadKind::DaemonSet
        || has_host_port(workload)
        || has_own_anti_affinity(workload))
}

fn has_host_port(workload: Workload<'_>) -> bool {
    let host_network = workload.pod_flag("hostNetwork").is_some();
    workload.containers().any(|container| {
        container
            .node()
            .get("ports")
            .into_iter()
            .flat_map(Node::items)
            .any(|port| {
                let set = |field| {
                    port.get(field)
                        .and_then(Node::as_i64)
                        .is_some_and(|port| port > 0)
                };
                set("hostPort") || (host_network && set("containerPort"))
            })
    })
}

fn has_own_anti_affinity(workload: Workload<'_>) -> bool {
    let terms = workload.pod_spec().at(&[
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
    ]);
    terms.into_iter().flat_map(Node::items).any(|term| {
        let by_host =
            term.get("topologyKey").and_then(Node::as_str) == Some("kubernetes.io/hostname");
        by_host && selects_own_pods(workload, term.get("labelSelector"))
    })
}

/// Whether a label selector matches the pods of the workload's own template.
fn selects_own_pods(workload: Workload<'_>, selector: Option<Node<'_>>) -> bool {
    let Some(selector) = selector else {
        return false;
    };
    let labels = workload.pod_labels();
    let value_of = |key: &str| {
        labels
            .and_then(|labels| labels.get(key))
            .and_then(Node::scalar_text)
    };
    let labels_match = selector
        .get("matchLabels")
        .into_iter()
        .flat_map(Node::entries)
        .all(|entry| value_of(entry.key) == entry.value.scalar_text());
    let expressions_match = selector
        .get("matchExpressions")
        .into_iter()
        .flat_map(Node::items)
        .all(|expression| {
            let key = expression
                .get("key")
                .and_then(Node::as_str)
                .unwrap_or_default();
            let mut values = expression.get("values").into_iter().flat_map(Node::items);
            let value = value_of(key);
            match expression.get("operator").and_then(Node::as_str) {
                Some("In") => values.any(|wanted| wanted.scalar_text() == value && value.is_some()),
                Some("NotIn") => !values.any(|wanted| wanted.scalar_text() == value),
                Some("Exists") => value.is_some(),
                Some("DoesNotExist") => value.is_none(),
                _ => false,
            }
        });
    labels_match && expressions_match
}

fn unknown_identity() -> Identity {
    Identity {
        kind: IdentityKind::Unknown,
        env: None,
        unique: None,
        text: None,
        place: None,
        because: None,
        field: None,
        missing: false,
        required: false,
    }
}

/// The host name as identity: the pod's name unless the pod's spec changes it.
fn by_hostname(workload: Workload<'_>) -> Identity {
    let mut identity = Identity {
        kind: IdentityKind::Hostname,
        unique: Some(true),
        ..unknown_identity()
    };
    for field in ["hostnameOverride", "hostname"] {
        if let Some(node) = workload.pod_text(field) {
            // A StatefulSet's controller sets the host name of every pod itself.
            if field == "hostname" && workload.kind() == WorkloadKind::StatefulSet {
                continue;
            }
            identity.unique = Some(false);
            identity.text = node.as_str().map(str::to_owned);
            identity.place = Some(workload.object().place_of(node));
            identity.because = Some(format!(
                "spec.{field} gives every replica the same host name"
            ));
            return identity;
        }
    }
    if let Some(node) = workload.pod_flag("hostNetwork")
        && may_share_node(workload)
    {
        identity.unique = Some(false);
        identity.place = Some(workload.object().place_of(node));
        identity.because = Some(
            "with hostNetwork the host name is the node's, the same for two replicas on one node"
                .into(),
        );
    }
    identity
}

fn by_node_name(workload: Workload<'_>, place: Option<FileSpan>) -> Identity {
    let shared = may_share_node(workload);
    Identity {
        kind: IdentityKind::NodeName,
        unique: Some(!shared),
        place,
        because: shared.then(|| "two replicas on one node have the same node name".to_owned()),
        ..unknown_identity()
    }
}

/// A field of the pod as identity.
fn by_field(workload: Workload<'_>, field: &str) -> Identity {
    let base = Identity {
        field: Some(field.to_owned()),
        ..unknown_identity()
    };
    match field {
        "metadata.name" => Identity {
            kind: IdentityKind::PodNameEnv,
            unique: Some(true),
            ..base
        },
        "metadata.uid" => Identity {
            kind: IdentityKind::Env,
            unique: Some(true),
            ..base
        },
        "status.podIP" | "status.podIPs" => {
            let shared = workload.pod_flag("hostNetwork").is_some() && may_share_node(workload);
            Identity {
                kind: IdentityKind::Env,
                unique: Some(!shared),
                because: shared
                    .then(|| "with hostNetwork the pod's address is the node's".to_owned()),
                ..base
            }
        }
        "spec.nodeName" | "status.hostIP" | "status.hostIPs" => Identity {
            field: Some(field.to_owned()),
            ..by_node_name(workload, None)
        },
        // Every label and annotation of a template, its namespace and its account are the same.
        _ => Identity {
            kind: IdentityKind::Env,
            unique: Some(false),
            because: Some(format!("{field} is the same for every replica")),
            ..base
        },
    }
}

fn by_variable(workload: Workload<'_>, variable: &Variable) -> Identity {
    let place = variable.value_place.unwrap_or(variable.place);
    let mut identity = match &variable.value {
        VariableValue::Field(field) => by_field(workload, field),
        VariableValue::Text(text) => Identity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(text.clone()),
            because: Some(format!(
                "{} is a constant, the same for every replica",
                variable.name
            )),
            ..unknown_identity()
        },
        VariableValue::Unknown(because) => Identity {
            because: Some(because.reason.clone()),
            ..unknown_identity()
        },
    };
    identity.env = Some(variable.name.clone());
    identity.place = Some(place);
    identity
}

/// The identity of the program in a container.
pub(super) fn identity_of(
    workload: Workload<'_>,
    container: Container<'_>,
    reading: &ProgramReading<'_>,
) -> Identity {
    let rule = &reading.program.identity;
    let written = reading.deciding(Setting::Identity);
    if let Some(mention) = written
        && !reading
            .environment
            .variables
            .iter()
            .any(|v| v.name == mention.origin.name)
    {
        return by_mention(workload, reading, mention);
    }
    let mut names: Vec<&str> = rule.env.as_deref().into_iter().collect();
    if let Some(spec) = reading.program.spec(Setting::Identity) {
        names.extend(spec.env.iter().map(AsRef::as_ref));
    }
    let variable = names.iter().find_map(|name| reading.environment.get(name));
    if let Some(variable) = variable {
        let empty = matches!(&variable.value, VariableValue::Text(text) if text.is_empty());
        if !empty {
            return Identity {
                required: rule.required,
                ..by_variable(workload, variable)
            };
        }
    }
    match rule.base {
        IdentityBase::HostnameUuid => Identity {
            kind: IdentityKind::HostnameUuid,
            unique: Some(true),
            ..unknown_identity()
        },
        IdentityBase::Hostname => by_hostname(workload),
        IdentityBase::NodeName if names.is_empty() => by_node_name(workload, None),
        IdentityBase::Literal => Identity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: rule.fallback.as_deref().map(str::to_owned),
            because: Some("the program uses a constant".to_owned()),
            ..unknown_identity()
        },
        IdentityBase::Unknown | IdentityBase::Flag if names.is_empty() => unknown_identity(),
        _ => without_variable(workload, container, reading, names.first().copied()),
    }
}

/// The variable that the identity comes from is not set.
fn without_variable(
    workload: Workload<'_>,
    container: Container<'_>,
    reading: &ProgramReading<'_>,
    name: Option<&str>,
) -> Identity {
    let rule = &reading.program.identity;
    let env = name.map(str::to_owned);
    if let Some(because) = &reading.environment.open {
        return Identity {
            env,
            because: Some(because.reason.clone()),
            ..unknown_identity()
        };
    }
    if rule.falls_back_to_hostname {
        return Identity {
            required: false,
            ..by_hostname(workload)
        };
    }
    if let Some(fallback) = &rule.fallback {
        return Identity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(fallback.clone().into_owned()),
            place: Some(container.name_place()),
            because: Some(format!(
                "without {} the program falls back to the constant {fallback}",
                name.unwrap_or("its variable")
            )),
            env,
            missing: true,
            required: rule.required,
            ..unknown_identity()
        };
    }
    Identity {
        env,
        missing: true,
        required: rule.required,
        ..unknown_identity()
    }
}

/// The identity is given by a flag or a file.
fn by_mention(workload: Workload<'_>, reading: &ProgramReading<'_>, mention: &Mention) -> Identity {
    let place = mention.origin.place;
    let mut identity = match &mention.value {
        Some(text) => Identity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(text.clone()),
            because: Some(format!(
                "{} is a constant, the same for every replica",
                mention.origin.text
            )),
            ..unknown_identity()
        },
        None => {
            let fields = reading.environment.variables.iter().find_map(|variable| {
                let reference = format!("$({})", variable.name);
                match &variable.value {
                    VariableValue::Field(field) if mention.origin.text.contains(&reference) => {
                        Some(by_field(workload, field))
                    }
                    _ => None,
                }
            });
            let mut identity = fields.unwrap_or_else(unknown_identity);
            if identity.kind != IdentityKind::Unknown && identity.kind != IdentityKind::NodeName {
                identity.kind = IdentityKind::Flag;
            }
            identity
        }
    };
    identity.place = place;
    identity
}
