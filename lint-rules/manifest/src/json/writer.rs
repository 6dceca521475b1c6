//! A tree as JSON again, without what was left out when it was read.

use std::fmt::Write as _;

use crate::tree::{Node, Value};

/// The JSON of a node. Read again with the same mask it is the same tree, apart from its places.
#[must_use]
pub fn to_json(node: Node<'_>) -> String {
    let mut out = String::with_capacity(1024);
    write_node(&mut out, node);
    out
}

/// As deep as the reader lets documents nest.
fn write_node(out: &mut String, node: Node<'_>) {
    match node.value() {
        Value::Mapping => {
            out.push('{');
            for (number, entry) in node.read_entries().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_text(out, entry.key);
                out.push(':');
                write_node(out, entry.value);
            }
            out.push('}');
        }
        Value::Sequence => {
            out.push('[');
            for (number, item) in node.items().enumerate() {
                if number > 0 {
                    out.push(',');
                }
                write_node(out, item);
            }
            out.push(']');
        }
        Value::String(text) => write_text(out, text),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
            out.push_str(node.scalar_text().unwrap_or("null"));
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| matches!(c, '"' | '\\' | '\0'..='\u{1f}')) {
        let (plain, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut characters = from.chars();
        match characters.next() {
            Some(special @ ('"' | '\\')) => {
                out.push('\\');
                out.push(special);
            }
            Some(control) => {
                // Into memory: nothing here can fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}
