//! Looking at the nodes of a document.

mod mask_check;

use crate::text::{Span, to_index};

use super::arena::{NodeData, NodeId, NumberValue, RawEntry, RawNode, Style};
use super::document::Document;
use super::offset_map::OffsetMap;

/// The value of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'d> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i128),
    /// Any other number; never infinite or NaN.
    Float(f64),
    /// Text.
    String(&'d str),
    /// A sequence; see [`Node::items`].
    Sequence,
    /// A mapping; see [`Node::entries`].
    Mapping,
}

/// A node of a document. An alias answers as what it stands for, except for
/// [`Node::span`], which is where the alias is written.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    id: NodeId,
}

/// An entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// The key, as text.
    pub key: &'d str,
    /// The key token. Of a merged entry, the token in the mapping merged from.
    pub key_span: Span,
    /// The value.
    pub value: Node<'d>,
}

impl Document {
    /// The top node.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        Node::new(self, self.root)
    }

    /// A node by its number. A number of another document gives some node of this
    /// one, or its top.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let known = (to_index(id.0)) < self.arena.nodes.len();
        Node::new(self, if known { id } else { self.root })
    }

    /// Whether an alias stands anywhere, also for a merge key. Looks at the whole document.
    #[must_use]
    pub fn has_aliases(&self) -> bool {
        let mut nodes = self.arena.nodes.iter();
        nodes.any(|node| matches!(node.data, NodeData::Alias(_)))
    }
}

impl<'d> Node<'d> {
    fn new(document: &'d Document, id: NodeId) -> Self {
        Self { document, id }
    }

