//! The nodes of a document, in flat lists.

use std::ops::Range;

use crate::text::to_index;
pub(crate) use crate::text::{to_index as index, to_offset as number};

/// A node of a document, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A plain scalar.
    Plain,
    /// A scalar in single quotes.
    SingleQuoted,
    /// A scalar in double quotes, or a JSON string.
    DoubleQuoted,
    /// A literal block scalar, `|`.
    Literal,
    /// A folded block scalar, `>`.
    Folded,
    /// A mapping or sequence in block style.
    Block,
    /// A mapping or sequence in flow style, or JSON.
    Flow,
}

/// A piece of text: of the document's own text, or of its side text, which holds
/// what differs from the source (escapes, folded lines).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextRange {
    start: u32,
    /// The length, and [`IS_DECODED`] for a piece of the side text: most memory of a lint is that of nodes.
    len: u32,
}

/// No text has so many bytes.
const IS_DECODED: u32 = 1 << 31;

impl TextRange {
    /// A piece of the document's own text.
    pub fn written(start: usize, len: usize) -> Self {
        Self {
            start: number(start),
            len: number(len).min(IS_DECODED - 1),
        }
    }

    /// A piece of its side text.
    pub fn decoded(start: usize, len: usize) -> Self {
        let Self { start, len } = Self::written(start, len);
        Self {
            start,
            len: len | IS_DECODED,
        }
    }

    /// How many bytes it has.
    pub const fn len(self) -> u32 {
        self.len & !IS_DECODED
    }

    /// The text it is a piece of, and where in it it is.
    fn place<'t>(self, text: &'t str, decoded: &'t str) -> (&'t str, Range<usize>) {
        let from = match self.len & IS_DECODED {
            0 => text,
            _ => decoded,
        };
        let start = to_index(self.start);
        (from, start..start + to_index(self.len()))
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NodeData {
    Null(TextRange),
    Bool(bool, TextRange),
    /// A number, by its own number in [`Arena::numbers`].
    Number(u32),
    Text(TextRange),
    Sequence {
        first: u32,
        len: u32,
    },
    Mapping {
        first: u32,
        len: u32,
    },
    Alias(NodeId),
}

/// A number, and how it is written.
#[derive(Debug)]
pub(crate) struct RawNumber {
    pub text: TextRange,
    pub value: NumberValue,
}

/// The value of a number.
#[derive(Debug)]
pub(crate) enum NumberValue {
    Integer(i64),
    /// An integer beyond `i64`.
    BigInteger(Box<i128>),
    Float(f64),
}

/// One node; offsets are bytes of the document's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawNode {
    pub start: u32,
    pub end: u32,
    pub style: Style,
    pub data: NodeData,
}

impl RawNode {
    /// The root of a text without content.
    pub const EMPTY: Self = Self {
        start: 0,
        end: 0,
        style: Style::Plain,
        data: NodeData::Null(TextRange { start: 0, len: 0 }),
    };
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEntry {
    pub key: TextRange,
    pub key_start: u32,
    pub key_end: u32,
    pub value: NodeId,
}

/// The nodes of a document.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    pub nodes: Vec<RawNode>,
    pub items: Vec<NodeId>,
    pub entries: Vec<RawEntry>,
    pub numbers: Vec<RawNumber>,
    pub decoded: String,
}

impl Arena {
    /// A number as the data of a node.
    pub fn add_number(&mut self, text: TextRange, value: NumberValue) -> NodeData {
        self.numbers.push(RawNumber { text, value });
        NodeData::Number(number(self.numbers.len() - 1))
    }

    /// An integer of any size as the data of a node.
    pub fn add_integer(&mut self, text: TextRange, value: i128) -> NodeData {
        let value = match i64::try_from(value) {
            Ok(value) => NumberValue::Integer(value),
            Err(_) => NumberValue::BigInteger(Box::new(value)),
        };
        self.add_number(text, value)
    }

    /// The same in no more memory than it needs, for documents that are kept: the lists are made for more nodes than
    /// most texts have, and were 1.7 of 22 MB of a lint of a thousand manifests.
    pub fn trimmed(self) -> Self {
        Self {
            nodes: trimmed(self.nodes),
            items: trimmed(self.items),
            entries: trimmed(self.entries),
            ..self
        }
    }

    /// The text of a scalar as written, unquoted; nothing of a collection or an alias.
    pub fn scalar_text(&self, node: &RawNode) -> Option<TextRange> {
        match node.data {
            NodeData::Null(text) | NodeData::Bool(_, text) | NodeData::Text(text) => Some(text),
            NodeData::Number(at) => Some(self.numbers.get(to_index(at))?.text),
            NodeData::Sequence { .. } | NodeData::Mapping { .. } | NodeData::Alias(_) => None,
        }
    }
}

/// A list without room for more. It is copied, because an allocator leaves a block where it is unless it halves.
fn trimmed<T: Copy>(list: Vec<T>) -> Vec<T> {
    let spare = list.capacity() - list.len();
    if spare > list.len() / 8 {
        list.as_slice().to_vec()
    } else {
        list
    }
}

/// A piece of text out of the two it may lie in.
pub(crate) fn slice<'t>(text: &'t str, decoded: &'t str, piece: TextRange) -> &'t str {
    let (from, range) = piece.place(text, decoded);
    from.get(range).unwrap_or_default()
}

/// The bytes of a piece of text, without a look at where its characters begin.
pub(crate) fn slice_bytes<'t>(text: &'t str, decoded: &'t str, piece: TextRange) -> &'t [u8] {
    let (from, range) = piece.place(text, decoded);
    from.as_bytes().get(range).unwrap_or_default()
}
