//! One object as the API server sends it: a JSON value and nothing around it.

use std::sync::Arc;

use crate::text::{FileId, LineIndex, Position};
use crate::tree::arena::{NodeData, RawEntry, RawNode, TextRange, index, number, slice};
use crate::tree::document::TextOrigin;
use crate::tree::parsed::{ParsedTree, document};
use crate::tree::{
    Document, FieldMask, MOST_BYTES, NodeId, ReadError, ReadErrorCode, ReadLimits, Style,
};

use super::lexer::{skip_space, skip_value};
use super::tree_builder::{Built, build};

/// How an object is read.
#[derive(Clone, Copy, Debug)]
pub struct ObjectOptions<'o> {
    /// The file that its places are in.
    pub file: FileId,
    /// What is too much.
    pub limits: ReadLimits,
    /// The fields that are read.
    pub fields: &'o FieldMask,
    /// Members that the sender leaves out, with their text: items of a list carry neither `apiVersion` nor `kind`.
    pub implied: &'o [(&'o str, &'o str)],
}

/// Reads the JSON object at the start of a text, and says where it ends. The document does not hold what the mask
/// leaves out; of the syntax of that only brackets and strings are looked at.
///
/// # Errors
/// There is no JSON value, or more than the limits allow.
pub fn read_json(text: &str, options: &ObjectOptions<'_>) -> Result<(Document, usize), ReadError> {
    let unread = |code, reason| ReadError {
        file: options.file,
        position: Position { line: 1, column: 1 },
        code,
        reason,
        chunk: 0,
    };
    let most = options.limits.bytes.min(MOST_BYTES);
    // What is too large is not built first.
    if text.len() > most
        && let Ok(end) = skip_value(text.as_bytes(), skip_space(text.as_bytes(), 0))
        && end > most
    {
        let reason = format!("the object has {end} bytes, more than {most}");
        return Err(unread(ReadErrorCode::TooLarge, reason));
    }
    let built = build(text, options.limits, Some(options.fields.tree()));
    let mut built = built.map_err(|failure| unread(failure.code, failure.reason))?;
    add_implied(text, &mut built, options.implied);
    let Built {
        arena,
        root,
        end,
        duplicates,
    } = built;
    let text: Arc<str> = Arc::from(text.get(..end).unwrap_or_default());
    let home = TextOrigin {
        lines: LineIndex::new(Arc::clone(&text)),
        base: 0,
        line: 1,
        column: 0,
    };
    let parsed = ParsedTree {
        arena,
        root: Some(root),
        comments: Vec::new(),
        duplicates,
        ignored: None,
    };
    let mut document = document(options.file, text, end, Arc::new(home), None, root, parsed);
    // Only for the check that nothing else is asked for: see `Node::get`.
    document.mask = cfg!(debug_assertions).then(|| options.fields.clone());
    Ok((document, end))
}

/// Adds members that the top mapping does not have, at the beginning of the text.
fn add_implied(text: &str, built: &mut Built, implied: &[(&str, &str)]) {
    let arena = &mut built.arena;
    for (key, value) in implied {
        // The top mapping is closed last, so that its entries are the last ones.
        let Some(NodeData::Mapping { first, len }) =
            arena.nodes.get(index(built.root.0)).map(|root| root.data)
        else {
            return;
        };
        let entries = arena.entries.get(index(first)..).unwrap_or_default();
        if entries
            .iter()
            .any(|entry| slice(text, &arena.decoded, entry.key) == *key)
        {
            continue;
        }
        let mut put = |words: &str| {
            let start = arena.decoded.len();
            arena.decoded.push_str(words);
            TextRange::decoded(start, words.len())
        };
        let (key, text) = (put(key), put(value));
        let node = NodeId(number(arena.nodes.len()));
        arena.nodes.push(RawNode {
            start: 0,
            end: 0,
            style: Style::DoubleQuoted,
            data: NodeData::Text(text),
        });
        arena.entries.push(RawEntry {
            key,
            key_start: 0,
            key_end: 0,
            value: node,
        });
        if let Some(root) = arena.nodes.get_mut(index(built.root.0)) {
            root.data = NodeData::Mapping {
                first,
                len: len + 1,
            };
        }
    }
}
