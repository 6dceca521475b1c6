//! The tree of a JSON value, without what a mask leaves out.

use crate::tree::arena::{
    Arena, NodeData, NumberValue, RawEntry, RawNode, TextRange, index, number,
};
use crate::tree::field_mask::{Coverage, FieldTree};
use crate::tree::parsed::{ParseFailure, RawDuplicate};
use crate::tree::{NodeId, ReadLimits, Style};

use super::duplicate_keys::{self, KeyHash};
use super::error::JsonError;
use super::grammar::{Visitor, walk};
use super::lexer::StringToken;
use super::open_collection::OpenJsonCollection;

/// With more keys in one mapping, a table is quicker than looking at all of them for each.
const MAX_COMPARED_KEYS: usize = 64;
/// Bytes of a node and what belongs to it, in Deployments as the API server sends them: 20 to 60, the more the more of
/// them is left out.
const BYTES_PER_NODE: usize = 40;
/// Nodes that are made room for at once. What follows the value in its text may be much longer than itself.
const MAX_EXPECTED_NODES: usize = 512;

/// What was built of a value.
pub(super) struct Built {
    pub arena: Arena,
    pub root: NodeId,
    /// One past its end.
    pub end: usize,
    pub duplicates: Vec<RawDuplicate>,
}

/// The error is boxed, so that results of the usual case fit into registers.
type BuildStep<T> = Result<T, Box<ParseFailure>>;

impl From<Box<JsonError>> for Box<ParseFailure> {
    fn from(error: Box<JsonError>) -> Self {
        Self::new(ParseFailure::syntax(error.at, error.reason))
    }
}

/// Builds the JSON value at the start of `text`, as far as `fields` says; `None`: all of it.
pub(super) fn build(
    text: &str,
    limits: ReadLimits,
    fields: Option<&FieldTree>,
) -> Result<Built, ParseFailure> {
    let nodes = (text.len() / BYTES_PER_NODE).clamp(16, MAX_EXPECTED_NODES);
    let mut builder = TreeBuilder {
        text,
        limits,
        fields,
        arena: Arena {
            nodes: Vec::with_capacity(nodes),
            entries: Vec::with_capacity(nodes),
            ..Arena::default()
        },
        root: None,
        frames: Vec::with_capacity(16),
        entries: Vec::with_capacity(64),
        hashes: Vec::with_capacity(64),
        items: Vec::with_capacity(32),
        duplicates: Vec::new(),
    };
    let end = walk(text.as_bytes(), 0, &mut builder).map_err(|failure| *failure)?;
    let Some(root) = builder.root else {
        return Err(ParseFailure::syntax(0, "there is no value"));
    };
    Ok(Built {
        arena: builder.arena,
        root,
        end,
        duplicates: builder.duplicates,
    })
}

struct TreeBuilder<'t, 'm> {
    text: &'t str,
    limits: ReadLimits,
    fields: Option<&'m FieldTree>,
    arena: Arena,
    root: Option<NodeId>,
    frames: Vec<OpenJsonCollection<'m>>,
    /// Entries of all open mappings; the value of the last one of each may be still to come.
    entries: Vec<RawEntry>,
    /// For each of those what is the same for equal keys.
    hashes: Vec<KeyHash>,
    /// Items of all open sequences.
    items: Vec<NodeId>,
    duplicates: Vec<RawDuplicate>,
}

impl Visitor for TreeBuilder<'_, '_> {
    type Error = Box<ParseFailure>;

    #[inline]
    fn open(&mut self, at: usize, is_mapping: bool) -> BuildStep<()> {
        if self.frames.len() >= self.limits.depth {
            return Err(limit(at, "it is nested too deeply"));
        }
        let fields = match self.frames.last() {
            None => self.fields,
            Some(frame) => frame.inner,
        };
        let node = self.push(at, at, NodeData::Null(TextRange::default()))?;
        let (fields, inner, first) = if is_mapping {
            let fields = fields.filter(|fields| fields.is_of_mapping());
            (fields, None, self.entries.len())
        } else {
            let inner = fields.and_then(|fields| match fields.item() {
                Coverage::Part(inner) => Some(inner),
                Coverage::Whole | Coverage::None => None,
            });
            (None, inner, self.items.len())
        };
        self.frames.push(OpenJsonCollection {
            node,
            is_mapping,
            first,
            may_repeat: false,
            fields,
            inner,
        });
        Ok(())
    }

