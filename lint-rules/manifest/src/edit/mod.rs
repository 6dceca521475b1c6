//! Edits of a text by the places of its nodes. What is not edited stays as it is by the byte: comments, layout, line
//! ends. Where an edit would take a comment away, or the layout is one that is not understood, there is none.

mod insert;
mod remove;
mod render;
mod site;

pub use insert::{appended_document, inserted_entry, inserted_item, replaced_entry, respelled};
pub use remove::{removed_comment, removed_entry, removed_item, removed_lost_entry};
pub use render::{NewValue, scalar};

use crate::text::Span;
use crate::tree::Document;
use site::EditSite;

/// These bytes of the file become that text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpanEdit {
    /// The bytes of the (decoded) file.
    pub span: Span,
    /// What is written there.
    pub text: String,
}

/// Whether an edit of these bytes would change something elsewhere in the document, too: an alias stands for what holds them.
#[must_use]
pub fn is_shared(document: &Document, span: Span) -> bool {
    EditSite::new(document).is_none_or(|site| site.is_shared(span))
}
