//! What the API server sends to who lists and watches: the heads of lists, events, and reasons why not.

use manifest::json::{Cursor, JsonError, ObjectOptions};
use manifest::tree::{Document, FieldMask, Node, ReadError};

use crate::reading::options;
use crate::resource::WatchedResource;

/// What a list says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ListHead {
    /// The version of the list.
    pub version: String,
    /// The token of the next page.
    pub token: Option<String>,
}

impl ListHead {
    /// Reads the member `metadata` of a list.
    pub fn read(text: &str) -> Result<Self, JsonError> {
        let mut head = Self::default();
        Cursor::new(text).members(|cursor, key| match key {
            "resourceVersion" => own_text(cursor, &mut head.version),
            "continue" => {
                let mut token = String::new();
                own_text(cursor, &mut token)?;
                head.token = Some(token).filter(|token| !token.is_empty());
                Ok(())
            }
            _ => cursor.skip(),
        })?;
        Ok(head)
    }
}

/// What the beginning of a text says that is too long to be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CutObject {
    /// The namespace; empty for an object of the whole cluster.
    pub namespace: String,
    /// The name; empty if it is not in what was kept.
    pub name: String,
    /// The version.
    pub version: String,
}

impl CutObject {
    /// Reads the beginning of an object. Of the API server's own kinds the name stands in the first kilobyte. Custom
    /// resources are written in the order of the alphabet, so that long annotations may come before it.
    #[must_use]
    pub fn of_item(prefix: &str) -> Self {
        let mut cut = Self::default();
        // The end is missing, which is no reason to forget what was read before it.
        drop(cut.object(&mut Cursor::new(prefix)));
        cut
    }

    /// Reads the beginning of an event's line.
    pub(crate) fn of_event(prefix: &str) -> Self {
        let mut cut = Self::default();
        drop(Cursor::new(prefix).members(|cursor, key| match key {
            "object" => cut.object(cursor),
            _ => cursor.skip(),
        }));
        cut
    }

    fn object(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.members(|cursor, key| match key {
            "metadata" => cursor.members(|cursor, key| match key {
                "namespace" => own_text(cursor, &mut self.namespace),
                "name" => own_text(cursor, &mut self.name),
                "resourceVersion" => own_text(cursor, &mut self.version),
                _ => cursor.skip(),
            }),
            _ => cursor.skip(),
        })
    }
}

/// One event of a watch.
#[derive(Debug)]
pub(crate) enum WatchEvent {
    /// An object is there, or has changed.
    Put(Result<Document, ReadError>),
    /// An object is gone.
    Gone(Result<Document, ReadError>),
    /// Nothing has changed up to this version.
    Bookmark(String),
    /// The watch cannot go on.
    ApiStatus(ApiStatus),
}

/// A `Status` that says why not.
#[derive(Debug, Default)]
pub(crate) struct ApiStatus {
    /// An HTTP status.
    pub code: u16,
    /// Why, for people.
    pub message: String,
}

impl WatchEvent {
    /// Reads the line of one event. Its object is read once, where it stands.
    pub fn read(what: WatchedResource, line: &str, fields: &FieldMask) -> Result<Self, JsonError> {
        let implied = what.implied_members();
        let options = options(fields, &implied);
        let mut kind = String::new();
        let mut found = None;
        // The API server sends the kind first (apimachinery `meta/v1/watch.go`).
        let mut early = None;
        let mut cursor = Cursor::new(line);
        cursor.members(|cursor, key| match key {
            "type" => own_text(cursor, &mut kind),
            "object" if kind.is_empty() => {
                early = Some(cursor.clone());
                cursor.skip()
            }
            "object" => {
                found = Some(Self::of(&kind, cursor, &options)?);
                Ok(())
            }
            _ => cursor.skip(),
        })?;
        match (found, early) {
            (Some(event), _) => Ok(event),
            (None, Some(mut cursor)) => Self::of(&kind, &mut cursor, &options),
            (None, None) => Err(missing("object")),
        }
    }

