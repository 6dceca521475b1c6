//! What the API server sends to who lists and watches: pages, events, and reasons why not.

use std::error::Error;

use http_body_util::BodyExt as _;
use kube::client::Body;
use manifest::json::{Cursor, JsonError, ObjectOptions};
use manifest::tree::{Document, FieldMask, Node, ReadError};

use super::object_facts::options;
use super::resource::WatchedResource;

/// One page of a list, borrowed from its text.
#[derive(Debug, Default)]
pub(super) struct Page<'t> {
    /// The version of the list.
    pub version: String,
    /// The token of the next page.
    pub token: Option<String>,
    /// The raw text of each object.
    pub items: Vec<&'t str>,
}

impl<'t> Page<'t> {
    /// Reads a page. `items` may be null.
    pub fn read(text: &'t str) -> Result<Self, JsonError> {
        let mut page = Self::default();
        let mut has_metadata = false;
        let mut cursor = Cursor::new(text);
        cursor.members(|cursor, key| match key {
            "metadata" => {
                has_metadata = true;
                cursor.members(|cursor, key| match key {
                    "resourceVersion" => own_text(cursor, &mut page.version),
                    "continue" => {
                        let mut token = String::new();
                        own_text(cursor, &mut token)?;
                        page.token = Some(token).filter(|token| !token.is_empty());
                        Ok(())
                    }
                    _ => cursor.skip(),
                })
            }
            "items" => cursor.items(|cursor| {
                page.items.push(cursor.raw()?);
                Ok(())
            }),
            _ => cursor.skip(),
        })?;
        if has_metadata {
            Ok(page)
        } else {
            Err(missing("metadata"))
        }
    }
}

/// One event of a watch.
#[derive(Debug)]
pub(super) enum WatchEvent {
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
pub(super) struct ApiStatus {
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
pub(super) fn version_of(document: &Document) -> Option<String> {
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

/// The lines of the answer to a watch.
pub(super) struct WatchLines {
    body: Body,
    buffer: Vec<u8>,
    /// Bytes of the buffer that hold no line feed.
    searched: usize,
}

impl WatchLines {
    pub fn new(body: Body) -> Self {
        Self {
            body,
            buffer: Vec::new(),
            searched: 0,
        }
    }

    /// The next line; `None` at the end. A last line without a line feed was cut, and is dropped.
    pub async fn next(&mut self) -> Result<Option<String>, kube::Error> {
        loop {
            let rest = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(found) = rest.iter().position(|byte| *byte == b'\n') {
                let following = self.buffer.split_off(self.searched + found + 1);
                let line = std::mem::replace(&mut self.buffer, following);
                self.searched = 0;
                let line = String::from_utf8(line).map_err(kube::Error::FromUtf8)?;
                return Ok(Some(line));
            }
            self.searched = self.buffer.len();
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
                // Who serves may end a watch without saying so.
                Some(Err(error)) if is_cut(&error) => return Ok(None),
                Some(Err(error)) => return Err(error),
                None => return Ok(None),
            }
        }
    }
}

/// Whether an error says that a stream ended early: TLS says so by its sort of error, HTTP's chunks in words.
fn is_cut(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof)
            || error.to_string().contains("unexpected EOF")
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_whatever_the_order_of_their_members() -> Result<(), JsonError> {
        let page = Page::read(
            r#"{"items":[{"a":1}, {}],"kind":"List","metadata":{"continue":"t","resourceVersion":"7"}}"#,
        )?;
        assert_eq!((&*page.version, page.token.as_deref()), ("7", Some("t")));
        assert_eq!(page.items, [r#"{"a":1}"#, "{}"]);
        let page = Page::read(r#"{"metadata":{"continue":""},"items":null}"#)?;
        assert!(page.token.is_none() && page.items.is_empty());
        for text in [
            "",
            "{}",
            "[]",
            r#"{"items":[]}"#,
            r#"{"metadata":{},"items":{}}"#,
        ] {
            assert!(Page::read(text).is_err(), "{text}");
        }
        Ok(())
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
