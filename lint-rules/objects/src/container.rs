//! Containers of a pod.

use super::kinds::Object;
use manifest::text::{FileSpan, Span};
use manifest::tree::Node;

/// The part a container plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Of the list `containers`.
    Main,
    /// Of the list `initContainers`, without `restartPolicy: Always`.
    Init,
    /// Of the list `initContainers`, with `restartPolicy: Always`.
    Sidecar,
}

/// One container.
#[derive(Clone, Copy)]
pub struct Container<'d> {
    object: Object<'d>,
    node: Node<'d>,
    role: Role,
}

impl<'d> Container<'d> {
    pub(super) fn new(object: Object<'d>, node: Node<'d>, role: Role) -> Self {
        let always = node.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        let role = if role == Role::Init && always {
            Role::Sidecar
        } else {
            role
        };
        Self { object, node, role }
    }

    /// The container's mapping.
    #[must_use]
    pub fn node(&self) -> Node<'d> {
        self.node
    }

    /// The part it plays.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its name; empty when it has none.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.node
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
    }

    /// Its image, if written.
    #[must_use]
    pub fn image(&self) -> Option<&'d str> {
        self.node.get("image").and_then(Node::as_str)
    }

    /// Where a finding points when something of the container is missing: its `name`.
    #[must_use]
    pub fn name_place(&self) -> FileSpan {
        let span = self.node.get("name").map_or_else(
            || {
                let span = self.node.span();
                Span::new(span.start, span.start)
            },
            Node::span,
        );
        self.object.place(span)
    }

    /// A node of the container as a place.
    #[must_use]
    pub fn place(&self, node: Node<'d>) -> FileSpan {
        self.object.place(node.span())
    }
}
