//! From one object, as the API server sends it, to the little that is kept of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use election::Scaler;
use election::access::{Binding, Role, binding_of, role_of};
use engine::read_object;
use engine::world::{ScaleTarget, scaler_of};
use manifest::text::FileId;
use manifest::tree::{Document, ReadLimits};
use objects::{Object, objects_of, speaks_of_elections};
use programs::Unknown;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::facts::Pairs;
use super::watched::Watched;

/// The file that an object of the cluster stands in: none of the review's own.
const NO_FILE: FileId = FileId(u32::MAX);

/// What is too much for one object; etcd takes 1.5 MiB by default.
pub(super) const LIMITS: ReadLimits = ReadLimits {
    bytes: 8 << 20,
    nodes: 250_000,
    members: usize::MAX,
    alias_expansion: 0,
    depth: 255,
};

/// Values of ConfigMaps up to here are kept whatever they say: a variable may be taken from them.
const SMALL_VALUE: usize = 1024;
/// Configuration files that carry a `kind` are kept up to here: it may tell a program.
const SMALL_FILE: usize = 16 * 1024;
/// Nothing larger is kept. A configuration of an election is a few kilobytes.
const LARGEST_VALUE: usize = 64 * 1024;

/// What is kept of one object.
#[derive(Debug)]
pub(super) struct Reduced {
    /// The namespace; empty for an object of the whole cluster.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// What it says.
    pub fact: Fact,
}

/// What one object says.
pub(super) enum Fact {
    /// Labels of a namespace.
    Labels(Pairs),
    /// `automountServiceAccountToken` of an account.
    Automount(Option<bool>),
    /// What is kept of a ConfigMap's data; `None` if that is nothing.
    ConfigMap(Option<Document>),
    /// A Role or ClusterRole.
    Role(Role),
    /// A RoleBinding or ClusterRoleBinding; `None` if it gives nothing to any account.
    Binding(Option<Binding>),
    /// A scaler.
    Scaler(ScalerFacts),
    /// A workload as JSON, without what no rule reads.
    Workload(String),
    /// A workload that is on its way out.
    Leaving,
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Labels(_) => "Labels",
            Self::Automount(_) => "Automount",
            Self::ConfigMap(_) => "ConfigMap",
            Self::Role(_) => "Role",
            Self::Binding(_) => "Binding",
            Self::Scaler(_) => "Scaler",
            Self::Workload(_) => "Workload",
            Self::Leaving => "Leaving",
        })
    }
}

/// What is kept of a HorizontalPodAutoscaler or ScaledObject.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ScalerFacts {
    /// Which of the two.
    pub what: Watched,
    /// Its name.
    pub name: Box<str>,
    /// The name of what it scales; empty if it names nothing.
    pub target: Box<str>,
    target_api_version: Option<Box<str>>,
    target_kind: Option<Box<str>>,
    /// Its smallest number of pods; `None` if it is stopped.
    pub scaler: Result<Option<Scaler>, Unknown>,
}

impl ScalerFacts {
    /// What it scales.
    pub fn target(&self) -> ScaleTarget<'_> {
        ScaleTarget {
            api_version: self.target_api_version.as_deref(),
            kind: self.target_kind.as_deref(),
            name: &self.target,
        }
    }
}

/// The head of every object.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    namespace: Cow<'a, str>,
    #[serde(borrow, default)]
    deletion_timestamp: Option<Cow<'a, str>>,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// Namespace and name of an object.
pub(super) fn identity(raw: &str) -> Result<(Box<str>, Box<str>), serde_json::Error> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        metadata: Name<'a>,
    }
    #[derive(Deserialize)]
    struct Name<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
        #[serde(borrow, default)]
        namespace: Cow<'a, str>,
    }
    let Named { metadata } = serde_json::from_str(raw)?;
    Ok((metadata.namespace.into(), metadata.name.into()))
}

/// Reduces one object. `raw` is its JSON; `kind` and `apiVersion` may be missing, as in a list.
pub(super) fn reduce(what: Watched, raw: &str) -> Result<Reduced, serde_json::Error> {
    let Head { metadata } = serde_json::from_str(raw)?;
    let fact = match what {
        Watched::Namespaces => Fact::Labels(labels_of(&metadata)),
        Watched::ServiceAccounts => Fact::Automount(automount(raw)?),
        Watched::ConfigMaps => Fact::ConfigMap(config_map(&metadata, raw)?),
        Watched::ClusterRoles | Watched::Roles => Fact::Role(role(what, &metadata, raw)),
        Watched::ClusterRoleBindings | Watched::RoleBindings => Fact::Binding(binding(what, raw)),
        Watched::HorizontalPodAutoscalers | Watched::ScaledObjects => {
            Fact::Scaler(scaler(what, &metadata, raw))
        }
        // Its pods are about to go.
        _ if what.is_workload() && metadata.deletion_timestamp.is_some() => Fact::Leaving,
        Watched::Deployments | Watched::StatefulSets | Watched::DaemonSets => {
            Fact::Workload(workload(what, &metadata, raw)?)
        }
    };
    Ok(Reduced {
        namespace: metadata.namespace.into(),
        name: metadata.name.into(),
        fact,
    })
}

fn labels_of(metadata: &Metadata<'_>) -> Pairs {
    let labels = metadata.labels.iter().flatten();
    labels
        .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
        .collect()
}

fn automount(raw: &str) -> Result<Option<bool>, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Account {
        automount_service_account_token: Option<bool>,
    }
    Ok(serde_json::from_str::<Account>(raw)?.automount_service_account_token)
}

