//! The nodes of a document, in flat lists.

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
    pub start: u32,
    pub len: u32,
    pub is_decoded: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NodeData {
    Null,
    Bool(bool),
    Integer(i64),
    /// An integer beyond `i64`, by its number in [`Arena::big_integers`].
    BigInteger(u32),
    Float(f64),
    Text,
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

/// One node; offsets are bytes of the document's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawNode {
    pub start: u32,
    pub end: u32,
    pub text: TextRange,
    pub style: Style,
    pub data: NodeData,
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
    pub big_integers: Vec<i128>,
    pub decoded: String,
}

/// A piece of text out of the two it may lie in.
pub(crate) fn slice<'t>(text: &'t str, decoded: &'t str, piece: TextRange) -> &'t str {
    let from = if piece.is_decoded { decoded } else { text };
    let start = to_index(piece.start);
    from.get(start..start + to_index(piece.len))
        .unwrap_or_default()
}