    /// The number of the node in its document.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The document.
    #[must_use]
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The bytes of the file the node takes, quotes included.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.own();
        self.document.to_file(node.start, node.end)
    }

    /// Whether the node is an alias.
    #[must_use]
    pub fn is_alias(self) -> bool {
        matches!(self.own().data, NodeData::Alias(_))
    }

    /// Whether an alias or a merge key puts the node into other places, too. Looks at the whole document.
    #[must_use]
    pub fn is_shared(self) -> bool {
        let arena = &self.document.arena;
        let is_for_it =
            |node: &RawNode| matches!(node.data, NodeData::Alias(target) if target == self.id);
        let holds_it = |entry: &&RawEntry| entry.value == self.id;
        arena.nodes.iter().any(is_for_it) || arena.entries.iter().filter(holds_it).count() > 1
    }

    /// The node an alias stands for, or the node itself.
    #[must_use]
    pub fn resolved(self) -> Node<'d> {
        match self.own().data {
            NodeData::Alias(target) => Node::new(self.document, target),
            _ => self,
        }
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> Value<'d> {
        let node = self.target();
        match node.data {
            // An alias never stands for an alias.
            NodeData::Null(_) | NodeData::Alias(_) => Value::Null,
            NodeData::Bool(value, _) => Value::Bool(value),
            NodeData::Number(at) => self.number(at),
            NodeData::Text(text) => Value::String(self.document.str(text)),
            NodeData::Sequence { .. } => Value::Sequence,
            NodeData::Mapping { .. } => Value::Mapping,
        }
    }

    fn number(self, at: u32) -> Value<'d> {
        let numbers = &self.document.arena.numbers;
        match numbers.get(to_index(at)).map(|number| &number.value) {
            Some(NumberValue::Integer(value)) => Value::Integer(i128::from(*value)),
            Some(NumberValue::BigInteger(value)) => Value::Integer(**value),
            Some(NumberValue::Float(value)) => Value::Float(*value),
            // The builder of this very document counted its numbers.
            None => Value::Null,
        }
    }

    /// How the node is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.target().style
    }

    /// The text, if the value is text; a number or a boolean is not.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if the value is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The integer, if the value is one that fits. A float without a fraction is one
    /// too: JSON does not tell `3.0` from `3` once kubectl has read it.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.value() {
            Value::Integer(value) => i64::try_from(value).ok(),
            Value::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                #[expect(
                    clippy::as_conversions,
                    clippy::cast_possible_truncation,
                    reason = "whole and in range; an `f64` converts to `i64` in no other way"
                )]
                let value = value as i64;
                Some(value)
            }
            _ => None,
        }
    }

    /// Whether the value is null.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    /// The text of any scalar as written, unquoted; `None` for a collection.
    #[must_use]
    pub fn scalar_text(self) -> Option<&'d str> {
        let text = self.document.arena.scalar_text(self.target())?;
        Some(self.document.str(text))
    }

    /// The value of a key; `None` if this is no mapping or has no such key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        let found = self.raw_entry(key)?;
        Some(Node::new(self.document, found.value))
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        self.raw_entry(key).map(|found| self.wrap(found))
    }

    /// Not inlined: it is called from many sites, and copies of it would not fit the instruction cache.
    #[inline(never)]
    fn raw_entry(self, key: &str) -> Option<&'d RawEntry> {
        let wanted = key.as_bytes();
        let entries = self.raw_entries().iter();
        // Most keys differ in length or in the last letter already.
        let mut alike = entries.filter(|entry| to_index(entry.key.len()) == wanted.len());
        let found = alike.find(|entry| {
            let found = self.document.bytes(entry.key);
            found.last() == wanted.last() && found == wanted
        });
        if cfg!(debug_assertions) && found.is_none() {
            mask_check::check_key(self, key);
        }
        found
    }

    /// The entries of a mapping, in order; nothing for anything else.
    pub fn entries(
        self,
    ) -> impl ExactSizeIterator<Item = Entry<'d>> + DoubleEndedIterator + use<'d> {
        if cfg!(debug_assertions) {
            mask_check::check_keys(self, "");
        }
        self.read_entries()
    }

    /// The entries of a mapping whose keys begin with a text, in order.
    pub fn entries_beginning<'b>(
        self,
        beginning: &'b str,
    ) -> impl Iterator<Item = Entry<'d>> + use<'d, 'b> {
        if cfg!(debug_assertions) {
            mask_check::check_keys(self, beginning);
        }
        self.read_entries()
            .filter(move |entry| entry.key.starts_with(beginning))
    }

    /// The entries of a mapping that were read, in order, whether others were left out or not.
    pub fn read_entries(
        self,
    ) -> impl ExactSizeIterator<Item = Entry<'d>> + DoubleEndedIterator + use<'d> {
        let node = self;
        self.raw_entries().iter().map(move |entry| node.wrap(entry))
    }

    /// The items of a sequence, in order; nothing for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'d>> + DoubleEndedIterator + use<'d> {
        let document = self.document;
        let items = match self.target().data {
            NodeData::Sequence { first, len } => {
                let first = to_index(first);
                document.arena.items.get(first..first + to_index(len))
            }
            _ => None,
        };
        items
            .unwrap_or_default()
            .iter()
            .map(move |id| Node::new(document, *id))
    }

    /// The node at a path of keys.
    #[must_use]
    pub fn at(self, path: &[&str]) -> Option<Node<'d>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Where in the file a byte of the scalar's value is written: block scalars are
    /// looked up behind their indentation, quoted ones behind their escapes. The end
    /// of the value has an offset too. `None` for a collection or a byte past the end.
    #[must_use]
    pub fn inner_offset(self, byte_in_value: usize) -> Option<u32> {
        let value = self.scalar_text()?;
        if byte_in_value > value.len() {
            return None;
        }
        let at = u32::try_from(byte_in_value).ok()?;
        let map = self.offset_map()?;
        let source = if byte_in_value == value.len() && at > 0 {
            map.source_end(at)
        } else {
            map.source(at)
        };
        Some(self.document.to_file(source, source).start)
    }

    /// How the value of the scalar lies in the text of the document.
    pub(crate) fn offset_map(self) -> Option<OffsetMap> {
        let value = self.scalar_text()?;
        let node = self.target();
        Some(OffsetMap::of_scalar(
            &self.document.text,
            node.start,
            node.end,
            node.style,
            value,
        ))
    }

    fn wrap(self, entry: &RawEntry) -> Entry<'d> {
        Entry {
            key: self.document.str(entry.key),
            key_span: self.document.to_file(entry.key_start, entry.key_end),
            value: Node::new(self.document, entry.value),
        }
    }

    fn raw_entries(self) -> &'d [RawEntry] {
        match self.target().data {
            NodeData::Mapping { first, len } => {
                let first = to_index(first);
                let entries = self
                    .document
                    .arena
                    .entries
                    .get(first..first + to_index(len));
                entries.unwrap_or_default()
            }
            _ => &[],
        }
    }

    fn own(self) -> &'d RawNode {
        raw(self.document, self.id)
    }

    fn target(self) -> &'d RawNode {
        let node = self.own();
        match node.data {
            NodeData::Alias(target) => raw(self.document, target),
            _ => node,
        }
    }
}

fn raw(document: &Document, id: NodeId) -> &RawNode {
    // Ids come from the builder of this very document, so the node is there.
    document
        .arena
        .nodes
        .get(to_index(id.0))
        .unwrap_or(&RawNode::EMPTY)
}
