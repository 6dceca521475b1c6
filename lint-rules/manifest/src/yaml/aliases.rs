//! Excessive aliasing, as go-yaml v2 refuses it.
//!
//! go-yaml counts every node it decodes and how many of them it decodes inside an
//! alias, and gives up when the share of the latter grows too big for the size
//! (`allowedAliasRatio` in its decode.go). The same walk is done here, over the
//! mappings as written and without recursion; the limit itself bounds it.

use std::collections::HashMap;

use crate::text::to_index;
use crate::tree::NodeId;
use crate::tree::arena::{Arena, NodeData};
use crate::tree::parsed::ParseFailure;

use super::written_pair::{WrittenKey, WrittenPair};

/// The pairs of every mapping as written: a merge or an overridden duplicate is
/// decoded too.
#[derive(Debug, Default)]
pub(super) struct Written {
    pairs: Vec<WrittenPair>,
    ranges: HashMap<NodeId, (usize, usize)>,
}

impl Written {
    pub fn record(&mut self, mapping: NodeId, pairs: &[WrittenPair]) {
        let first = self.pairs.len();
        self.pairs.extend(pairs);
        self.ranges.insert(mapping, (first, self.pairs.len()));
    }

    fn of(&self, mapping: NodeId) -> (usize, usize) {
        self.ranges.get(&mapping).copied().unwrap_or_default()
    }
}

/// A collection being walked.
enum AliasStep {
    Pairs {
        at: usize,
        end: usize,
    },
    Items {
        at: usize,
        end: usize,
    },
    /// The sequence of a merge, which is walked backwards.
    Merged {
        first: usize,
        at: usize,
    },
    /// The end of an alias.
    Leave,
}

struct AliasWalk<'a> {
    arena: &'a Arena,
    steps: Vec<AliasStep>,
    decoded: u32,
    aliased: u32,
    depth: u32,
}

/// Refuses the document if go-yaml does.
pub(super) fn check(arena: &Arena, written: &Written, root: NodeId) -> Result<(), ParseFailure> {
    let mut walk = AliasWalk {
        arena,
        steps: Vec::new(),
        // The document itself is the first.
        decoded: 1,
        aliased: 0,
        depth: 0,
    };
    walk.visit(written, root)?;
    while let Some(step) = walk.steps.pop() {
        match step {
            AliasStep::Leave => walk.depth -= 1,
            AliasStep::Items { at, end } => {
                if let Some(id) = arena.items.get(at).filter(|_| at < end) {
                    walk.steps.push(AliasStep::Items { at: at + 1, end });
                    walk.visit(written, *id)?;
                }
            }
            AliasStep::Merged { first, at } => {
                let next = at.checked_sub(1).filter(|next| *next >= first);
                if let Some(next) = next
                    && let Some(id) = arena.items.get(next)
                {
                    walk.steps.push(AliasStep::Merged { first, at: next });
                    walk.visit(written, *id)?;
                }
            }
            AliasStep::Pairs { at, end } => {
                if let Some(pair) = written.pairs.get(at).filter(|_| at < end) {
                    walk.steps.push(AliasStep::Pairs { at: at + 1, end });
                    walk.pair(written, pair)?;
                }
            }
        }
    }
    Ok(())
}

impl AliasWalk<'_> {
    fn pair(&mut self, written: &Written, pair: &WrittenPair) -> Result<(), ParseFailure> {
        if pair.key.merge {
            // Neither the key nor a sequence of merges is decoded itself.
            let node = self.arena.nodes.get(to_index(pair.value.0));
            if let Some(NodeData::Sequence { first, len }) = node.map(|node| node.data) {
                let first = to_index(first);
                let at = first + to_index(len);
                self.steps.push(AliasStep::Merged { first, at });
                return Ok(());
            }
        } else {
            self.key(pair.key)?;
        }
        self.visit(written, pair.value)
    }

    fn key(&mut self, key: WrittenKey) -> Result<(), ParseFailure> {
        self.count(key.start)?;
        if key.alias {
            self.depth += 1;
            self.count(key.start)?;
            self.depth -= 1;
        }
        Ok(())
    }

    fn visit(&mut self, written: &Written, id: NodeId) -> Result<(), ParseFailure> {
        let Some(node) = self.arena.nodes.get(to_index(id.0)) else {
            return Ok(());
        };
        self.count(node.start)?;
        let (id, data) = match node.data {
            NodeData::Alias(target) => {
                let Some(node) = self.arena.nodes.get(to_index(target.0)) else {
                    return Ok(());
                };
                self.depth += 1;
                self.steps.push(AliasStep::Leave);
                self.count(node.start)?;
                (target, node.data)
            }
            data => (id, data),
        };
        match data {
            NodeData::Sequence { first, len } => {
                let at = to_index(first);
                let end = at + to_index(len);
                self.steps.push(AliasStep::Items { at, end });
            }
            NodeData::Mapping { .. } => {
                let (at, end) = written.of(id);
                self.steps.push(AliasStep::Pairs { at, end });
            }
            _ => {}
        }
        Ok(())
    }

    fn count(&mut self, at: u32) -> Result<(), ParseFailure> {
        self.decoded = self.decoded.saturating_add(1);
        if self.depth > 0 {
            self.aliased = self.aliased.saturating_add(1);
        }
        let share = f64::from(self.aliased) / f64::from(self.decoded);
        if self.aliased > 100 && self.decoded > 1000 && share > allowed(self.decoded) {
            return Err(ParseFailure::limit(
                to_index(at),
                "the document contains excessive aliasing",
            ));
        }
        Ok(())
    }
}

/// The share of decoded nodes that may come from aliases (`allowedAliasRatio`).
fn allowed(decoded: u32) -> f64 {
    const LOW: u32 = 400_000;
    const HIGH: u32 = 4_000_000;
    if decoded <= LOW {
        0.99
    } else if decoded >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * (f64::from(decoded - LOW) / f64::from(HIGH - LOW))
    }
}

/// Which nodes can be reached from the root; each is visited once.
pub(super) fn reachable(arena: &Arena, root: NodeId) -> Vec<bool> {
    let mut reached = vec![false; arena.nodes.len()];
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let at = to_index(id.0);
        let (Some(seen), Some(node)) = (reached.get_mut(at), arena.nodes.get(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        match node.data {
            NodeData::Alias(target) => open.push(target),
            NodeData::Sequence { first, len } => {
                let first = to_index(first);
                let items = arena.items.get(first..first + to_index(len));
                open.extend(items.unwrap_or_default());
            }
            NodeData::Mapping { first, len } => {
                let first = to_index(first);
                let entries = arena.entries.get(first..first + to_index(len));
                open.extend(entries.unwrap_or_default().iter().map(|entry| entry.value));
            }
            _ => {}
        }
    }
    reached
}
