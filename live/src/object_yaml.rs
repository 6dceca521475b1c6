//! An object of the cluster as YAML: what people see of it, and what places in it count in.
//!
//! What only the API server keeps is left out: `managedFields`, `status`, and kubectl's copy of what was applied last.

use std::fmt::Write as _;

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

/// A text: plain where no reader takes it for anything else, as lines where it has some, else in quotes.
fn scalar(word: &str, depth: usize, text: &mut String) {
    if is_plain(word) {
        text.push_str(word);
    } else if is_block(word) {
        let lines = word.strip_suffix('\n');
        text.push_str(if lines.is_some() { "|" } else { "|-" });
        for line in lines.unwrap_or(word).split('\n') {
            text.push('\n');
            if !line.is_empty() {
                indent(depth + 1, text);
                text.push_str(line);
            }
        }
    } else {
        // JSON's strings are YAML's in double quotes, but for what YAML takes for the end of a line or does not take at all.
        for character in Value::String(word.to_owned()).to_string().chars() {
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}') {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            } else {
                text.push(character);
            }
        }
    }
}

/// Whether a text is read as this text by every reader of YAML, in any version: letters first, and no word that stands for
/// something else.
fn is_plain(word: &str) -> bool {
    let mut characters = word.chars();
    let begins_well = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '/' | '_'));
    let is_safe = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '/' | '=' | '+')
    };
    // A dash before an argument needs no quotes: `--leader-elect`.
    let is_argument = word.strip_prefix("--").is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_safe)
    });
    is_argument || (begins_well && word.chars().all(is_safe) && !is_reserved(word))
}

/// What stands for a boolean, null or a number in YAML 1.1 or 1.2.
fn is_reserved(word: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    WORDS.iter().any(|one| one.eq_ignore_ascii_case(word))
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
