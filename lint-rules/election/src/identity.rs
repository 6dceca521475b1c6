//! The holder identity of a candidate, and whether two pods can have the same.

use super::node_sharing::may_share_node;
use manifest::text::FileSpan;
use objects::{Container, Workload, WorkloadKind};
use programs::{IdentityBase, Mention, ProgramReading, Setting, Variable, VariableValue};

/// What the identity is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// Host name (or anything) with random text: unique.
    HostnameUuid,
    /// The host name, which is the pod's name unless the pod spec changes it.
    Hostname,
    /// A variable that holds the pod's name.
    PodNameEnv,
    /// The node's name.
    NodeName,
    /// A constant, the same for every replica.
    Literal,
    /// A variable with another content.
    Env,
    /// A flag with a content of its own.
    Flag,
    /// Not known.
    Unknown,
}

impl IdentityKind {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::HostnameUuid,
        Self::Hostname,
        Self::PodNameEnv,
        Self::NodeName,
        Self::Literal,
        Self::Env,
        Self::Flag,
        Self::Unknown,
    ];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HostnameUuid => "hostname-uuid",
            Self::Hostname => "hostname",
            Self::PodNameEnv => "pod-name-env",
            Self::NodeName => "node-name",
            Self::Literal => "literal",
            Self::Env => "env",
            Self::Flag => "flag",
            Self::Unknown => "unknown",
        }
    }
}

/// The text that a candidate writes into `holderIdentity`.
#[derive(Clone, Debug, PartialEq)]
pub struct HolderIdentity {
    /// What it is made from.
    pub kind: IdentityKind,
    /// The variable, only if the program builds its identity from one.
    pub env: Option<String>,
    /// Whether two pods can never have the same; `None`: not known.
    pub unique: Option<bool>,
    /// The constant text, for a literal.
    pub text: Option<String>,
    /// The token that decides, if one is written.
    pub place: Option<FileSpan>,
    /// Why it is not unique or not known: `spec.hostname is the same for every replica`.
    pub because: Option<String>,
    /// The field a variable is taken from, such as `metadata.name`.
    pub field: Option<String>,
    /// The program needs the variable and the manifest does not set it.
    pub missing: bool,
    /// The program does not start (or never leads) without that variable.
    pub required: bool,
}

pub(super) fn unknown_identity() -> HolderIdentity {
    HolderIdentity {
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
pub(super) fn by_hostname(workload: Workload<'_>) -> HolderIdentity {
    let mut identity = HolderIdentity {
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

fn by_node_name(workload: Workload<'_>, place: Option<FileSpan>) -> HolderIdentity {
    let shared = may_share_node(workload);
    HolderIdentity {
        kind: IdentityKind::NodeName,
        unique: Some(!shared),
        place,
        because: shared.then(|| "two replicas on one node have the same node name".to_owned()),
        ..unknown_identity()
    }
}

/// A field of the pod as identity.
pub(super) fn by_field(workload: Workload<'_>, field: &str) -> HolderIdentity {
    let base = HolderIdentity {
        field: Some(field.to_owned()),
        ..unknown_identity()
    };
    match field {
        "metadata.name" => HolderIdentity {
            kind: IdentityKind::PodNameEnv,
            unique: Some(true),
            ..base
        },
        "metadata.uid" => HolderIdentity {
            kind: IdentityKind::Env,
            unique: Some(true),
            ..base
        },
        "status.podIP" | "status.podIPs" => {
            let shared = workload.pod_flag("hostNetwork").is_some() && may_share_node(workload);
            HolderIdentity {
                kind: IdentityKind::Env,
                unique: Some(!shared),
                because: shared
                    .then(|| "with hostNetwork the pod's address is the node's".to_owned()),
                ..base
            }
        }
        "spec.nodeName" | "status.hostIP" | "status.hostIPs" => HolderIdentity {
            field: Some(field.to_owned()),
            ..by_node_name(workload, None)
        },
        // Every label and annotation of a template, its namespace and its account are the same.
        _ => HolderIdentity {
            kind: IdentityKind::Env,
            unique: Some(false),
            because: Some(format!("{field} is the same for every replica")),
            ..base
        },
    }
}

fn by_variable(workload: Workload<'_>, variable: &Variable) -> HolderIdentity {
    let place = variable.value_place.unwrap_or(variable.place);
    let mut identity = match &variable.value {
        VariableValue::Field(field) => by_field(workload, field),
        VariableValue::Text(text) => HolderIdentity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(text.clone()),
            because: Some(format!(
                "{} is a constant, the same for every replica",
                variable.name
            )),
            ..unknown_identity()
        },
        VariableValue::Unknown(because) => HolderIdentity {
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
) -> HolderIdentity {
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
        names.extend(spec.env.iter().map(String::as_str));
    }
    let variable = names.iter().find_map(|name| reading.environment.get(name));
    if let Some(variable) = variable {
        let empty = matches!(&variable.value, VariableValue::Text(text) if text.is_empty());
        if !empty {
            return HolderIdentity {
                required: rule.required,
                ..by_variable(workload, variable)
            };
        }
    }
    match rule.base {
        IdentityBase::HostnameUuid => HolderIdentity {
            kind: IdentityKind::HostnameUuid,
            unique: Some(true),
            ..unknown_identity()
        },
        IdentityBase::Hostname => by_hostname(workload),
        IdentityBase::NodeName if names.is_empty() => by_node_name(workload, None),
        IdentityBase::Literal => HolderIdentity {
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
) -> HolderIdentity {
    let rule = &reading.program.identity;
    let env = name.map(str::to_owned);
    if let Some(because) = &reading.environment.open {
        return HolderIdentity {
            env,
            because: Some(because.reason.clone()),
            ..unknown_identity()
        };
    }
    if rule.falls_back_to_hostname {
        return HolderIdentity {
            required: false,
            ..by_hostname(workload)
        };
    }
    if let Some(fallback) = &rule.fallback {
        return HolderIdentity {
            kind: IdentityKind::Literal,
            unique: Some(false),
            text: Some(fallback.clone()),
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
    HolderIdentity {
        env,
        missing: true,
        required: rule.required,
        ..unknown_identity()
    }
}

/// The identity is set by a flag or a file.
fn by_mention(
    workload: Workload<'_>,
    reading: &ProgramReading<'_>,
    mention: &Mention,
) -> HolderIdentity {
    let place = mention.origin.place;
    let mut identity = match &mention.value {
        Some(text) => HolderIdentity {
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
