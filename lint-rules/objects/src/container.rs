//! Containers of a pod.

use super::component::Component;
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
    component: Option<Component<'d>>,
}

impl<'d> Container<'d> {
    pub(super) fn new(object: Object<'d>, node: Node<'d>, kind: ContainerKind) -> Self {
        let always = node.get("restartPolicy").and_then(Node::as_str) == Some("Always");
        let kind = if kind == ContainerKind::Init && always {
            ContainerKind::Sidecar
        } else {
            kind
        };
        Self {
            object,
            node,
            kind,
            component: None,
        }
    }

    /// What an installer makes of the arguments that its configuration gives to a component.
    pub(super) fn of_component(object: Object<'d>, component: Component<'d>) -> Self {
        Self {
            object,
            node: component.node(),
            kind: ContainerKind::Main,
            component: Some(component),
        }
    }

    /// The component that an installer starts in it, where only its arguments are written.
    #[must_use]
    pub fn component(&self) -> Option<&Component<'d>> {
        self.component.as_ref()
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
        if let Some(component) = &self.component {
            return component.program;
        }
        self.node
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default()
    }

    /// Its image, if written.
    #[must_use]
    pub fn image(&self) -> Option<&'d str> {
        self.field("image").and_then(Node::as_str)
    }

    /// Where a finding points when something of the container is missing: its `name`.
    #[must_use]
    pub fn name_place(&self) -> FileSpan {
        let span = self.field("name").map_or_else(
            || {
                let span = self.node.span();
                Span::new(span.start, span.start)
            },
            Node::span,
        );
        self.object.place(span)
    }

    /// A field; those of a component's arguments are flags.
    fn field(&self, name: &str) -> Option<Node<'d>> {
        self.node.get(name).filter(|_| self.component.is_none())
    }

    /// A node of the container as a place.
    #[must_use]
    pub fn place(&self, node: Node<'d>) -> FileSpan {
        self.object.place(node.span())
    }
}
