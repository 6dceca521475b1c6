//! What a fix does, in terms of places. It becomes edits of the source where the text is known; rules need not know it.

use manifest::edit::{
    NewValue, SpanEdit, appended_document, inserted_entry, inserted_item, is_shared,
    removed_comment, removed_entry, removed_item, removed_lost_entry, replaced_entry, respelled,
};
use manifest::file::{ReadOptions, read};
use manifest::text::{FileSpan, Span, to_index};
use manifest::tree::{Document, Node, ReadLimits, Value};

use super::fix::{Edit, Fix};
use super::input::Input;
use super::key_edit::edit_of_key;

/// Of a document with more overridden entries none is taken away: for each the whole document is read again.
const MAX_LOST_ENTRIES: usize = 20;

/// One step of a fix.
#[derive(Clone, Debug)]
pub enum EditOrder {
    /// Write exactly this.
    Write(Edit),
    /// Write another text into a scalar, whose quotes stay.
    Respell(FileSpan, String),
    /// Take an item out of its list.
    RemoveItem(FileSpan),
    /// Take an entry out of its mapping; the place of its key.
    RemoveEntry(FileSpan),
    /// Take an entry away that a later one of the same key overrides; the place of its key.
    RemoveLostEntry(FileSpan),
    /// Take away the comment around a place.
    RemoveComment(FileSpan),
    /// Write a new item behind another one.
    InsertItem {
        /// The item that is there.
        after: FileSpan,
        /// The new one.
        value: NewValue,
    },
    /// Write a new entry into a mapping.
    InsertEntry {
        /// The mapping.
        mapping: FileSpan,
        /// Behind the first of these keys that is there, else at the end.
        behind: &'static [&'static str],
        /// Its key.
        key: &'static str,
        /// Its value.
        value: NewValue,
    },
    /// Write another entry in the place of the one with a value at a place.
    ReplaceEntry {
        /// The value that is there.
        old: FileSpan,
        /// The new key.
        key: &'static str,
        /// Its value.
        value: NewValue,
    },
    /// Write more documents behind the one that holds a place.
    AppendDocument {
        /// The place.
        beside: FileSpan,
        /// The documents, with a line end.
        yaml: String,
    },
}

/// A fix as a rule states it.
#[derive(Clone, Debug)]
pub(crate) struct DraftFix {
    pub safe: bool,
    /// What each does, as an order, and how; the first that the text allows is followed.
    pub ways: Vec<(String, Vec<EditOrder>)>,
}

impl DraftFix {
    /// The fix with its edits; `None` where the text allows it in no way.
    pub(crate) fn resolved(self, input: &Input) -> Option<Fix> {
        let mut ways = self.ways.into_iter();
        let (title, edits) =
            ways.find_map(|(title, orders)| Some((title, edits(&orders, input)?)))?;
        Some(Fix {
            title,
            safe: self.safe,
            edits,
        })
    }
}

/// The edits that follow orders, sorted; `None` where the text does not allow one of them.
fn edits(orders: &[EditOrder], input: &Input) -> Option<Vec<Edit>> {
    let edits = orders.iter().map(|order| order.edit(input));
    let mut edits = edits.collect::<Option<Vec<Edit>>>()?;
    edits.sort_by_key(|edit| edit.place);
    (!edits.is_empty() && are_apart(&edits)).then_some(edits)
}

impl EditOrder {
    fn place(&self) -> FileSpan {
        match self {
            Self::Write(edit) => edit.place,
            Self::Respell(place, _)
            | Self::RemoveItem(place)
            | Self::RemoveEntry(place)
            | Self::RemoveLostEntry(place)
            | Self::RemoveComment(place)
            | Self::InsertItem { after: place, .. }
            | Self::InsertEntry { mapping: place, .. }
            | Self::ReplaceEntry { old: place, .. }
            | Self::AppendDocument { beside: place, .. } => *place,
        }
    }

    fn edit(&self, input: &Input) -> Option<Edit> {
        // The old side of a change is not edited.
        let file = self.place().file;
        input.file(file)?;
        if input.rendering(file).is_none() {
            return self.edit_in_place(input);
        }
        // What was rendered is in no file, but the values are.
        match self {
            Self::Write(_) | Self::Respell(..) => edit_of_key(&self.edit_in_place(input)?, input),
            _ => None,
        }
    }

    fn edit_in_place(&self, input: &Input) -> Option<Edit> {
        let FileSpan { file, span } = self.place();
        let document = input.document_at(self.place());
        if let Self::Write(edit) = self {
            // A file that a volume mounts holds no document.
            let stands_once = document.is_none_or(|document| !is_shared(document, span));
            return stands_once.then(|| edit.clone());
        }
        let document = document?;
        let SpanEdit { span, text } = match self {
            Self::Write(_) => return None,
            Self::Respell(_, text) => respelled(document, span, text)?,
            Self::RemoveItem(_) => removed_item(document, span)?,
            Self::RemoveEntry(_) => removed_entry(document, span)?,
            Self::RemoveLostEntry(_) => {
                if document.duplicates().len() > MAX_LOST_ENTRIES {
                    return None;
                }
                let edit = removed_lost_entry(document, span)?;
                keeps_values(document, &edit).then_some(edit)?
            }
            Self::RemoveComment(_) => removed_comment(document, span)?,
            Self::InsertItem { value, .. } => inserted_item(document, span, value)?,
            Self::InsertEntry {
                behind, key, value, ..
            } => inserted_entry(document, span, behind, (key, value))?,
            Self::ReplaceEntry { key, value, .. } => replaced_entry(document, span, (key, value))?,
            Self::AppendDocument { yaml, .. } => appended_document(document, yaml)?,
        };
        Some(Edit {
            place: FileSpan { file, span },
            text,
        })
    }
}

/// Whether no two of these edits, which are sorted, overlap.
fn are_apart(edits: &[Edit]) -> bool {
    edits.windows(2).all(|pair| match pair {
        [one, next] => {
            one.place.file != next.place.file || one.place.span.end <= next.place.span.start
        }
        _ => true,
    })
}

/// Whether an edit leaves every value of a document as it was.
fn keeps_values(document: &Document, edit: &SpanEdit) -> bool {
    let base = document.span().start;
    let at = |offset: u32| to_index(offset.saturating_sub(base));
    let Span { start, end } = edit.span;
    let text = document.text();
    let (Some(before), Some(after)) = (text.get(..at(start)), text.get(at(end)..)) else {
        return false;
    };
    let edited = format!("{before}{}{after}", edit.text);
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let parsed = read(document.file(), edited.as_bytes(), &options);
    match (parsed.unread.as_slice(), parsed.documents.as_slice()) {
        ([], [edited]) => is_same(document.root(), edited.root()),
        _ => false,
    }
}

/// Whether two nodes have the same value, with all below them.
fn is_same(a: Node<'_>, b: Node<'_>) -> bool {
    // Nesting is limited by the reader.
    match (a.value(), b.value()) {
        (Value::Mapping, Value::Mapping) => {
            let (a, b) = (a.entries(), b.entries());
            a.len() == b.len()
                && a.zip(b)
                    .all(|(a, b)| a.key == b.key && is_same(a.value, b.value))
        }
        (Value::Sequence, Value::Sequence) => {
            let (a, b) = (a.items(), b.items());
            a.len() == b.len() && a.zip(b).all(|(a, b)| is_same(a, b))
        }
        (a, b) => a == b,
    }
}