    fn of(
        kind: &str,
        cursor: &mut Cursor<'_>,
        options: &ObjectOptions<'_>,
    ) -> Result<Self, JsonError> {
        Ok(match kind {
            "ADDED" | "MODIFIED" => Self::Put(cursor.document(options)?),
            "DELETED" => Self::Gone(cursor.document(options)?),
            "BOOKMARK" => {
                let document = cursor.document(options)?.ok();
                let version = document.as_ref().and_then(version_of);
                Self::Bookmark(version.ok_or_else(|| missing("metadata.resourceVersion"))?)
            }
            "ERROR" => Self::ApiStatus(ApiStatus::read(cursor)?),
            other => return Err(missing(&format!("known type, but {other:?}"))),
        })
    }
}

impl ApiStatus {
    /// Reads the `Status` at the cursor.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, JsonError> {
        let mut status = Self::default();
        cursor.members(|cursor, key| match key {
            "code" => {
                status.code = cursor.raw()?.parse().unwrap_or_default();
                Ok(())
            }
            "message" => own_text(cursor, &mut status.message),
            _ => cursor.skip(),
        })?;
        Ok(status)
    }
}

/// The version of an object.
pub(crate) fn version_of(document: &Document) -> Option<String> {
    let version = document.root().at(&["metadata", "resourceVersion"])?;
    Node::as_str(version).map(str::to_owned)
}

fn own_text(cursor: &mut Cursor<'_>, into: &mut String) -> Result<(), JsonError> {
    *into = cursor.text()?.unwrap_or_default().into_owned();
    Ok(())
}

fn missing(what: &str) -> JsonError {
    JsonError {
        at: 0,
        reason: format!("there is no {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_long_text_names_its_object() {
        let item = r#"{"metadata":{"name":"a","namespace":"ops","uid":"1","resourceVersion":"7","labels":{"x"#;
        let cut = CutObject {
            namespace: "ops".to_owned(),
            name: "a".to_owned(),
            version: "7".to_owned(),
        };
        assert_eq!(CutObject::of_item(item), cut);
        let line = format!(r#"{{"type":"ADDED","object":{item}"#);
        assert_eq!(CutObject::of_event(&line), cut);
        assert_eq!(CutObject::of_item("{"), CutObject::default());
        let custom = r#"{"apiVersion":"v1","kind":"A","metadata":{"annotations":{"a":"long"#;
        assert_eq!(CutObject::of_item(custom), CutObject::default());
    }

    #[test]
    fn events_are_read_whatever_the_order_of_their_members() {
        const OBJECT: &str = r#""object":{"metadata":{"name":"a","resourceVersion":"7"}}"#;
        let read =
            |line: &str| WatchEvent::read(WatchedResource::Roles, line, crate::fields::built_in());
        for line in [
            format!(r#"{{"type":"ADDED",{OBJECT}}}"#),
            format!(r#"{{{OBJECT},"type":"MODIFIED"}}"#),
        ] {
            let Ok(WatchEvent::Put(Ok(document))) = read(&line) else {
                panic!("{line}");
            };
            assert_eq!(version_of(&document).as_deref(), Some("7"));
            let kind = document.root().get("kind").and_then(Node::as_str);
            assert_eq!(kind, Some("Role"));
        }
        let line = format!(r#"{{"type":"DELETED",{OBJECT}}}"#);
        assert!(matches!(read(&line), Ok(WatchEvent::Gone(Ok(_)))));
        let line = format!(r#"{{"type":"BOOKMARK",{OBJECT}}}"#);
        assert!(matches!(read(&line), Ok(WatchEvent::Bookmark(version)) if version == "7"));
        let line = r#"{"type":"ERROR","object":{"code":410,"message":"too old"}}"#;
        let Ok(WatchEvent::ApiStatus(ApiStatus { code, message })) = read(line) else {
            panic!("a status");
        };
        assert_eq!((code, &*message), (410, "too old"));
        for line in [
            "",
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":"OTHER","object":{}}"#,
            r#"{"type":"BOOKMARK","object":{}}"#,
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
