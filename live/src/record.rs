//! One Lease as the API server sends it.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a Lease is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeaseKind {
    /// A leader election.
    Election,
    /// The heartbeat of a node.
    Node,
    /// The identity of an API server.
    ApiServer,
    /// Anything else, such as the heartbeat of a program.
    Other,
}

impl LeaseKind {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Election, Self::Node, Self::ApiServer, Self::Other];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Node => "node",
            Self::ApiServer => "apiserver",
            Self::Other => "other",
        }
    }
}

/// Namespace and name of a Lease.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeaseKey {
    /// The namespace.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
}

impl std::fmt::Display for LeaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// The election record of a Lease, as client-go 0.37 reads it (`resourcelock/leaselock.go`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElectionRecord {
    /// `spec.holderIdentity`; empty: it is free.
    pub holder: Box<str>,
    /// `spec.leaseDurationSeconds`.
    pub duration_seconds: Option<i64>,
    /// `spec.acquireTime`, as written.
    pub acquire_time: Option<Box<str>>,
    /// `spec.renewTime`, as written.
    pub renew_time: Option<Box<str>>,
    /// `spec.leaseTransitions`: grows for as long as the Lease exists.
    pub transitions: Option<i64>,
}

/// A Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseObject {
    /// Namespace and name.
    pub key: LeaseKey,
    /// Another Lease of the same name has another one.
    pub uid: Box<str>,
    /// `metadata.resourceVersion`: changes with every write.
    pub version: Box<str>,
    /// What it is used for, as far as it says itself.
    pub kind: LeaseKind,
    /// The record.
    pub record: ElectionRecord,
    /// Its annotations by which findings are ignored.
    pub ignores: BTreeMap<Box<str>, Box<str>>,
}

/// The namespace of the nodes' heartbeats.
const NODE_NAMESPACE: &str = "kube-node-lease";
/// What annotations of leaselint begin with.
const IGNORES: &str = "leaselint.io/";
/// The label of the API servers' Leases (kubernetes `pkg/controlplane`, 1.26 and later).
const IDENTITY_LABEL: &str = "apiserver.kubernetes.io/identity";

#[derive(Deserialize)]
struct SentLease {
    metadata: SentMetadata,
    #[serde(default)]
    spec: SentSpec,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentMetadata {
    #[serde(default)]
    namespace: Box<str>,
    #[serde(default)]
    name: Box<str>,
    #[serde(default)]
    uid: Box<str>,
    #[serde(default)]
    resource_version: Box<str>,
    #[serde(default)]
    labels: HashMap<Box<str>, IgnoredAny>,
    #[serde(default)]
    annotations: BTreeMap<Box<str>, Box<str>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentSpec {
    #[serde(default)]
    holder_identity: Option<Box<str>>,
    #[serde(default)]
    lease_duration_seconds: Option<i64>,
    #[serde(default)]
    acquire_time: Option<Box<str>>,
    #[serde(default)]
    renew_time: Option<Box<str>>,
    #[serde(default)]
    lease_transitions: Option<i64>,
}

impl LeaseObject {
    /// Reads a Lease.
    ///
    /// # Errors
    /// The text is no Lease with a name.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        let sent: SentLease = serde_json::from_str(json)?;
        if sent.metadata.name.is_empty() {
            return Err(serde::de::Error::missing_field("metadata.name"));
        }
        Ok(Self::of(sent))
    }

    fn of(SentLease { metadata, spec }: SentLease) -> Self {
        let record = ElectionRecord {
            holder: spec.holder_identity.unwrap_or_default(),
            duration_seconds: spec.lease_duration_seconds,
            acquire_time: spec.acquire_time,
            renew_time: spec.renew_time,
            transitions: spec.lease_transitions,
        };
        let kind = if *metadata.namespace == *NODE_NAMESPACE {
            LeaseKind::Node
        } else if metadata.labels.contains_key(IDENTITY_LABEL) {
            LeaseKind::ApiServer
        } else if record.is_heartbeat() {
            LeaseKind::Other
        } else {
            LeaseKind::Election
        };
        Self {
            key: LeaseKey {
                namespace: metadata.namespace,
                name: metadata.name,
            },
            uid: metadata.uid,
            version: metadata.resource_version,
            kind,
            record,
            ignores: {
                let mut ignores = metadata.annotations;
                ignores.retain(|key, _| key.starts_with(IGNORES));
                ignores
            },
        }
    }

    /// The Lease as an object, as far as it is kept.
    #[must_use]
    pub fn to_json(&self) -> String {
        let record = &self.record;
        serde_json::json!({
            "metadata": {
                "namespace": self.key.namespace,
                "name": self.key.name,
                "uid": self.uid,
                "annotations": self.ignores,
            },
            "spec": {
                "holderIdentity": record.holder,
                "leaseDurationSeconds": record.duration_seconds,
                "acquireTime": record.acquire_time,
                "renewTime": record.renew_time,
                "leaseTransitions": record.transitions,
            },
        })
        .to_string()
    }
}

/// One event of a watch of Leases.
#[derive(Debug, PartialEq, Eq)]
pub enum LeaseEvent {
    /// A Lease is there, or has changed.
    Put(LeaseObject),
    /// A Lease is gone.
    Gone(LeaseObject),
    /// Nothing has changed up to this version.
    Bookmark(Box<str>),
    /// The watch cannot go on: an HTTP status, and why.
    Refusal(u16, String),
}

#[derive(Deserialize)]
struct SentEvent {
    r#type: Box<str>,
    object: SentSubject,
}

/// A Lease, a bookmark or a `Status`.
#[derive(Deserialize)]
struct SentSubject {
    #[serde(default)]
    metadata: SentMetadata,
    #[serde(default)]
    spec: SentSpec,
    #[serde(default)]
    code: u16,
    #[serde(default)]
    message: String,
}

impl LeaseEvent {
    /// Reads the line of one event.
    ///
    /// # Errors
    /// The line is no event of a watch.
    pub fn read(line: &str) -> Result<Self, serde_json::Error> {
        let SentEvent { r#type, object } = serde_json::from_str(line)?;
        let metadata = object.metadata;
        Ok(match &*r#type {
            "BOOKMARK" => Self::Bookmark(metadata.resource_version),
            "ERROR" => Self::Refusal(object.code, object.message),
            kind => {
                let spec = object.spec;
                let lease = LeaseObject::of(SentLease { metadata, spec });
                match kind {
                    "DELETED" => Self::Gone(lease),
                    _ => Self::Put(lease),
                }
            }
        })
    }
}

impl ElectionRecord {
    /// Somebody holds it who does not elect: every elector writes when it acquired the Lease and how often that changed
    /// hands, and a heartbeat writes neither (component-helpers `apimachinery/lease/controller.go`).
    fn is_heartbeat(&self) -> bool {
        !self.holder.is_empty() && self.acquire_time.is_none() && self.transitions.is_none()
    }

    /// It never had a holder.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.holder.is_empty()
            && self.acquire_time.is_none()
            && self.renew_time.is_none()
            && self.transitions.unwrap_or_default() == 0
    }

    /// When it was renewed, by the clock of the holder.
    #[must_use]
    pub fn renewed_at(&self) -> Option<Timestamp> {
        self.renew_time.as_deref()?.parse().ok()
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
