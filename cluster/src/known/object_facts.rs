//! From one object, as the API server sends it, to the few facts that are kept of it.

use std::collections::BTreeMap;

use election::Scaler;
use election::access::{Binding, Role, binding_of, role_of};
use engine::world::{ScaleTarget, scaler_of};
use manifest::json::{read_json, to_json};
use manifest::tree::{Document, FieldMask, Node};
use objects::{Object, names_elections, objects_of};
use programs::Unknown;
use serde::Serialize;
use thiserror::Error;

use super::namespace_facts::Labels;
use crate::fields;
use crate::reading::options;
use crate::resource::WatchedResource;

/// Values of ConfigMaps up to here are kept whatever they hold: a variable may be taken from them.
const MAX_ANY_VALUE_BYTES: usize = 1024;
/// Configuration files that carry a `kind` are kept up to here: it may tell a program.
const MAX_FILE_WITH_KIND_BYTES: usize = 16 * 1024;
/// Nothing larger is kept. A configuration of an election is a few kilobytes.
const MAX_VALUE_BYTES: usize = 64 * 1024;

/// What is kept of one object.
#[derive(Debug)]
pub(crate) struct NamedFact {
    /// The namespace; empty for an object of the whole cluster.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// What it says.
    pub fact: Fact,
}

/// What one object says.
pub(crate) enum Fact {
    /// Labels of a namespace, and whether it is on its way out.
    Labels(Labels, bool),
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
    /// A workload.
    Workload,
    /// A workload that is on its way out.
    Leaving,
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Labels(..) => "Labels",
            Self::Automount(_) => "Automount",
            Self::ConfigMap(_) => "ConfigMap",
            Self::Role(_) => "Role",
            Self::Binding(_) => "Binding",
            Self::Scaler(_) => "Scaler",
            Self::Workload => "Workload",
            Self::Leaving => "Leaving",
        })
    }
}

/// What is kept of a HorizontalPodAutoscaler or ScaledObject.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScalerFacts {
    /// Which of the two.
    pub what: WatchedResource,
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
    /// The facts of an object.
    pub fn of(what: WatchedResource, document: &Document, name: &str) -> Self {
        scaler(what, only_object(document), name)
    }

    /// What it scales.
    pub fn target(&self) -> ScaleTarget<'_> {
        ScaleTarget {
            api_version: self.target_api_version.as_deref(),
            kind: self.target_kind.as_deref(),
            name: &self.target,
        }
    }
}

/// An object that cannot be reduced.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ObjectError {
    /// Its text cannot be read.
    #[error("the object cannot be read: {0}")]
    Unread(String),
    /// It has no name.
    #[error("the object has no name")]
    WithoutName,
}

/// Reads one object of a resource.
pub(crate) fn read(
    what: WatchedResource,
    raw: &str,
    fields: &FieldMask,
) -> Result<Document, ObjectError> {
    match read_json(raw, &options(fields, &what.implied_members())) {
        Ok((document, _)) => Ok(document),
        Err(unread) => Err(ObjectError::Unread(unread.reason)),
    }
}

/// Namespace and name of an object; the namespace is empty for an object of the whole cluster.
pub(crate) fn identity(document: &Document) -> Result<(Box<str>, Box<str>), ObjectError> {
    let name = metadata(document, "name").and_then(Node::as_str);
    let namespace = metadata(document, "namespace").and_then(Node::as_str);
    let name = name.ok_or(ObjectError::WithoutName)?;
    Ok((namespace.unwrap_or_default().into(), name.into()))
}

fn metadata<'d>(document: &'d Document, field: &str) -> Option<Node<'d>> {
    document.root().get("metadata")?.get(field)
}

/// Reduces one object.
pub(crate) fn fact_of(
    what: WatchedResource,
    document: &Document,
) -> Result<NamedFact, ObjectError> {
    let (namespace, name) = identity(document)?;
    let object = only_object(document);
    let fact = match what {
        WatchedResource::Namespaces => Fact::Labels(labels_of(document), is_leaving(document)),
        WatchedResource::ServiceAccounts => {
            let automount = document.root().get("automountServiceAccountToken");
            Fact::Automount(automount.and_then(Node::as_bool))
        }
        WatchedResource::ConfigMaps => Fact::ConfigMap(config_map(document)),
        WatchedResource::ClusterRoles | WatchedResource::Roles => {
            Fact::Role(role(what, object, &namespace, &name))
        }
        WatchedResource::ClusterRoleBindings | WatchedResource::RoleBindings => {
            Fact::Binding(binding(object))
        }
        WatchedResource::HorizontalPodAutoscalers | WatchedResource::ScaledObjects => {
            Fact::Scaler(scaler(what, object, &name))
        }
        WatchedResource::Deployments
        | WatchedResource::StatefulSets
        | WatchedResource::DaemonSets => {
            // Its pods are about to go.
            match is_leaving(document) {
                true => Fact::Leaving,
                false => Fact::Workload,
            }
        }
    };
    Ok(NamedFact {
        namespace,
        name,
        fact,
    })
}

