//! The path from an object to one of its values.

use manifest::tree::{Node, Value};
use objects::Object;

/// A step of the path to a value of an object.
pub(crate) enum ObjectStep<'d> {
    /// A key of a mapping.
    Key(&'d str),
    /// The number of an item, and the `name` that is written in it.
    Item(usize, Option<&'d str>),
}

/// The path to a value of an object, with the text that stands there.
pub(crate) struct ObjectPath<'d> {
    pub(crate) steps: Vec<ObjectStep<'d>>,
    pub(crate) text: Option<&'d str>,
}

impl<'d> ObjectPath<'d> {
    /// To the innermost node at a byte of an object's file.
    pub(crate) fn to_byte(object: Object<'d>, offset: u32) -> Self {
        let mut steps = Vec::new();
        let mut node = object.node();
        // The reader limits nesting, so this ends.
        while let Some((step, inner)) = step_towards(node, offset) {
            steps.push(step);
            node = inner;
        }
        Self {
            steps,
            text: node.scalar_text(),
        }
    }

    /// To the number of pods of a workload, written or not.
    pub(crate) fn to_replicas(written: Option<Node<'d>>) -> Self {
        Self {
            steps: vec![ObjectStep::Key("spec"), ObjectStep::Key("replicas")],
            text: written.and_then(Node::scalar_text),
        }
    }
}

fn step_towards<'d>(node: Node<'d>, offset: u32) -> Option<(ObjectStep<'d>, Node<'d>)> {
    // What an alias stands for is written somewhere else.
    if node.is_alias() {
        return None;
    }
    match node.value() {
        Value::Mapping => {
            let mut entries = node.entries();
            let entry = entries
                .find(|entry| entry.key_span.start <= offset && offset < entry.value.span().end)?;
            Some((ObjectStep::Key(entry.key), entry.value))
        }
        Value::Sequence => {
            let mut items = node.items().enumerate();
            let (at, item) =
                items.find(|(_, item)| item.span().start <= offset && offset < item.span().end)?;
            let name = item.get("name").and_then(Node::as_str);
            Some((ObjectStep::Item(at, name), item))
        }
        _ => None,
    }
}