fn config_map(metadata: &Metadata<'_>, raw: &str) -> Result<Option<Document>, serde_json::Error> {
    #[derive(Deserialize)]
    struct ConfigMap {
        #[serde(default)]
        data: Option<BTreeMap<String, String>>,
    }
    #[derive(Serialize)]
    struct Kept<'a> {
        #[serde(rename = "apiVersion")]
        api_version: &'a str,
        kind: &'a str,
        metadata: KeptName<'a>,
        data: BTreeMap<String, String>,
    }
    let mut data = serde_json::from_str::<ConfigMap>(raw)?
        .data
        .unwrap_or_default();
    data.retain(|key, value| is_kept(key, value));
    if data.is_empty() {
        return Ok(None);
    }
    let kept = Kept {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: KeptName::of(metadata),
        data,
    };
    Ok(document(&serde_json::to_string(&kept)?))
}

/// Whether a value of a ConfigMap can say something about an election.
fn is_kept(key: &str, value: &str) -> bool {
    if value.starts_with("-----BEGIN") || value.len() > LARGEST_VALUE {
        return false;
    }
    value.len() <= SMALL_VALUE
        || speaks_of_elections(value)
        || speaks_of_elections(key)
        || (value.len() <= SMALL_FILE && value.contains("kind"))
}

#[derive(Serialize)]
struct KeptName<'a> {
    name: &'a str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'a str, &'a str>,
}

impl<'a> KeptName<'a> {
    /// With the annotations that are leaselint's own.
    fn of(metadata: &'a Metadata<'_>) -> Self {
        let annotations = metadata.annotations.iter().flatten();
        Self {
            name: &metadata.name,
            namespace: &metadata.namespace,
            annotations: annotations
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .filter(|(key, _)| key.starts_with("leaselint.io/"))
                .collect(),
        }
    }
}

fn document(text: &str) -> Option<Document> {
    let file = read_object(NO_FILE, "", text, LIMITS).ok()?;
    file.reading.documents.into_iter().next()
}

/// The document of an object whose kind may not be written in it.
fn with_kind(what: Watched, raw: &str) -> Option<Document> {
    let rest = raw.trim_start().strip_prefix('{')?;
    let comma = if rest.trim_start().starts_with('}') {
        ""
    } else {
        ","
    };
    document(&format!(
        r#"{{"apiVersion":"{}","kind":"{}"{comma}{rest}"#,
        what.api_version(),
        what.kind()
    ))
}

fn only_object(document: &Document) -> Option<Object<'_>> {
    objects_of(document).0.into_iter().next()
}

fn role(what: Watched, metadata: &Metadata<'_>, raw: &str) -> Role {
    let document = with_kind(what, raw);
    let role = document.as_ref().and_then(only_object).and_then(role_of);
    match role {
        Some(role) => role.trimmed().unplaced(),
        // It is there, and nothing that it grants can be read.
        None => Role {
            cluster: what == Watched::ClusterRoles,
            namespace: (what == Watched::Roles).then(|| metadata.namespace.as_ref().into()),
            name: metadata.name.as_ref().into(),
            ..Role::default()
        },
    }
}

fn binding(what: Watched, raw: &str) -> Option<Binding> {
    let document = with_kind(what, raw)?;
    let mut binding = binding_of(only_object(&document)?, false)?.unplaced();
    // What people may do has nothing to do with what pods may do.
    let all = std::mem::take(&mut binding.subjects).into_vec();
    binding.subjects = all
        .into_iter()
        .filter(|subject| match &*subject.kind {
            "User" => subject.name.starts_with("system:serviceaccount:"),
            "Group" => {
                subject.name.starts_with("system:serviceaccounts")
                    || &*subject.name == "system:authenticated"
            }
            _ => true,
        })
        .collect();
    (!binding.subjects.is_empty()).then_some(binding)
}

fn scaler(what: Watched, metadata: &Metadata<'_>, raw: &str) -> ScalerFacts {
    let document = with_kind(what, raw);
    let object = document.as_ref().and_then(only_object);
    let target = object.and_then(ScaleTarget::of);
    let scaler = object.map_or(Ok(None), scaler_of);
    ScalerFacts {
        what,
        name: metadata.name.as_ref().into(),
        target: target.map(|target| target.name).unwrap_or_default().into(),
        target_api_version: target.and_then(|target| target.api_version).map(Box::from),
        target_kind: target.and_then(|target| target.kind).map(Box::from),
        // Nobody can look up a place in an object of the cluster.
        scaler: match scaler {
            Ok(scaler) => Ok(scaler.map(|scaler| Scaler {
                place: None,
                ..scaler
            })),
            Err(unknown) => Err(Unknown {
                place: None,
                ..unknown
            }),
        },
    }
}

fn workload(
    what: Watched,
    metadata: &Metadata<'_>,
    raw: &str,
) -> Result<String, serde_json::Error> {
    #[derive(Deserialize)]
    struct Workload<'a> {
        #[serde(borrow)]
        spec: Option<&'a RawValue>,
    }
    #[derive(Serialize)]
    struct Kept<'a> {
        #[serde(rename = "apiVersion")]
        api_version: &'a str,
        kind: &'a str,
        metadata: KeptName<'a>,
        spec: Option<&'a RawValue>,
    }
    serde_json::to_string(&Kept {
        api_version: what.api_version(),
        kind: what.kind(),
        metadata: KeptName::of(metadata),
        spec: serde_json::from_str::<Workload<'_>>(raw)?.spec,
    })
}

#[cfg(test)]
#[path = "reduce_tests.rs"]
mod tests;