    #[inline]
    fn close(&mut self, end: usize) -> BuildStep<()> {
        let Some(frame) = self.frames.pop() else {
            return Err(Box::new(ParseFailure::syntax(end, "nothing is open")));
        };
        let written = if frame.is_mapping {
            self.entries.len()
        } else {
            self.items.len()
        };
        if written.saturating_sub(frame.first) > self.limits.members {
            return Err(self.too_many_members(&frame));
        }
        let data = if frame.is_mapping {
            if frame.may_repeat {
                self.drop_duplicates(&frame);
            }
            let first = number(self.arena.entries.len());
            let entries = self.entries.get(frame.first..).unwrap_or_default();
            self.arena.entries.extend_from_slice(entries);
            let len = number(entries.len());
            self.entries.truncate(frame.first);
            self.hashes.truncate(frame.first);
            NodeData::Mapping { first, len }
        } else {
            let first = number(self.arena.items.len());
            let items = self.items.get(frame.first..).unwrap_or_default();
            self.arena.items.extend_from_slice(items);
            let len = number(items.len());
            self.items.truncate(frame.first);
            NodeData::Sequence { first, len }
        };
        if let Some(node) = self.arena.nodes.get_mut(index(frame.node.0)) {
            node.style = Style::Flow;
            node.data = data;
            node.end = number(end);
        }
        self.place(frame.node);
        Ok(())
    }

    #[inline]
    fn is_in_mapping(&self) -> Option<bool> {
        self.frames.last().map(|frame| frame.is_mapping)
    }

    #[inline]
    fn key(&mut self, token: StringToken) -> BuildStep<bool> {
        if token.is_escaped {
            return self.escaped_key(token);
        }
        let Some(frame) = self.frames.last_mut() else {
            return Ok(false);
        };
        if let Some(fields) = frame.fields {
            frame.inner = match fields.member(token.written(self.text)) {
                Coverage::None => return Ok(false),
                Coverage::Part(inner) => Some(inner),
                Coverage::Whole => None,
            };
        }
        let hash = KeyHash::of(self.text.as_bytes(), token.start + 1, token.end - 1);
        let known = self.hashes.get(frame.first..).unwrap_or_default();
        if known.len() >= MAX_COMPARED_KEYS || known.contains(&hash) {
            frame.may_repeat = true;
        }
        self.count()?;
        self.hashes.push(hash);
        self.entries.push(RawEntry {
            key: between(token.start + 1, token.end - 1),
            key_start: number(token.start),
            key_end: number(token.end),
            value: NodeId(0),
        });
        Ok(true)
    }

    #[inline]
    fn string(&mut self, token: StringToken) -> BuildStep<()> {
        let text = if token.is_escaped {
            self.keep_decoded(&token.decoded(self.text))
        } else {
            between(token.start + 1, token.end - 1)
        };
        let node = self.push(token.start, token.end, NodeData::Text(text))?;
        self.place(node);
        Ok(())
    }

    #[inline]
    fn bare(&mut self, start: usize, end: usize) -> BuildStep<()> {
        let text = between(start, end);
        let data = match self.text.get(start..end).unwrap_or_default() {
            "null" => NodeData::Null(text),
            "true" => NodeData::Bool(true, text),
            "false" => NodeData::Bool(false, text),
            other => match other.parse() {
                Ok(integer) => self.arena.add_number(text, NumberValue::Integer(integer)),
                Err(_) => self.long_number(other, start)?,
            },
        };
        let node = self.push(start, end, data)?;
        self.place(node);
        Ok(())
    }
}

