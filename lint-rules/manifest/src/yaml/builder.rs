//! Building a document's arena, with go-yaml v2's rules for keys and duplicates.

mod leaves;

use std::collections::HashMap;

use crate::text::to_index;
use crate::tree::arena::{Arena, NodeData, RawNode, number, slice};
use crate::tree::parsed::{ParseFailure, RawDuplicate};
use crate::tree::path::add_to_path;
use crate::tree::{NodeId, ReadLimits, Style};

use super::aliases;
use super::merge;
use super::scalar::Tag;
use super::written_pair::{WrittenKey, WrittenPair, entry_of};

/// A scalar as it is handed over.
pub(crate) struct ScalarToken<'a> {
    pub value: &'a str,
    pub tag: Tag,
    pub style: Style,
    pub anchor: usize,
    /// Where the value may stand verbatim.
    pub content: usize,
    pub start: usize,
    pub end: usize,
}

struct OpenCollection {
    node: NodeId,
    mapping: bool,
    /// Where this frame's children start in the stack of pairs or items.
    first: usize,
    key: Option<WrittenKey>,
}

/// Something only an error if it can be reached from the top in the end: a value or
/// key that JSON cannot hold, in a mapping that a later duplicate may replace.
#[derive(Clone, Debug)]
struct Doubt {
    node: NodeId,
    at: usize,
    reason: String,
}

/// Most documents have more nodes for their bytes, so little is left empty; one of long block scalars has fewer.
const BYTES_PER_NODE: usize = 40;
/// For more nodes than these no room is made before they are there.
const MAX_EXPECTED_NODES: usize = 4096;

/// Builds one document.
pub(crate) struct Builder<'t> {
    pub text: &'t str,
    pub arena: Arena,
    limits: ReadLimits,
    frames: Vec<OpenCollection>,
    pairs: Vec<WrittenPair>,
    items: Vec<NodeId>,
    anchors: HashMap<usize, NodeId>,
    /// Pairs of every mapping as written, kept if there may be aliases.
    raw: Option<aliases::Written>,
    aliases: bool,
    merged: usize,
    doubts: Vec<Doubt>,
    pub duplicates: Vec<RawDuplicate>,
}

impl<'t> Builder<'t> {
    /// A builder over `text`, whose offsets it is given.
    pub fn new(text: &'t str, limits: ReadLimits) -> Self {
        let may_alias = memchr::memchr(b'*', text.as_bytes()).is_some()
            && memchr::memchr(b'&', text.as_bytes()).is_some();
        // Lists that grew from nothing were 2 % of a lint.
        let nodes = (text.len() / BYTES_PER_NODE).clamp(8, MAX_EXPECTED_NODES);
        Self {
            text,
            arena: Arena {
                nodes: Vec::with_capacity(nodes),
                entries: Vec::with_capacity(nodes),
                ..Arena::default()
            },
            limits,
            frames: Vec::with_capacity(16),
            pairs: Vec::with_capacity(32),
            items: Vec::with_capacity(16),
            anchors: HashMap::new(),
            raw: may_alias.then(aliases::Written::default),
            aliases: false,
            merged: 0,
            doubts: Vec::new(),
            duplicates: Vec::new(),
        }
    }

    /// Whether the innermost open collection is a flow collection.
    pub fn in_flow(&self) -> bool {
        let frame = self.frames.last();
        let node = frame.and_then(|frame| self.arena.nodes.get(to_index(frame.node.0)));
        node.is_some_and(|node| node.style == Style::Flow)
    }

