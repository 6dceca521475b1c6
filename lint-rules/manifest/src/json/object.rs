//! One object as the API server sends it: a JSON value and nothing around it.

use std::sync::Arc;

use crate::text::{FileId, LineIndex, Position};

use crate::tree::document::TextOrigin;
use crate::tree::parsed::document;
use crate::tree::{Document, MOST_BYTES, Node, ReadError, ReadErrorCode, ReadLimits, Value};

use super::passed_over::OF_OBJECTS;
use super::{parse, walk};

/// Reads the JSON object at the start of a text, and says where it ends. Its status, its managed
/// fields, kubectl's copy of it and what no rule asks of pods are passed over: the document does not
/// hold them, and of their syntax only brackets and strings are looked at.
///
/// # Errors
/// There is no JSON value, or more than the limits allow.
pub fn read_object(
    file: FileId,
    text: &str,
    limits: ReadLimits,
) -> Result<(Document, usize), ReadError> {
    let unread = |code, reason| ReadError {
        file,
        position: Position { line: 1, column: 1 },
        code,
        reason,
        chunk: 0,
    };
    let most = limits.bytes.min(MOST_BYTES);
    // What is too large is not built first.
    if text.len() > most
        && let Ok(end) = walk::pass_over(text.as_bytes(), walk::skip_space(text.as_bytes(), 0))
        && end > most
    {
        let reason = format!("the object has {end} bytes, more than {most}");
        return Err(unread(ReadErrorCode::TooLarge, reason));
    }
    let parsed = parse(text, limits, &OF_OBJECTS);
    let (parsed, end) = parsed.map_err(|failure| unread(failure.code, failure.reason))?;
    let Some(root) = parsed.root else {
        return Err(unread(
            ReadErrorCode::Syntax,
            "there is no value".to_owned(),
        ));
    };
    let text: Arc<str> = Arc::from(text.get(..end).unwrap_or_default());
    let origin = TextOrigin {
        lines: LineIndex::new(Arc::clone(&text)),
        base: 0,
        line: 1,
        column: 0,
    };
    let document = document(file, text, end, Arc::new(origin), None, root, parsed);
    Ok((document, end))
}

/// Whether two nodes of objects that were read by [`read_object`] say the same in the same order, as far as
/// they were read.
#[must_use]
pub fn says_the_same(one: Node<'_>, two: Node<'_>) -> bool {
    fn written(node: Node<'_>) -> Option<&[u8]> {
        let span = node.span();
        let text = node.document().text();
        text.as_bytes().get(span.start as usize..span.end as usize)
    }
    // JSON, in which the same text always says the same.
    if written(one) == written(two) {
        return true;
    }
    match (one.value(), two.value()) {
        (Value::Sequence, Value::Sequence) => {
            let (one, two) = (one.items(), two.items());
            one.len() == two.len() && one.zip(two).all(|(one, two)| says_the_same(one, two))
        }
        (Value::Mapping, Value::Mapping) => {
            let (one, two) = (one.entries(), two.entries());
            one.len() == two.len()
                && one
                    .zip(two)
                    .all(|(one, two)| one.key == two.key && says_the_same(one.value, two.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_and_blanks_make_no_difference() {
        let spec = |inner: &str| format!(r#"{{"spec":{{"a":[1,{{"b":"x"}}],{inner}}}}}"#);
        let same = |one: &str, two: &str| {
            let (one, two) = (read(one), read(two));
            let (Ok(one), Ok(two)) = (one, two) else {
                panic!("both are JSON");
            };
            says_the_same(one.root(), two.root())
        };
        let plain = spec(r#""template":{"metadata":{"labels":{"c":"d"}}}"#);
        let restarted =
            spec(r#""template":{"metadata":{"labels":{"c":"d"},"annotations":{"at":"1"}}}"#);
        let spaced = plain.replace(':', " : ");
        assert!(same(&plain, &plain));
        assert!(same(&plain, &restarted));
        assert!(same(&restarted, &plain));
        assert!(same(&plain, &spaced));
        for (from, to) in [
            ("\"d\"", "\"e\""),
            ("\"c\"", "\"k\""),
            ("[1,", "[2,"),
            ("[1,", "["),
            ("[1,", "[\"1\","),
            ("\"x\"", "{}"),
            ("\"x\"", "\"x\",\"y\":1"),
        ] {
            let other = plain.replacen(from, to, 1);
            assert_ne!(other, plain);
            assert!(!same(&plain, &other), "{other}");
            assert!(!same(&other, &spaced), "{other}");
        }
    }

    fn read(text: &str) -> Result<Document, ReadError> {
        read_object(FileId(0), text, ReadLimits::default()).map(|(document, _)| document)
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
    fn what_no_rule_asks_of_pods_is_passed_over() {
        let container = |name: &str| {
            format!(
                r#"{{"name":"{name}","resources":{{"limits":{{"cpu":"1"}}}},"securityContext":{{}},"livenessProbe":{{"exec":{{"command":["]"]}}}},"readinessProbe":{{"httpGet":{{"path":"/"}}}},"args":["x"]}}"#
            )
        };
        let text = format!(
            r#"{{"spec":{{"resources":1,"template":{{"spec":{{"tolerations":[{{}}],"containers":[{},{}],"initContainers":[{}],"affinity":{{"nodeAffinity":{{}},"podAntiAffinity":{{}}}},"hostNetwork":true}}}}}}}}"#,
            container("a"),
            container("b"),
            container("c")
        );
        let document = read(&text).unwrap_or_else(|unread| panic!("{unread:?}"));
        let keys = |node: Option<Node<'_>>| -> Vec<String> {
            let entries = node.into_iter().flat_map(|node| node.entries());
            entries.map(|entry| entry.key.to_owned()).collect()
        };
        let pod = document.root().at(&["spec", "template", "spec"]);
        assert_eq!(
            keys(pod),
            ["containers", "initContainers", "affinity", "hostNetwork"]
        );
        let affinity = pod.and_then(|pod| pod.get("affinity"));
        assert_eq!(keys(affinity), ["podAntiAffinity"]);
        assert_eq!(keys(document.root().get("spec")), ["resources", "template"]);
        for list in ["containers", "initContainers"] {
            let items = pod.and_then(|pod| pod.get(list));
            let items: Vec<_> = items.into_iter().flat_map(|list| list.items()).collect();
            assert_eq!(items.len(), if list == "containers" { 2 } else { 1 });
            for item in items {
                assert_eq!(keys(Some(item)), ["name", "readinessProbe", "args"]);
            }
        }
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
    fn what_is_too_large_is_said_and_what_follows_an_object_is_not_counted() {
        let limits = ReadLimits {
            bytes: 20,
            ..ReadLimits::default()
        };
        let code = |text: &str| {
            let read = read_object(FileId(0), text, limits);
            read.map(|(_, end)| end).map_err(|unread| unread.code)
        };
        let object = r#"{"a":"0123456789ab"}"#;
        assert_eq!(code(object), Ok(20));
        assert_eq!(code(&format!("{object},{object}")), Ok(20));
        assert_eq!(
            code(&object.replace("ab", "abc")),
            Err(ReadErrorCode::TooLarge)
        );
        assert_eq!(code(&format!(" {object}")), Err(ReadErrorCode::TooLarge));
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
        assert_eq!(code, Some(ReadErrorCode::Limit));
    }
}
