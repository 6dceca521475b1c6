//! Building a document's arena, with go-yaml v2's rules for keys and duplicates.

use std::collections::HashMap;

use super::alias;
use super::document::{Arena, Data, NodeId, RawEntry, RawNode, Str, Style, slice};
use super::merge;
use super::scalar::{self, Scalar, Tag};
use super::{Limits, UnreadCode};

/// Why a document cannot be built.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// The byte of the document's text.
    pub at: usize,
    pub code: UnreadCode,
    pub reason: String,
}

impl Failure {
    pub fn syntax(at: usize, reason: impl Into<String>) -> Self {
        Self {
            at,
            code: UnreadCode::Syntax,
            reason: reason.into(),
        }
    }

    pub fn limit(at: usize, reason: impl Into<String>) -> Self {
        Self {
            code: UnreadCode::Limit,
            ..Self::syntax(at, reason)
        }
    }
}

/// A key and its value as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub key: Key,
    pub value: NodeId,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub text: Str,
    pub start: u32,
    pub end: u32,
    /// The plain key `<<`.
    pub merge: bool,
    /// Written as an alias.
    pub alias: bool,
}

/// A later key that overrides an earlier one; offsets are of the document's text.
#[derive(Clone, Debug)]
pub(super) struct Duplicate {
    pub key: Str,
    pub start: u32,
    pub end: u32,
    pub first_start: u32,
    pub first_end: u32,
    pub path: String,
}

/// A scalar as it is handed over.
pub(super) struct Token<'a> {
    pub value: &'a str,
    pub tag: Tag,
    pub style: Style,
    pub anchor: usize,
    /// Where the value may stand verbatim.
    pub content: usize,
    pub start: usize,
    pub end: usize,
}

struct Frame {
    node: NodeId,
    mapping: bool,
    /// Where this frame's children start in the stack of pairs or items.
    first: usize,
    key: Option<Key>,
}

/// Something only an error if it can be reached from the top in the end: a value or
/// key that JSON cannot hold, in a mapping that a later duplicate may replace.
#[derive(Clone, Debug)]
struct Doubt {
    node: NodeId,
    at: usize,
    reason: String,
}

/// Builds one document.
pub(super) struct Builder<'t> {
    pub text: &'t str,
    pub arena: Arena,
    limits: Limits,
    frames: Vec<Frame>,
    pairs: Vec<Pair>,
    items: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    /// Pairs of every mapping as written, kept if there may be aliases.
    raw: Option<alias::Written>,
    aliases: bool,
    merged: usize,
    doubts: Vec<Doubt>,
    pub duplicates: Vec<Duplicate>,
}

