//! Fixes: edits of the source that mend a finding.

use manifest::text::{FileSpan, Span, to_index};
use manifest::tree::Document;

/// One replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub place: FileSpan,
    /// The new text.
    pub text: String,
}

/// A way to mend a finding by editing the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `set the renew deadline to 10s`.
    pub title: String,
    /// Keeps the meaning of everything but the fault.
    pub safe: bool,
    /// Sorted, not overlapping.
    pub edits: Vec<Edit>,
}

/// The text of a document at a place of its file.
pub(crate) fn source_of(document: &Document, span: Span) -> Option<&str> {
    let base = document.span().start;
    let start = to_index(span.start.checked_sub(base)?);
    let end = to_index(span.end.checked_sub(base)?);
    document.text().get(start..end)
}
