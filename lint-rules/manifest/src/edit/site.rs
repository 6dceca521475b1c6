//! The text around a node: its line, its indentation, the way to it.

use crate::text::{Span, to_index, to_offset};
use crate::tree::{Document, Entry, Node, Style, Value};

use super::SpanEdit;

/// A document to edit, with offsets that count from the start of its text.
#[derive(Clone, Copy)]
pub(super) struct EditSite<'d> {
    pub document: &'d Document,
    pub text: &'d str,
    base: u32,
    /// Some node may stand in several places.
    has_aliases: bool,
}

impl<'d> EditSite<'d> {
    /// `None` for a document that is embedded in another one, whose text is not that of the file.
    pub fn new(document: &'d Document) -> Option<Self> {
        document.embedding.is_none().then(|| Self {
            document,
            text: document.text(),
            base: document.span().start,
            has_aliases: document.has_aliases(),
        })
    }

    /// A byte of the file as one of the text.
    pub fn local(self, offset: u32) -> usize {
        to_index(offset.saturating_sub(self.base))
    }

    /// The edit that puts a text in the place of some bytes of the text.
    pub fn edit(self, start: usize, end: usize, text: String) -> SpanEdit {
        let at = |offset: usize| self.base.saturating_add(to_offset(offset));
        SpanEdit {
            span: Span::new(at(start), at(end)),
            text,
        }
    }

    pub fn slice(self, start: usize, end: usize) -> &'d str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The first byte of the line that holds a byte.
    pub fn line_start(self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The end of the line that holds a byte, before its line end.
    pub fn line_end(self, at: usize) -> usize {
        let after = self.text.get(at..).unwrap_or_default();
        let line = after.split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The first byte behind the line that holds a byte.
    pub fn next_line(self, at: usize) -> usize {
        let after = self.text.get(at..).unwrap_or_default();
        after
            .find('\n')
            .map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The line end of this text.
    pub fn newline(self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// The indentation of what stands behind blanks and dashes alone; `None` where something else stands before it.
    pub fn column(self, at: usize) -> Option<usize> {
        let prefix = self.slice(self.line_start(at), at);
        let is_plain = prefix.bytes().all(|byte| matches!(byte, b' ' | b'-'));
        is_plain.then_some(prefix.len())
    }

    /// Whether a comment lies in some bytes of the text.
    pub fn has_comment(self, start: usize, end: usize) -> bool {
        let comments = self.document.comments().iter();
        let mut starts = comments.map(|comment| self.local(comment.span.start));
        starts.any(|at| start <= at && at < end)
    }

    /// The last byte of what a node holds, without the line end of a block scalar.
    pub fn content_end(self, node: Node<'d>) -> usize {
        let mut last = node;
        let mut end = self.local(node.span().end);
        if node.style() == Style::Block && !node.is_alias() {
            // Nesting is limited by the reader, so this ends.
            loop {
                let (next, key_end) = match last.value() {
                    Value::Mapping => match last.read_entries().next_back() {
                        Some(entry) => (entry.value, self.local(entry.key_span.end) + 1),
                        None => break,
                    },
                    Value::Sequence => match last.items().next_back() {
                        Some(item) => (item, 0),
                        None => break,
                    },
                    _ => break,
                };
                end = self.local(next.span().end).max(key_end);
                last = next;
                if next.is_alias() || next.style() != Style::Block {
                    break;
                }
            }
        }
        self.slice(0, end).trim_end().len()
    }

    /// The nodes from the top to the innermost one at a span, that one last: a list of one item has the span of its item.
    /// `None` where the way goes through an alias, where an alias stands for something on it, which would change elsewhere,
    /// too, or where there is no such node.
    pub fn way_to(self, span: Span) -> Option<Vec<Node<'d>>> {
        let mut way = vec![self.document.root()];
        loop {
            let node = *way.last()?;
            let is_it = node.span() == span;
            if self.is_elsewhere(node) {
                return None;
            }
            let holds = |inner: &Node<'d>| {
                let inner = inner.span();
                inner.start <= span.start && span.end <= inner.end.max(inner.start + 1)
            };
            let next = match node.value() {
                Value::Mapping => {
                    let mut values = node.read_entries().map(|entry| entry.value);
                    values.find(holds)
                }
                Value::Sequence => node.items().find(holds),
                _ => None,
            };
            match next.filter(|next| !is_it || next.span() == span) {
                Some(next) => way.push(next),
                None => return is_it.then_some(way),
            }
        }
    }

    /// Whether a node is an alias, or one stands for it.
    fn is_elsewhere(self, node: Node<'d>) -> bool {
        self.has_aliases && (node.is_alias() || node.is_shared())
    }

    /// Whether an alias stands for a node that holds a span.
    pub fn is_shared(self, span: Span) -> bool {
        let mut node = Some(self.document.root());
        while let Some(holder) = node {
            if self.is_elsewhere(holder) {
                return true;
            }
            let holds = |inner: &Node<'d>| {
                let inner = inner.span();
                inner.start <= span.start && span.end <= inner.end
            };
            node = match holder.value() {
                Value::Mapping => {
                    let mut values = holder.read_entries().map(|entry| entry.value);
                    values.find(holds)
                }
                Value::Sequence => holder.items().find(holds),
                _ => None,
            };
        }
        false
    }

    /// The innermost mapping around a key at a span, which need not be one of those that count; `None` as of
    /// [`EditSite::way_to`].
    pub fn mapping_around(self, key_span: Span) -> Option<Node<'d>> {
        let mut node = self.document.root();
        loop {
            if self.is_elsewhere(node) {
                return None;
            }
            let holds = |inner: &Node<'d>| {
                let inner = inner.span();
                inner.start <= key_span.start && key_span.end <= inner.end
            };
            node = match node.value() {
                Value::Mapping => {
                    let mut values = node.read_entries().map(|entry| entry.value);
                    match values.find(holds) {
                        Some(value) => value,
                        None => return Some(node),
                    }
                }
                Value::Sequence => node.items().find(holds)?,
                _ => return None,
            };
        }
    }

    /// The entry with a key at a span, and its mapping; `None` as of [`EditSite::way_to`].
    pub fn entry_at(self, key_span: Span) -> Option<(Node<'d>, Entry<'d>)> {
        let mapping = self.mapping_around(key_span)?;
        let mut entries = mapping.read_entries();
        let entry = entries.find(|one| one.key_span == key_span)?;
        Some((mapping, entry))
    }

    /// Where the dash of an item of a block sequence stands; `None` where something stands between the two, or before
    /// the dash on its line.
    pub fn dash(self, item: Node<'d>) -> Option<usize> {
        let before = self.slice(0, self.local(item.span().start));
        let trimmed = before.trim_end_matches([' ', '\t', '\r', '\n']);
        let dash = trimmed
            .len()
            .checked_sub(1)
            .filter(|_| trimmed.ends_with('-'))?;
        let prefix = self.slice(self.line_start(dash), dash);
        let is_alone = prefix.bytes().all(|byte| byte == b' ');
        is_alone.then_some(dash)
    }
}
