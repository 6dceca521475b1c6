//! The way to a token: JSONPath of a byte.

use std::fmt::Write as _;

use super::{Document, Node, Value};
use crate::text::Span;

impl Document {
    /// The normalised path of the innermost node at a byte of the file, such as `$.spec.replicas`.
    ///
    /// A byte in a key gives the path of its value.
    #[must_use]
    pub fn path_at(&self, offset: u32) -> String {
        self.path_of(Span::new(offset, offset))
    }

    /// The normalised path of the node at a span of the file. A whole mapping is its own place,
    /// although its first key begins with it.
    #[must_use]
    pub fn path_of(&self, span: Span) -> String {
        let mut path = String::from("$");
        let mut node = self.root();
        // Nesting is limited by the reader, so this ends.
        while !(matches!(node.value(), Value::Mapping) && node.span() == span) {
            match step(node, span.start, &mut path) {
                Some(next) => node = next,
                None => break,
            }
        }
        path
    }
}

fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset < span.end.max(span.start + 1)
}

/// The child that holds the byte; its step is appended to the path.
fn step<'d>(node: Node<'d>, offset: u32, path: &mut String) -> Option<Node<'d>> {
    if node.is_alias() {
        return None;
    }
    match node.value() {
        Value::Mapping => {
            let entry = node
                .read_entries()
                .find(|entry| holds(entry.key_span, offset) || holds(entry.value.span(), offset))?;
            push_key(path, entry.key);
            // A byte of the key itself: the way ends here.
            if holds(entry.key_span, offset) {
                None
            } else {
                Some(entry.value)
            }
        }
        Value::Sequence => {
            let (index, item) = node
                .items()
                .enumerate()
                .find(|(_, item)| holds(item.span(), offset))?;
            let _ = write!(path, "[{index}]");
            Some(item)
        }
        _ => None,
    }
}

fn push_key(path: &mut String, key: &str) {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain {
        path.push('.');
        path.push_str(key);
        return;
    }
    path.push_str("['");
    for c in key.chars() {
        match c {
            '\'' | '\\' => {
                path.push('\\');
                path.push(c);
            }
            c if c.is_control() => {
                let _ = write!(path, "\\u{:04x}", u32::from(c));
            }
            c => path.push(c),
        }
    }
    path.push_str("']");
}

/// Adds a key to a path: `.key`, or `["key"]` if it is not a simple word.
pub(crate) fn add_to_path(path: &mut String, key: &str) {
    let simple = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if key.is_empty() || !key.bytes().all(simple) {
        path.push_str(&format!("[{key:?}]"));
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}
