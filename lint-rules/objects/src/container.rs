//! Containers of a pod.

use super::object::Object;
use manifest::text::{FileSpan, Span};
use manifest::tree::Node;

/// When a container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerKind {
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
    kind: ContainerKind,
}

impl<'d> Container<'d> {
    pub(super) fn new(object: Object<'d>, node: Node<'d>, kind: ContainerKind) -> Self {
        let always = node.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        let kind = if kind == ContainerKind::Init && always {
            ContainerKind::Sidecar
        } else {
            kind
        };
        Self { object, node, kind }
    }

    /// The container's mapping.
    #[must_use]
    pub fn node(&self) -> Node<'d> {
        self.node
    }

    /// When it runs.
    #[must_use]
    pub fn kind(&self) -> ContainerKind {
        self.kind
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
