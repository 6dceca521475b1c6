//! The check that nothing is asked for that was left out of a document. It runs in builds with debug assertions, which tests
//! are, and costs nothing in others.

use super::super::field_mask::Coverage;
use super::{Node, Value};

/// Panics if this key of a mapping was not read, so that its absence says nothing.
pub(super) fn check_key(node: Node<'_>, key: &str) {
    check(node, key, |coverage| match coverage {
        Coverage::Part(fields) => !matches!(fields.member(key), Coverage::None),
        Coverage::None | Coverage::Whole => true,
    });
}

/// Panics if keys of a mapping with this beginning were not read.
pub(super) fn check_keys(node: Node<'_>, beginning: &str) {
    check(node, &format!("{beginning}*"), |coverage| match coverage {
        Coverage::Part(fields) => fields.has_all(beginning),
        Coverage::None | Coverage::Whole => true,
    });
}

fn check(node: Node<'_>, wanted: &str, is_read: impl Fn(Coverage<'_>) -> bool) {
    if node.document().mask.is_none() || !matches!(node.value(), Value::Mapping) {
        return;
    }
    let Some((path, coverage)) = coverage_of(node) else {
        return;
    };
    let is_of_mapping = matches!(coverage, Coverage::Part(fields) if fields.is_of_mapping());
    assert!(
        !is_of_mapping || is_read(coverage),
        "`{path}{wanted}` is asked for and was not read: name it in the rule's `reads`, or in the `FIELDS` of the crate \
         whose view asks"
    );
}

/// How much was read of a node, and the path to it.
fn coverage_of(node: Node<'_>) -> Option<(String, Coverage<'_>)> {
    let document = node.document();
    let target = node.span();
    let holds = |other: Node<'_>| {
        let span = other.span();
        span.start <= target.start && target.end <= span.end
    };
    let mut path = String::new();
    let mut here = document.root();
    let mut coverage = Coverage::Part(document.mask.as_ref()?.tree());
    while here.id() != node.id() {
        let Coverage::Part(fields) = coverage else {
            return None;
        };
        match here.value() {
            Value::Mapping if fields.is_of_mapping() => {
                let entry = here.read_entries().find(|entry| holds(entry.value))?;
                path.push_str(entry.key);
                path.push('.');
                coverage = fields.member(entry.key);
                here = entry.value;
            }
            Value::Sequence => {
                here = here.items().find(|item| holds(*item))?;
                coverage = fields.item();
                path.insert_str(path.len().saturating_sub(1), "[]");
            }
            _ => return None,
        }
    }
    Some((path, coverage))
}
