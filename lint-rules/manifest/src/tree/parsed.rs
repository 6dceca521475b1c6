//! What a reader found in one text, and the document made of it.

use std::sync::Arc;

use crate::text::{FileId, Span};

use super::arena::{Arena, NodeId, TextRange, number, slice};
use super::document::{Comment, Document, DuplicateKey, Embedding, TextOrigin, place};
use super::error::ReadErrorCode;

/// Why a document cannot be built.
#[derive(Clone, Debug)]
pub(crate) struct ParseFailure {
    /// The byte of the document's text.
    pub at: usize,
    pub code: ReadErrorCode,
    pub reason: String,
}

impl ParseFailure {
    pub fn syntax(at: usize, reason: impl Into<String>) -> Self {
        Self {
            at,
            code: ReadErrorCode::Syntax,
            reason: reason.into(),
        }
    }

    pub fn limit(at: usize, reason: impl Into<String>) -> Self {
        Self {
            code: ReadErrorCode::Limit,
            ..Self::syntax(at, reason)
        }
    }
}

/// A later key that overrides an earlier one; offsets are of the document's text.
#[derive(Clone, Debug)]
pub(crate) struct RawDuplicate {
    pub key: TextRange,
    pub start: u32,
    pub end: u32,
    pub first_start: u32,
    pub first_end: u32,
    pub path: String,
}

/// What was read of one document; offsets are of its text.
pub(crate) struct ParsedTree {
    pub arena: Arena,
    /// `None` if there is no content at all.
    pub root: Option<NodeId>,
    /// Start and end of every comment.
    pub comments: Vec<(usize, usize)>,
    pub duplicates: Vec<RawDuplicate>,
    /// From where on the text is ignored.
    pub ignored: Option<usize>,
}

/// Puts a document together.
pub(crate) fn document(
    file: FileId,
    text: Arc<str>,
    len: usize,
    origin: Arc<TextOrigin>,
    embedding: Option<Arc<Embedding>>,
    root: NodeId,
    parsed: ParsedTree,
) -> Document {
    let most = number(len);
    let span = |start: u32, end: u32| -> Span {
        place(
            embedding.as_deref(),
            origin.base,
            start.min(most),
            end.min(most),
        )
    };
    let comments = parsed.comments.iter();
    let comments = comments
        .map(|(start, end)| comment(&text, *start, *end, span))
        .collect();
    let duplicates = parsed.duplicates.iter().map(|duplicate| {
        let RawDuplicate { key, path, .. } = duplicate;
        DuplicateKey {
            key: slice(&text, &parsed.arena.decoded, *key).to_owned(),
            span: span(duplicate.start, duplicate.end),
            first: span(duplicate.first_start, duplicate.first_end),
            path: path.clone(),
        }
    });
    let duplicates = duplicates.collect();
    let ignored = parsed.ignored.map(|at| span(number(at), most));
    Document {
        file,
        origin,
        text,
        len: most,
        embedding,
        arena: parsed.arena,
        root,
        comments,
        duplicates,
        ignored,
        mask: None,
    }
}

fn comment(text: &str, start: usize, end: usize, span: impl Fn(u32, u32) -> Span) -> Comment {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let whole = text.get(start..end).unwrap_or_default();
    Comment {
        span: span(number(start), number(end)),
        text: whole.strip_prefix('#').unwrap_or(whole).into(),
        own_line: line.bytes().all(|b| matches!(b, b' ' | b'\t')),
    }
}