impl TreeBuilder<'_, '_> {
    /// Hands a complete node to the collection around it.
    #[inline]
    fn place(&mut self, node: NodeId) {
        match self.frames.last() {
            Some(frame) if frame.is_mapping => {
                if let Some(entry) = self.entries.last_mut() {
                    entry.value = node;
                }
            }
            Some(_) => self.items.push(node),
            None => self.root = Some(node),
        }
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, data: NodeData) -> BuildStep<NodeId> {
        self.count()?;
        let id = NodeId(number(self.arena.nodes.len()));
        let style = match data {
            NodeData::Text(_) => Style::DoubleQuoted,
            _ => Style::Plain,
        };
        self.arena.nodes.push(RawNode {
            start: number(start),
            end: number(end),
            style,
            data,
        });
        Ok(id)
    }

    #[inline]
    fn count(&self) -> BuildStep<()> {
        let count = self.arena.nodes.len() + self.entries.len() + self.arena.entries.len();
        if count > self.limits.nodes {
            return Err(limit(0, "it has too many nodes"));
        }
        Ok(())
    }

    fn keep_decoded(&mut self, decoded: &str) -> TextRange {
        let start = self.arena.decoded.len();
        self.arena.decoded.push_str(decoded);
        TextRange::decoded(start, decoded.len())
    }

    #[cold]
    fn escaped_key(&mut self, token: StringToken) -> BuildStep<bool> {
        let key = token.decoded(self.text);
        let Some(frame) = self.frames.last_mut() else {
            return Ok(false);
        };
        if let Some(fields) = frame.fields {
            frame.inner = match fields.member(&key) {
                Coverage::None => return Ok(false),
                Coverage::Part(inner) => Some(inner),
                Coverage::Whole => None,
            };
        }
        frame.may_repeat = true;
        self.count()?;
        let key = self.keep_decoded(&key);
        self.hashes.push(KeyHash::default());
        self.entries.push(RawEntry {
            key,
            key_start: number(token.start),
            key_end: number(token.end),
            value: NodeId(0),
        });
        Ok(true)
    }

    /// A JSON number that does not fit 64 bits, or has a fraction or an exponent. An integer stays exact within 128 bits.
    #[cold]
    fn long_number(&mut self, value: &str, start: usize) -> BuildStep<NodeData> {
        let text = between(start, start + value.len());
        if let Ok(integer) = value.parse() {
            return Ok(self.arena.add_integer(text, integer));
        }
        match value.parse() {
            Ok(float) if f64::is_finite(float) => {
                Ok(self.arena.add_number(text, NumberValue::Float(float)))
            }
            // The API server refuses it too; Go's float is out of range.
            _ => {
                let reason = format!("{value} is out of range");
                Err(Box::new(ParseFailure::syntax(start, reason)))
            }
        }
    }

    /// Of the entries of the mapping that is just being closed, the last one of each key stays, at the place of the first.
    #[cold]
    fn drop_duplicates(&mut self, frame: &OpenJsonCollection<'_>) {
        let written = self.entries.split_off(frame.first);
        let found = duplicate_keys::found(self.text, &self.arena.decoded, &written);
        for (later, earlier) in found.repeated {
            let path = duplicate_keys::path(
                (self.text, &self.arena.decoded),
                &self.frames,
                (&self.entries, &self.items),
                later.key,
            );
            self.duplicates.push(RawDuplicate {
                key: later.key,
                start: later.key_start,
                end: later.key_end,
                first_start: earlier.key_start,
                first_end: earlier.key_end,
                path,
            });
        }
        self.entries.extend(found.entries);
    }

    #[cold]
    fn too_many_members(&self, frame: &OpenJsonCollection<'_>) -> Box<ParseFailure> {
        let start = self.arena.nodes.get(index(frame.node.0));
        let most = self.limits.members;
        let reason = format!("it has a list or mapping of more than {most} members");
        limit(start.map_or(0, |node| index(node.start)), &reason)
    }
}

#[cold]
fn limit(at: usize, reason: &str) -> Box<ParseFailure> {
    Box::new(ParseFailure::limit(at, reason))
}

fn between(start: usize, end: usize) -> TextRange {
    TextRange::written(start, end.saturating_sub(start))
}