impl<'t> Builder<'t> {
    /// A builder over `text`, whose offsets it is given.
    pub fn new(text: &'t str, limits: Limits) -> Self {
        let may_alias = memchr::memchr(b'*', text.as_bytes()).is_some()
            && memchr::memchr(b'&', text.as_bytes()).is_some();
        Self {
            text,
            arena: Arena::default(),
            limits,
            frames: Vec::new(),
            pairs: Vec::new(),
            items: Vec::new(),
            anchors: HashMap::new(),
            raw: may_alias.then(alias::Written::default),
            aliases: false,
            merged: 0,
            doubts: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    /// Whether the innermost open collection is a flow collection.
    pub fn in_flow(&self) -> bool {
        let frame = self.frames.last();
        let node = frame.and_then(|frame| self.arena.nodes.get(frame.node.0 as usize));
        node.is_some_and(|node| node.style == Style::Flow)
    }

    /// How a node is written.
    pub fn style_of(&self, id: NodeId) -> Option<Style> {
        self.arena.nodes.get(id.0 as usize).map(|node| node.style)
    }

    /// Whether what comes next is a key.
    pub fn expects_key(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| frame.mapping && frame.key.is_none())
    }

    /// A collection starts.
    pub fn open(
        &mut self,
        at: usize,
        mapping: bool,
        style: Style,
        anchor: usize,
    ) -> Result<(), Failure> {
        if self.expects_key() {
            return Err(Failure::syntax(at, "a mapping or sequence cannot be a key"));
        }
        if self.frames.len() >= self.limits.depth {
            return Err(Failure::limit(at, "it is nested too deeply"));
        }
        let data = if mapping {
            Data::Mapping { first: 0, len: 0 }
        } else {
            Data::Sequence { first: 0, len: 0 }
        };
        let node = self.push(at, at, Str::default(), style, data)?;
        self.name(anchor, node);
        self.frames.push(Frame {
            node,
            mapping,
            first: if mapping {
                self.pairs.len()
            } else {
                self.items.len()
            },
            key: None,
        });
        Ok(())
    }

    /// The innermost collection ends, at `end` or with its last child.
    pub fn close(&mut self, end: Option<usize>) -> Result<Option<NodeId>, Failure> {
        let Some(frame) = self.frames.pop() else {
            return Err(Failure::syntax(0, "a collection ends that never started"));
        };
        let (data, last) = if frame.mapping {
            self.close_mapping(&frame)?
        } else {
            let first = number(self.arena.items.len());
            let children = self.items.split_off(frame.first);
            let last = children.last().map(|id| self.end_of(*id));
            self.arena.items.extend(&children);
            let len = number(children.len());
            (Data::Sequence { first, len }, last)
        };
        if let Some(node) = self.arena.nodes.get_mut(frame.node.0 as usize) {
            node.data = data;
            node.end = end.map(number).or(last).unwrap_or(node.end).max(node.start);
        }
        Ok(self.place(frame.node))
    }

    fn close_mapping(&mut self, frame: &Frame) -> Result<(Data, Option<u32>), Failure> {
        let pairs = self.pairs.split_off(frame.first);
        let last = pairs
            .last()
            .map(|pair| self.end_of(pair.value).max(pair.key.end));
        let outcome = merge::entries(self.text, &self.arena, &pairs)?;
        if let Some(copied) = outcome.copied {
            // Merges repeat entries by reference; even so they must be bounded.
            self.merged = self.merged.saturating_add(copied);
            if self.merged > self.limits.alias_expansion {
                return Err(Failure::limit(
                    self.start_of(frame.node) as usize,
                    "its merge keys expand to too many entries",
                ));
            }
        }
        for (later, earlier) in outcome.duplicates {
            let path = self.path_to(slice(self.text, &self.arena.side, later.text));
            self.duplicates.push(Duplicate {
                key: later.text,
                start: later.start,
                end: later.end,
                first_start: earlier.start,
                first_end: earlier.end,
                path,
            });
        }
        let first = number(self.arena.entries.len());
        let len = number(outcome.entries.len());
        self.arena.entries.extend(outcome.entries);
        if let Some(raw) = &mut self.raw {
            raw.record(frame.node, &pairs);
        }
        Ok((Data::Mapping { first, len }, last))
    }

    /// A scalar, as key or as value, from YAML.
    pub fn scalar(&mut self, token: &Token<'_>) -> Result<Option<NodeId>, Failure> {
        let plain = token.style == Style::Plain;
        let value = scalar::resolve(token.value, token.tag, plain).map_err(|wanted| {
            let shown: String = token.value.chars().take(40).collect();
            Failure::syntax(token.start, format!("{shown:?} cannot be read as {wanted}"))
        })?;
        let decoded = match value {
            Scalar::Binary => match scalar::decode_base64(token.value) {
                Some(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                None => {
                    return Err(Failure::syntax(
                        token.start,
                        "!!binary value contains invalid base64 data",
                    ));
                }
            },
            _ => None,
        };
        let text = match &decoded {
            Some(decoded) => self.aside(decoded),
            None => self.keep(token.value, token.content),
        };
        let data = self.data(value);
        let is_key = self.expects_key();
        let node = if !is_key || token.anchor != 0 {
            let node = self.push(token.start, token.end, text, token.style, data)?;
            self.name(token.anchor, node);
            Some(node)
        } else {
            self.count()?;
            None
        };
        if is_key {
            let merge = token.value == "<<"
                && matches!((token.tag, plain), (Tag::None, true) | (Tag::Merge, _));
            self.take_key(data, text, token.start, token.end, merge, false);
            return Ok(None);
        }
        // `node` is always there for a value.
        let Some(node) = node else { return Ok(None) };
        if let Data::Float(value) = data
            && !value.is_finite()
        {
            let reason = format!("{} is not a JSON value", token.value);
            self.doubt(node, token.start, reason);
        }
        Ok(self.place(node))
    }

    /// An alias, as key or as value.
    pub fn alias(
        &mut self,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<Option<NodeId>, Failure> {
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(Failure::syntax(start, "the alias refers to no anchor"));
        };
        if self.frames.iter().any(|frame| frame.node == target) {
            return Err(Failure::syntax(start, "the anchor's value contains itself"));
        }
        self.aliases = true;
        if self.expects_key() {
            let Some(node) = self.arena.nodes.get(target.0 as usize).copied() else {
                return Err(Failure::syntax(start, "the alias refers to no anchor"));
            };
            if matches!(node.data, Data::Mapping { .. } | Data::Sequence { .. }) {
                return Err(Failure::syntax(
                    start,
                    "a mapping or sequence cannot be a key",
                ));
            }
            self.count()?;
            self.take_key(node.data, node.text, start, end, false, true);
            return Ok(None);
        }
        let node = self.push(
            start,
            end,
            Str::default(),
            Style::Plain,
            Data::Alias(target),
        )?;
        Ok(self.place(node))
    }

    /// A key that is text, from JSON.
    pub fn text_key(
        &mut self,
        value: &str,
        content: usize,
        start: usize,
        end: usize,
    ) -> Result<(), Failure> {
        self.count()?;
        let text = self.keep(value, content);
        self.take_key(Data::Text, text, start, end, false, false);
        Ok(())
    }

    /// A value that is text, from JSON.
    pub fn text_value(
        &mut self,
        value: &str,
        content: usize,
        start: usize,
        end: usize,
    ) -> Result<Option<NodeId>, Failure> {
        let text = self.keep(value, content);
        let node = self.push(start, end, text, Style::DoubleQuoted, Data::Text)?;
        Ok(self.place(node))
    }

    /// A JSON number or literal. An integer stays exact however long it is, within
    /// 128 bits.
    pub fn json_bare(&mut self, start: usize, end: usize) -> Result<Option<NodeId>, Failure> {
        let value = self.text.get(start..end).unwrap_or_default();
        let read = match value {
            "null" => Scalar::Null,
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            _ => match value.parse::<i128>() {
                Ok(integer) => Scalar::Integer(integer),
                Err(_) => match value.parse::<f64>() {
                    Ok(float) if float.is_finite() => Scalar::Float(float),
                    // The API server refuses it too; Go's float is out of range.
                    _ => return Err(Failure::syntax(start, format!("{value} is out of range"))),
                },
            },
        };
        let text = self.keep(value, start);
        let data = self.data(read);
        let node = self.push(start, end, text, Style::Plain, data)?;
        Ok(self.place(node))
    }

    /// The last checks, once `root` is complete.
    pub fn finish(&mut self, root: NodeId) -> Result<(), Failure> {
        if self.aliases
            && let Some(raw) = &self.raw
        {
            alias::check(&self.arena, raw, root)?;
        }
        if !self.doubts.is_empty() {
            let reached = alias::reachable(&self.arena, root);
            let found = self
                .doubts
                .iter()
                .find(|doubt| reached.get(doubt.node.0 as usize) == Some(&true));
            if let Some(doubt) = found {
                return Err(Failure::syntax(doubt.at, doubt.reason.clone()));
            }
        }
        Ok(())
    }

    fn take_key(
        &mut self,
        data: Data,
        text: Str,
        start: usize,
        end: usize,
        merge: bool,
        alias: bool,
    ) {
        let text = match data {
            Data::Text | Data::Alias(_) | Data::Sequence { .. } | Data::Mapping { .. } => text,
            Data::Bool(value) => self.spell(text, if value { "true" } else { "false" }),
            Data::Integer(value) => self.spell(text, &value.to_string()),
            Data::Float(value) => self.spell(text, &scalar::float_key(value)),
            // sigs.k8s.io/yaml turns no other key into text.
            Data::Null | Data::Wide(_) => {
                if let Some(frame) = self.frames.last() {
                    let node = frame.node;
                    self.doubt(
                        node,
                        start,
                        "the key is null or too big a number".to_owned(),
                    );
                }
                text
            }
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Key {
                text,
                start: number(start),
                end: number(end),
                merge,
                alias,
            });
        }
    }

    fn data(&mut self, value: Scalar) -> Data {
        match value {
            Scalar::Null => Data::Null,
            Scalar::Bool(value) => Data::Bool(value),
            Scalar::Float(value) => Data::Float(value),
            Scalar::Text | Scalar::Binary => Data::Text,
            Scalar::Integer(value) => match i64::try_from(value) {
                Ok(value) => Data::Integer(value),
                Err(_) => {
                    self.arena.wide.push(value);
                    Data::Wide(number(self.arena.wide.len() - 1))
                }
            },
        }
    }

    fn doubt(&mut self, node: NodeId, at: usize, reason: String) {
        self.doubts.push(Doubt { node, at, reason });
    }

    /// A text that is either `text` already or must be spelled out.
    fn spell(&mut self, text: Str, want: &str) -> Str {
        if slice(self.text, &self.arena.side, text) == want {
            text
        } else {
            self.aside(want)
        }
    }

    /// `value`, by reference if it stands verbatim at `content`.
    fn keep(&mut self, value: &str, content: usize) -> Str {
        if self.text.get(content..content + value.len()) == Some(value) {
            Str {
                start: number(content),
                len: number(value.len()),
                side: false,
            }
        } else {
            self.aside(value)
        }
    }

    fn aside(&mut self, value: &str) -> Str {
        let start = number(self.arena.side.len());
        self.arena.side.push_str(value);
        Str {
            start,
            len: number(value.len()),
            side: true,
        }
    }

    fn count(&self) -> Result<(), Failure> {
        if self.arena.nodes.len() + self.pairs.len() + self.arena.entries.len() > self.limits.nodes
        {
            return Err(Failure::limit(0, "it has too many nodes"));
        }
        Ok(())
    }

    fn push(
        &mut self,
        start: usize,
        end: usize,
        text: Str,
        style: Style,
        data: Data,
    ) -> Result<NodeId, Failure> {
        self.count()?;
        let id = NodeId(number(self.arena.nodes.len()));
        self.arena.nodes.push(RawNode {
            start: number(start),
            end: number(end.max(start)),
            text,
            style,
            data,
        });
        Ok(id)
    }

    fn name(&mut self, anchor: usize, node: NodeId) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
    }

