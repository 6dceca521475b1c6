//! The operands of an expression, as they are for one write of a lease.

use super::{LeaseWrite, Requester};

const NODE_USER_PREFIX: &str = "system:node:";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Truth(bool),
    Text(String),
    List(Vec<Operand>),
    /// The requester's name.
    User,
    /// The requester's groups.
    Groups,
    Unknown,
}

impl Operand {
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            _ => None,
        }
    }

    pub(super) fn of(truth: Option<bool>) -> Self {
        truth.map_or(Self::Unknown, Self::Truth)
    }
}

impl LeaseWrite<'_> {
    /// What a path of an expression stands for.
    pub(super) fn field(&self, path: &str) -> Operand {
        let text = |text: &str| Operand::Text(text.to_owned());
        match path {
            "true" => Operand::Truth(true),
            "false" | "request.dryRun" => Operand::Truth(false),
            "request.resource.group"
            | "request.requestResource.group"
            | "request.kind.group"
            | "request.requestKind.group" => text("coordination.k8s.io"),
            "request.resource.resource" | "request.requestResource.resource" => text("leases"),
            "request.kind.kind" | "request.requestKind.kind" | "object.kind" => text("Lease"),
            "request.resource.version"
            | "request.requestResource.version"
            | "request.kind.version"
            | "request.requestKind.version" => text("v1"),
            "object.apiVersion" => text("coordination.k8s.io/v1"),
            "request.subResource" | "request.requestSubResource" => text(""),
            "request.operation" => text(self.operation),
            "request.namespace" | "object.metadata.namespace" => {
                self.namespace.map_or(Operand::Unknown, text)
            }
            "request.userInfo.username" => Operand::User,
            "request.userInfo.groups" => Operand::Groups,
            _ => Operand::Unknown,
        }
    }

    pub(super) fn are_equal(&self, left: &Operand, right: &Operand) -> Option<bool> {
        match (left, right) {
            (Operand::Text(a), Operand::Text(b)) => Some(a == b),
            (Operand::Truth(a), Operand::Truth(b)) => Some(a == b),
            (Operand::User, Operand::Text(name)) | (Operand::Text(name), Operand::User) => {
                let is_node = self.requester == Requester::Node;
                (is_node != name.starts_with(NODE_USER_PREFIX)).then_some(false)
            }
            _ => None,
        }
    }

    pub(super) fn is_among(&self, one: &Operand, list: &Operand) -> Option<bool> {
        match (one, list) {
            (_, Operand::List(items)) => {
                let answers: Vec<_> = items.iter().map(|item| self.are_equal(one, item)).collect();
                if answers.contains(&Some(true)) {
                    return Some(true);
                }
                (!answers.contains(&None)).then_some(false)
            }
            (Operand::Text(group), Operand::Groups) => match group.as_str() {
                "system:nodes" => Some(self.requester == Requester::Node),
                "system:authenticated" => Some(true),
                "system:unauthenticated" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// `startsWith`, `endsWith`, `contains` of a text; `startsWith` of the requester's name.
    pub(super) fn test_text(&self, method: &str, receiver: &Operand, text: &str) -> Option<bool> {
        match (method, receiver) {
            ("startsWith", Operand::Text(value)) => Some(value.starts_with(text)),
            ("endsWith", Operand::Text(value)) => Some(value.ends_with(text)),
            ("contains", Operand::Text(value)) => Some(value.contains(text)),
            ("startsWith", Operand::User) => match self.requester {
                Requester::Node if NODE_USER_PREFIX.starts_with(text) => Some(true),
                Requester::Node => (!text.starts_with(NODE_USER_PREFIX)).then_some(false),
                Requester::Other => text.starts_with(NODE_USER_PREFIX).then_some(false),
            },
            _ => None,
        }
    }
}