    /// How a node is written.
    pub fn style_of(&self, id: NodeId) -> Option<Style> {
        self.arena.nodes.get(to_index(id.0)).map(|node| node.style)
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
    ) -> Result<(), ParseFailure> {
        if self.expects_key() {
            return Err(ParseFailure::syntax(
                at,
                "a mapping or sequence cannot be a key",
            ));
        }
        if self.frames.len() >= self.limits.depth {
            return Err(ParseFailure::limit(at, "it is nested too deeply"));
        }
        let data = if mapping {
            NodeData::Mapping { first: 0, len: 0 }
        } else {
            NodeData::Sequence { first: 0, len: 0 }
        };
        let node = self.push(at, at, style, data)?;
        self.name(anchor, node);
        self.frames.push(OpenCollection {
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
    pub fn close(&mut self, end: Option<usize>) -> Result<Option<NodeId>, ParseFailure> {
        let Some(frame) = self.frames.pop() else {
            return Err(ParseFailure::syntax(
                0,
                "a collection ends that never started",
            ));
        };
        let members = match frame.mapping {
            true => self.pairs.len(),
            false => self.items.len(),
        };
        if members.saturating_sub(frame.first) > self.limits.members {
            let most = self.limits.members;
            let reason = format!("it has a list or mapping of more than {most} members");
            return Err(ParseFailure::limit(
                to_index(self.start_of(frame.node)),
                reason,
            ));
        }
        let (data, last) = if frame.mapping {
            self.close_mapping(&frame)?
        } else {
            let first = number(self.arena.items.len());
            let last = self.items.get(frame.first..).unwrap_or_default().last();
            let last = last.map(|id| self.end_of(*id));
            let len = number(self.items.len().saturating_sub(frame.first));
            let children = self.items.drain(frame.first.min(self.items.len())..);
            self.arena.items.extend(children);
            (NodeData::Sequence { first, len }, last)
        };
        if let Some(node) = self.arena.nodes.get_mut(to_index(frame.node.0)) {
            node.data = data;
            node.end = end.map(number).or(last).unwrap_or(node.end).max(node.start);
        }
        Ok(self.place(frame.node))
    }

    fn close_mapping(
        &mut self,
        frame: &OpenCollection,
    ) -> Result<(NodeData, Option<u32>), ParseFailure> {
        let written = self.pairs.get(frame.first..).unwrap_or_default();
        let last = written
            .last()
            .map(|pair| self.end_of(pair.value).max(pair.key.end));
        if self.raw.is_none() && merge::is_plain(self.text, &self.arena, written) {
            let first = number(self.arena.entries.len());
            let len = number(written.len());
            self.arena.entries.extend(written.iter().map(entry_of));
            self.pairs.truncate(frame.first);
            return Ok((NodeData::Mapping { first, len }, last));
        }
        let pairs = self.pairs.split_off(frame.first);
        let outcome = merge::entries(self.text, &self.arena, &pairs)?;
        if let Some(copied) = outcome.copied {
            // Merges repeat entries by reference; even so they must be bounded.
            self.merged = self.merged.saturating_add(copied);
            if self.merged > self.limits.alias_expansion {
                return Err(ParseFailure::limit(
                    to_index(self.start_of(frame.node)),
                    "its merge keys expand to too many entries",
                ));
            }
        }
        for (later, earlier) in outcome.duplicates {
            let path = self.path_to(slice(self.text, &self.arena.decoded, later.text));
            self.duplicates.push(RawDuplicate {
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
        Ok((NodeData::Mapping { first, len }, last))
    }

    /// The last checks, once `root` is complete.
    pub fn finish(&mut self, root: NodeId) -> Result<(), ParseFailure> {
        if self.aliases
            && let Some(raw) = &self.raw
        {
            aliases::check(&self.arena, raw, root)?;
        }
        if !self.doubts.is_empty() {
            let reached = aliases::reachable(&self.arena, root);
            let found = self
                .doubts
                .iter()
                .find(|doubt| reached.get(to_index(doubt.node.0)) == Some(&true));
            if let Some(doubt) = found {
                return Err(ParseFailure::syntax(doubt.at, doubt.reason.clone()));
            }
        }
        Ok(())
    }

    fn count(&self) -> Result<(), ParseFailure> {
        if self.arena.nodes.len() + self.pairs.len() + self.arena.entries.len() > self.limits.nodes
        {
            return Err(ParseFailure::limit(0, "it has too many nodes"));
        }
        Ok(())
    }

    fn push(
        &mut self,
        start: usize,
        end: usize,
        style: Style,
        data: NodeData,
    ) -> Result<NodeId, ParseFailure> {
        self.count()?;
        let id = NodeId(number(self.arena.nodes.len()));
        self.arena.nodes.push(RawNode {
            start: number(start),
            end: number(end.max(start)),
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
                self.pairs.push(WrittenPair { key, value: node });
            }
        } else {
            self.items.push(node);
        }
        None
    }

    fn start_of(&self, id: NodeId) -> u32 {
        self.arena.nodes.get(to_index(id.0)).map_or(0, |n| n.start)
    }

    fn end_of(&self, id: NodeId) -> u32 {
        self.arena.nodes.get(to_index(id.0)).map_or(0, |n| n.end)
    }

    /// The path from the top to `key` of the mapping that is just being closed.
    fn path_to(&self, key: &str) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            match frame.key {
                Some(key) => {
                    add_to_path(&mut path, slice(self.text, &self.arena.decoded, key.text));
                }
                None => {
                    let index = self.items.len().saturating_sub(frame.first);
                    // Items of frames further in lie behind; only the innermost counts all.
                    path.push_str(&format!("[{}]", self.items_of(frame, index)));
                }
            }
        }
        add_to_path(&mut path, key);
        path
    }

    /// How many items of `frame` are complete.
    fn items_of(&self, frame: &OpenCollection, most: usize) -> usize {
        let next = self
            .frames
            .iter()
            .filter(|other| !other.mapping && other.first > frame.first)
            .map(|other| other.first - frame.first)
            .min();
        next.map_or(most, |next| next.min(most))
    }
}
