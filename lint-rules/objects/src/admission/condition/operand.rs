//! The operands of an expression, as they are for one write of a lease.

use super::{LeaseWrite, Requester};

const NODE_USER_PREFIX: &str = "system:node:";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CelOperand {
    Truth(bool),
    Text(String),
    List(Vec<CelOperand>),
    /// The requester's name.
    User,
    /// The requester's groups.
    Groups,
    Unknown,
}

impl CelOperand {
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
    pub(super) fn field(&self, path: &str) -> CelOperand {
        let text = |text: &str| CelOperand::Text(text.to_owned());
        match path {
            "true" => CelOperand::Truth(true),
            "false" | "request.dryRun" => CelOperand::Truth(false),
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
                self.namespace.map_or(CelOperand::Unknown, text)
            }
            "request.userInfo.username" => CelOperand::User,
            "request.userInfo.groups" => CelOperand::Groups,
            _ => CelOperand::Unknown,
        }
    }

    pub(super) fn are_equal(&self, left: &CelOperand, right: &CelOperand) -> Option<bool> {
        match (left, right) {
            (CelOperand::Text(a), CelOperand::Text(b)) => Some(a == b),
            (CelOperand::Truth(a), CelOperand::Truth(b)) => Some(a == b),
            (CelOperand::User, CelOperand::Text(name))
            | (CelOperand::Text(name), CelOperand::User) => {
                let is_node = self.requester == Requester::Node;
                (is_node != name.starts_with(NODE_USER_PREFIX)).then_some(false)
            }
            _ => None,
        }
    }

    pub(super) fn is_among(&self, one: &CelOperand, list: &CelOperand) -> Option<bool> {
        match (one, list) {
            (_, CelOperand::List(items)) => {
                let answers: Vec<_> = items.iter().map(|item| self.are_equal(one, item)).collect();
                if answers.contains(&Some(true)) {
                    return Some(true);
                }
                (!answers.contains(&None)).then_some(false)
            }
            (CelOperand::Text(group), CelOperand::Groups) => match group.as_str() {
                "system:nodes" => Some(self.requester == Requester::Node),
                "system:authenticated" => Some(true),
                "system:unauthenticated" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// `startsWith`, `endsWith`, `contains` of a text; `startsWith` of the requester's name.
    pub(super) fn test_text(
        &self,
        method: &str,
        receiver: &CelOperand,
        text: &str,
    ) -> Option<bool> {
        match (method, receiver) {
            ("startsWith", CelOperand::Text(value)) => Some(value.starts_with(text)),
            ("endsWith", CelOperand::Text(value)) => Some(value.ends_with(text)),
            ("contains", CelOperand::Text(value)) => Some(value.contains(text)),
            ("startsWith", CelOperand::User) => match self.requester {
                Requester::Node if NODE_USER_PREFIX.starts_with(text) => Some(true),
                Requester::Node => (!text.starts_with(NODE_USER_PREFIX)).then_some(false),
                Requester::Other => text.starts_with(NODE_USER_PREFIX).then_some(false),
            },
            _ => None,
        }
    }
}