    /// Hands a complete node to the collection around it; the top node comes back.
    fn place(&mut self, node: NodeId) -> Option<NodeId> {
        let Some(frame) = self.frames.last_mut() else {
            return Some(node);
        };
        if frame.mapping {
            if let Some(key) = frame.key.take() {
                self.pairs.push(Pair { key, value: node });
            }
        } else {
            self.items.push(node);
        }
        None
    }

    fn start_of(&self, id: NodeId) -> u32 {
        self.arena.nodes.get(id.0 as usize).map_or(0, |n| n.start)
    }

    fn end_of(&self, id: NodeId) -> u32 {
        self.arena.nodes.get(id.0 as usize).map_or(0, |n| n.end)
    }

    /// The path from the top to `key` of the mapping that is just being closed.
    fn path_to(&self, key: &str) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            match frame.key {
                Some(key) => {
                    merge::add_to_path(&mut path, slice(self.text, &self.arena.side, key.text));
                }
                None => {
                    let index = self.items.len().saturating_sub(frame.first);
                    // Items of frames further in lie behind; only the innermost counts all.
                    path.push_str(&format!("[{}]", self.items_of(frame, index)));
                }
            }
        }
        merge::add_to_path(&mut path, key);
        path
    }

    /// How many items of `frame` are complete.
    fn items_of(&self, frame: &Frame, most: usize) -> usize {
        let next = self
            .frames
            .iter()
            .filter(|other| !other.mapping && other.first > frame.first)
            .map(|other| other.first - frame.first)
            .min();
        next.map_or(most, |next| next.min(most))
    }
}

/// An offset or a count; texts are bounded well below 4 GiB.
pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// An entry made of a pair.
pub(super) fn entry_of(pair: &Pair) -> RawEntry {
    RawEntry {
        key: pair.key.text,
        key_start: pair.key.start,
        key_end: pair.key.end,
        value: pair.value,
    }
}
