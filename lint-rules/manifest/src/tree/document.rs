//! One document: a flat arena of nodes over the text it was read from.

use std::sync::Arc;

use crate::text::{FileId, LineIndex, Position, Span, to_index};

use super::FieldMask;
use super::arena::{Arena, NodeId, TextRange, slice, slice_bytes};
use super::offset_map::OffsetMap;

/// A comment of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment, from `#` to the end of its line.
    pub span: Span,
    /// What follows the `#`.
    pub text: Box<str>,
    /// Whether nothing else is on its line.
    pub own_line: bool,
}

/// A key given more than once in one mapping. The last one counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The key.
    pub key: String,
    /// The later key token.
    pub span: Span,
    /// The key token it overrides.
    pub first: Span,
    /// Where the mapping is and which key it is: `spec.template.replicas`.
    pub path: String,
}

/// Where a text lies in its file.
#[derive(Debug)]
pub(crate) struct TextOrigin {
    pub lines: LineIndex,
    /// Byte of the file at which the text starts.
    pub base: u32,
    /// Line of the file, from 1, on which it starts.
    pub line: u32,
    /// Characters before it on that line.
    pub column: u32,
}

/// How the text of an embedded document lies in the document around it.
#[derive(Debug)]
pub(crate) struct Embedding {
    pub map: OffsetMap,
    /// Byte of the file at which the outer document starts.
    pub base: u32,
    /// Set if the outer document is embedded itself.
    pub outer: Option<Arc<Embedding>>,
}

impl Embedding {
    fn to_file(&self, offset: u32, is_end: bool) -> u32 {
        let outer = if is_end {
            self.map.source_end(offset)
        } else {
            self.map.source(offset)
        };
        match &self.outer {
            Some(embedding) => embedding.to_file(outer, is_end),
            None => self.base.saturating_add(outer),
        }
    }
}

/// One document. It owns the text of its own piece of the file and nothing more.
#[derive(Debug)]
pub struct Document {
    pub(crate) file: FileId,
    pub(crate) origin: Arc<TextOrigin>,
    pub(crate) text: Arc<str>,
    /// Length without the line feed added at the end of the file.
    pub(crate) len: u32,
    pub(crate) embedding: Option<Arc<Embedding>>,
    pub(crate) arena: Arena,
    pub(crate) root: NodeId,
    pub(crate) comments: Vec<Comment>,
    pub(crate) duplicates: Vec<DuplicateKey>,
    pub(crate) ignored: Option<Span>,
    /// What was read, where something may have been left out; only with debug assertions.
    pub(crate) mask: Option<FieldMask>,
}

impl Document {
    /// The file the document is in.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The raw text of the document; of an embedded one, the text that was embedded.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get(..to_index(self.len)).unwrap_or(&self.text)
    }

    /// The bytes of the file the document takes.
    #[must_use]
    pub fn span(&self) -> Span {
        self.to_file(0, self.len)
    }

    /// Line and column in the file of a byte of the file.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let origin = &*self.origin;
        let mut position = origin.lines.position(offset.saturating_sub(origin.base));
        if position.line == 1 {
            position.column = position.column.saturating_add(origin.column);
        }
        position.line = position.line.saturating_add(origin.line.saturating_sub(1));
        position
    }

    /// The text of a line of the file, by its number, if the document covers it.
    #[must_use]
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let inner = line.checked_sub(self.origin.line)?.checked_add(1)?;
        self.origin.lines.line_text(inner)
    }

    /// All comments, in order, those before the first node included.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Every key that overrides an earlier one, in order of reading.
    #[must_use]
    pub fn duplicates(&self) -> &[DuplicateKey] {
        &self.duplicates
    }

    /// Text after the end of the document that kubectl passes over in silence: what
    /// follows `...`, or follows a complete flow collection.
    #[must_use]
    pub fn ignored(&self) -> Option<Span> {
        self.ignored
    }

    /// Bytes of the document's text as bytes of the file.
    pub(crate) fn to_file(&self, start: u32, end: u32) -> Span {
        place(
            self.embedding.as_deref(),
            self.origin.base,
            start.min(self.len),
            end.min(self.len),
        )
    }

    /// The bytes of a piece of text, without a look at where its characters begin.
    pub(crate) fn bytes(&self, piece: TextRange) -> &[u8] {
        slice_bytes(&self.text, &self.arena.decoded, piece)
    }

    pub(crate) fn str(&self, piece: TextRange) -> &str {
        slice(&self.text, &self.arena.decoded, piece)
    }
}

/// Bytes of a text as bytes of the file it came from.
pub(crate) fn place(embedding: Option<&Embedding>, base: u32, start: u32, end: u32) -> Span {
    let Some(embedding) = embedding else {
        return Span::new(base.saturating_add(start), base.saturating_add(end));
    };
    let first = embedding.to_file(start, false);
    if end <= start {
        return Span::new(first, first);
    }
    Span::new(first, embedding.to_file(end, true).max(first))
}
