//! An object of the cluster as YAML: what people see of it, and what places in it count in.
//!
//! What only the API server keeps is left out: `managedFields`, `status`, and kubectl's copy of what was applied last.

use std::fmt::Write as _;

use manifest::edit;
use serde_json::{Map, Value};

/// The annotation in which `kubectl apply` keeps the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An object as YAML; `api_version` and `kind` are those of a list that leaves them out of its items.
///
/// # Errors
/// The text is no JSON object.
pub fn object_yaml(json: &str, api_version: &str, kind: &str) -> Result<String, serde_json::Error> {
    let mut object: Map<String, Value> = serde_json::from_str(json)?;
    object.remove("status");
    let implied = [("apiVersion", api_version), ("kind", kind)];
    for (key, value) in implied {
        object
            .entry(key)
            .or_insert_with(|| Value::String(value.to_owned()));
    }
    if let Some(Value::Object(metadata)) = object.get_mut("metadata") {
        metadata.remove("managedFields");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.remove(LAST_APPLIED);
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
    let mut text = String::with_capacity(json.len());
    mapping(&object, 0, &mut text);
    Ok(text)
}

fn mapping(entries: &Map<String, Value>, depth: usize, text: &mut String) {
    for (number, (key, value)) in entries.iter().enumerate() {
        if number > 0 {
            indent(depth, text);
        }
        scalar(key, depth, text);
        text.push(':');
        nested(value, depth, text);
    }
}

/// What follows the colon of a key.
fn nested(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            text.push('\n');
            indent(depth + 1, text);
            mapping(entries, depth + 1, text);
        }
        // Items stand below their key, as kubectl writes them.
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            sequence(items, depth, text);
        }
        other => {
            text.push(' ');
            leaf(other, depth, text);
            text.push('\n');
        }
    }
}

fn sequence(items: &[Value], depth: usize, text: &mut String) {
    for item in items {
        indent(depth, text);
        text.push_str("- ");
        match item {
            Value::Object(entries) if !entries.is_empty() => mapping(entries, depth + 1, text),
            Value::Array(inner) if !inner.is_empty() => {
                // A sequence in a sequence: on the lines below a dash of its own.
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
                sequence(inner, depth + 1, text);
            }
            other => {
                leaf(other, depth, text);
                text.push('\n');
            }
        }
    }
}

fn leaf(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(word) => {
            let _ = write!(text, "{word}");
        }
        Value::Number(number) => {
            let _ = write!(text, "{number}");
        }
        Value::String(word) => scalar(word, depth, text),
        Value::Array(_) => text.push_str("[]"),
        Value::Object(_) => text.push_str("{}"),
    }
}

/// A text: as lines where it has some, else as one scalar.
fn scalar(word: &str, depth: usize, text: &mut String) {
    if !is_block(word) {
        text.push_str(&edit::scalar(word, false));
        return;
    }
    let lines = word.strip_suffix('\n');
    text.push_str(if lines.is_some() { "|" } else { "|-" });
    for line in lines.unwrap_or(word).split('\n') {
        text.push('\n');
        if !line.is_empty() {
            indent(depth + 1, text);
            text.push_str(line);
        }
    }
}

/// Whether a text of several lines can be written line by line.
fn is_block(word: &str) -> bool {
    let lines = word.strip_suffix('\n').unwrap_or(word);
    lines.contains('\n')
        && !lines.starts_with([' ', '\n', '\t'])
        && !lines.ends_with('\n')
        && lines
            .chars()
            .all(|character| character == '\n' || character == '\t' || !character.is_control())
        && lines
            .split('\n')
            .all(|line| !line.ends_with([' ', '\t']) && !line.contains('\u{feff}'))
        && !lines.contains(['\u{85}', '\u{2028}', '\u{2029}'])
}

fn indent(depth: usize, text: &mut String) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

#[cfg(test)]
#[path = "object_yaml_tests.rs"]
mod tests;
