//! One object as the API server sends it: a JSON value and nothing around it.

use std::sync::Arc;

use crate::source::{FileId, LineIndex, Position};

use super::document::{Document, Home};
use super::{Limits, Unread, UnreadCode, parse, read};

/// What no rule asks about and what is often half of an object that lives in a cluster.
const PASSED_OVER: &[&[&str]] = &[
    &["status"],
    &["metadata", "managedFields"],
    // kubectl's copy of the whole object, in escapes.
    &[
        "metadata",
        "annotations",
        "kubectl.kubernetes.io/last-applied-configuration",
    ],
];

/// Reads one JSON object. Its status, its managed fields and kubectl's copy of it are passed over: the
/// document does not hold them, and of their syntax only brackets and strings are looked at.
///
/// # Errors
/// The text is no JSON object, or more than the limits allow.
pub fn read_object(file: FileId, text: &str, limits: Limits) -> Result<Document, Unread> {
    let unread = |position, code, reason| Unread {
        file,
        position,
        code,
        reason,
        chunk: 0,
    };
    let start = Position { line: 1, column: 1 };
    if text.len() > limits.bytes.min(read::MOST_BYTES) {
        let reason = format!(
            "the object has {} bytes, more than {}",
            text.len(),
            limits.bytes
        );
        return Err(unread(start, UnreadCode::TooLarge, reason));
    }
    let text: Arc<str> = Arc::from(text);
    let home = Home {
        lines: LineIndex::new(Arc::clone(&text)),
        base: 0,
        line: 1,
        column: 0,
    };
    let parsed = parse::json(&text, limits, PASSED_OVER).map_err(|failure| {
        let at = u32::try_from(failure.at).unwrap_or(u32::MAX);
        unread(home.lines.position(at), failure.code, failure.reason)
    })?;
    let Some(root) = parsed.root else {
        return Err(unread(
            start,
            UnreadCode::Syntax,
            "there is no value".to_owned(),
        ));
    };
    let len = text.len();
    Ok(read::document(
        file,
        text,
        len,
        Arc::new(home),
        None,
        root,
        parsed,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, Unread> {
        read_object(FileId(0), text, Limits::default())
    }

    #[test]
    fn status_and_managed_fields_are_passed_over_and_nothing_else() {
        let text = r#"{"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "a": "b"}, "name": "a\u0062", "managedFields" : [{"x": "]}\"", "y": [1]}],
            "labels": {"status": "s", "managedFields": "m"}},
            "status" : {"deep": [[["}"]]]}, "managedFields": 1, "spec": {"status": 2, "metadata": {"managedFields": 3}}}"#;
        let document = read(text).unwrap_or_else(|unread| panic!("{unread:?}"));
        let root = document.root();
        let keys = |path: &[&str]| -> Vec<String> {
            let node = root.at(path).into_iter().flat_map(|node| node.entries());
            node.map(|entry| entry.key.to_owned()).collect()
        };
        assert_eq!(keys(&[]), ["metadata", "managedFields", "spec"]);
        assert_eq!(keys(&["metadata"]), ["annotations", "name", "labels"]);
        assert_eq!(keys(&["metadata", "annotations"]), ["a"]);
        assert_eq!(keys(&["metadata", "labels"]), ["status", "managedFields"]);
        assert_eq!(keys(&["spec"]), ["status", "metadata"]);
        assert_eq!(keys(&["spec", "metadata"]), ["managedFields"]);
        let name = root
            .at(&["metadata", "name"])
            .and_then(|node| node.as_str());
        assert_eq!(name, Some("ab"));
        let spec = root.at(&["spec", "status"]).map(|node| node.span());
        assert_eq!(
            spec.map(|span| text.get(span.start as usize..span.end as usize)),
            Some(Some("2"))
        );
    }

    #[test]
    fn scalars_in_place_of_what_is_passed_over_end_where_they_end() {
        for status in ["null", "1.5e3", "\"x\\\"\"", "{}", "[]", "true", "[{}]"] {
            let text = format!("{{\"status\": {status} ,\"kind\":\"A\"}}");
            let document = read(&text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
            let kind = document.root().get("kind").and_then(|node| node.as_str());
            assert_eq!(kind, Some("A"), "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_too_deep_is_an_error() {
        for text in [
            "",
            "{",
            "{\"status\":",
            "{\"status\": [",
            "{\"status\": }",
            "{\"status\": \"",
            "{\"a\": 1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        let code = read(&deep).err().map(|unread| unread.code);
        assert_eq!(code, Some(UnreadCode::Limit));
    }
}
