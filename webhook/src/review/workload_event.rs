//! What is written on a workload whose review ended with warnings.

use engine::Finding;
use manifest::tree::Node;
use objects::Object;

use super::messages::statements;

/// Characters of an Event's message; the API takes 1024 bytes of a note (`pkg/apis/core/validation/events.go`, v1.36).
const MAX_MESSAGE_CHARACTERS: usize = 250;

/// Which workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadReference {
    /// Its group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its uid, without which `kubectl describe` does not show the Event.
    pub uid: String,
}

/// An Event to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadEvent {
    /// On what.
    pub workload: WorkloadReference,
    /// The rules behind it, with a comma between them.
    pub rules: String,
    /// What is wrong.
    pub message: String,
}

impl WorkloadReference {
    /// An object in a namespace; `None` if it has no name or uid yet.
    pub(super) fn of(object: Object<'_>, namespace: &str) -> Option<Self> {
        let uid = object
            .node()
            .at(&["metadata", "uid"])
            .and_then(Node::as_str)?;
        Some(Self {
            api_version: object.api_version().to_owned(),
            kind: object.kind_word().to_owned(),
            namespace: namespace.to_owned(),
            name: object.name()?.to_owned(),
            uid: uid.to_owned(),
        })
    }

    /// The Event about findings.
    pub(super) fn event(self, findings: &[&Finding], rules: String) -> WorkloadEvent {
        WorkloadEvent {
            workload: self,
            rules,
            message: statements(findings, MAX_MESSAGE_CHARACTERS),
        }
    }
}
