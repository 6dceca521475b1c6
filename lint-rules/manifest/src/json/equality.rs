//! Whether two objects are the same in what is read of them.

use crate::tree::{Node, Value};

/// Whether two nodes of documents that were read by [`super::read_json`] with one mask hold the same in the same order,
/// as far as they were read.
#[must_use]
pub fn are_same(one: Node<'_>, two: Node<'_>) -> bool {
    // In JSON the same text always means the same.
    if written(one) == written(two) {
        return true;
    }
    match (one.value(), two.value()) {
        (Value::Sequence, Value::Sequence) => {
            let (one, two) = (one.items(), two.items());
            one.len() == two.len() && one.zip(two).all(|(one, two)| are_same(one, two))
        }
        (Value::Mapping, Value::Mapping) => {
            let (one, two) = (one.read_entries(), two.read_entries());
            one.len() == two.len()
                && one
                    .zip(two)
                    .all(|(one, two)| one.key == two.key && are_same(one.value, two.value))
        }
        _ => false,
    }
}

fn written(node: Node<'_>) -> Option<&[u8]> {
    let span = node.span();
    let start = usize::try_from(span.start).ok()?;
    let end = usize::try_from(span.end).ok()?;
    node.document().text().as_bytes().get(start..end)
}