fn is_leaving(document: &Document) -> bool {
    metadata(document, "deletionTimestamp").is_some_and(|at| !at.is_null())
}

fn labels_of(document: &Document) -> Labels {
    let labels = metadata(document, "labels")
        .into_iter()
        .flat_map(Node::entries);
    labels
        .filter_map(|entry| Some((entry.key.into(), entry.value.as_str()?.into())))
        .collect()
}

/// What is kept of a ConfigMap. It is a document of its own, so that the text of all the others does not stay.
fn config_map(document: &Document) -> Option<Document> {
    #[derive(Serialize)]
    struct ElectionConfigMap<'a> {
        #[serde(rename = "apiVersion")]
        api_version: &'a str,
        kind: &'a str,
        metadata: ConfigMapMetadata<'a>,
        data: BTreeMap<&'a str, &'a str>,
    }
    let data = document.root().get("data").into_iter();
    let data: BTreeMap<&str, &str> = data
        .flat_map(Node::entries)
        .filter_map(|entry| Some((entry.key, entry.value.as_str()?)))
        .filter(|(key, value)| is_kept(key, value))
        .collect();
    if data.is_empty() {
        return None;
    }
    let kept = ElectionConfigMap {
        api_version: "v1",
        kind: "ConfigMap",
        metadata: ConfigMapMetadata::of(document),
        data,
    };
    let text = serde_json::to_string(&kept).ok()?;
    read(WatchedResource::ConfigMaps, &text, fields::built_in()).ok()
}

/// Whether a value of a ConfigMap can matter to an election.
fn is_kept(key: &str, value: &str) -> bool {
    if value.starts_with("-----BEGIN") || value.len() > MAX_VALUE_BYTES {
        return false;
    }
    value.len() <= MAX_ANY_VALUE_BYTES
        || names_elections(value)
        || names_elections(key)
        || (value.len() <= MAX_FILE_WITH_KIND_BYTES && value.contains("kind"))
}

#[derive(Serialize)]
struct ConfigMapMetadata<'a> {
    name: &'a str,
    namespace: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'a str, &'a str>,
}

impl<'a> ConfigMapMetadata<'a> {
    /// With the annotations that are leaselint's own.
    fn of(document: &'a Document) -> Self {
        let text = |field| metadata(document, field).and_then(Node::as_str);
        let annotations = metadata(document, "annotations").into_iter();
        Self {
            name: text("name").unwrap_or_default(),
            namespace: text("namespace").unwrap_or_default(),
            annotations: annotations
                .flat_map(|all| all.entries_beginning("leaselint.io/"))
                .filter_map(|entry| Some((entry.key, entry.value.as_str()?)))
                .collect(),
        }
    }
}

/// A workload as JSON, as far as it is judged.
pub(crate) fn workload_text(what: WatchedResource, document: &Document) -> Option<String> {
    let head = serde_json::to_string(&ConfigMapMetadata::of(document)).ok()?;
    let spec = document.root().get("spec").map(to_json);
    Some(format!(
        r#"{{"apiVersion":"{}","kind":"{}","metadata":{head},"spec":{}}}"#,
        what.api_version(),
        what.kind(),
        spec.as_deref().unwrap_or("null")
    ))
}

fn only_object(document: &Document) -> Option<Object<'_>> {
    objects_of(document).0.into_iter().next()
}

fn role(what: WatchedResource, object: Option<Object<'_>>, namespace: &str, name: &str) -> Role {
    match object.and_then(role_of) {
        Some(role) => role.trimmed().unplaced(),
        // It is there, and nothing that it grants can be read.
        None => Role {
            cluster: what == WatchedResource::ClusterRoles,
            namespace: (what == WatchedResource::Roles).then(|| namespace.into()),
            name: name.into(),
            ..Role::default()
        },
    }
}

fn binding(object: Option<Object<'_>>) -> Option<Binding> {
    let mut binding = binding_of(object?, false)?.unplaced();
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

fn scaler(what: WatchedResource, object: Option<Object<'_>>, name: &str) -> ScalerFacts {
    let target = object.and_then(ScaleTarget::of);
    let scaler = object.map_or(Ok(None), scaler_of);
    ScalerFacts {
        what,
        name: name.into(),
        target: target.map(|target| target.name).unwrap_or_default().into(),
        target_api_version: target.and_then(|target| target.api_version).map(Box::from),
        target_kind: target.and_then(|target| target.kind).map(Box::from),
        // A place in an object of the cluster is in no file.
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

#[cfg(test)]
#[path = "object_facts_tests.rs"]
mod tests;
