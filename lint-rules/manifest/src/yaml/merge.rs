//! Entries of a mapping: duplicates and merge keys, in go-yaml v2's order.
//!
//! go-yaml assigns the pairs one after the other, and a merge assigns the entries it
//! brings at the point where it stands. So the last one wins, merge or not, and of a
//! list of merges the first wins because the list is applied backwards.

use std::collections::HashMap;

use crate::text::to_index;
use crate::tree::NodeId;
use crate::tree::arena::{Arena, NodeData, RawEntry, slice, slice_bytes};
use crate::tree::parsed::ParseFailure;

use super::written_pair::{WrittenKey, WrittenPair, entry_of};

/// Up to how many entries a scan is cheaper than a table.
const MAX_SCANNED_ENTRIES: usize = 16;

/// The entries that result.
pub(super) struct MergedEntries {
    pub entries: Vec<RawEntry>,
    /// Pairs of keys given twice: the later and the earlier.
    pub duplicates: Vec<(WrittenKey, WrittenKey)>,
    /// How many entries merges brought.
    pub copied: Option<usize>,
}

struct EntryMerger<'a> {
    text: &'a str,
    arena: &'a Arena,
    entries: Vec<RawEntry>,
    /// The key as written, for entries that were written and not merged.
    written: Vec<Option<WrittenKey>>,
    table: HashMap<&'a str, usize>,
    duplicates: Vec<(WrittenKey, WrittenKey)>,
}

/// Whether there are only few pairs, none of them merges, and no key is given twice: then the pairs
/// are the entries.
pub(super) fn is_plain(text: &str, arena: &Arena, pairs: &[WrittenPair]) -> bool {
    if pairs.len() > 2 * MAX_SCANNED_ENTRIES {
        return false;
    }
    let name = |pair: &WrittenPair| slice_bytes(text, &arena.decoded, pair.key.text);
    let mut rest = pairs;
    while let Some((last, before)) = rest.split_last() {
        let wanted = name(last);
        let twice =
            |pair: &WrittenPair| pair.key.text.len() == last.key.text.len() && name(pair) == wanted;
        if last.key.merge || before.iter().any(twice) {
            return false;
        }
        rest = before;
    }
    true
}

/// Resolves the pairs of one mapping.
pub(super) fn entries(
    text: &str,
    arena: &Arena,
    pairs: &[WrittenPair],
) -> Result<MergedEntries, ParseFailure> {
    let mut gather = EntryMerger {
        text,
        arena,
        entries: Vec::with_capacity(pairs.len()),
        written: Vec::with_capacity(pairs.len()),
        table: HashMap::new(),
        duplicates: Vec::new(),
    };
    let mut copied = None;
    for pair in pairs {
        if pair.key.merge {
            let sources = sources(arena, pair)?;
            for source in sources {
                for entry in entries_of(arena, source) {
                    gather.put(*entry, None);
                    *copied.get_or_insert(0) += 1;
                }
            }
        } else {
            gather.put(entry_of(pair), Some(pair.key));
        }
    }
    Ok(MergedEntries {
        entries: gather.entries,
        duplicates: gather.duplicates,
        copied,
    })
}

impl<'a> EntryMerger<'a> {
    fn put(&mut self, entry: RawEntry, key: Option<WrittenKey>) {
        let name = slice(self.text, &self.arena.decoded, entry.key);
        match self.find(name) {
            Some(at) => {
                if let (Some(Some(earlier)), Some(later)) = (self.written.get(at), key) {
                    self.duplicates.push((later, *earlier));
                }
                if let (Some(old), Some(written)) =
                    (self.entries.get_mut(at), self.written.get_mut(at))
                {
                    *old = entry;
                    *written = key;
                }
            }
            None => {
                let at = self.entries.len();
                self.entries.push(entry);
                self.written.push(key);
                if at == MAX_SCANNED_ENTRIES {
                    let (text, side) = (self.text, self.arena.decoded.as_str());
                    let names = self.entries.iter().enumerate();
                    self.table = names
                        .map(|(at, e)| (slice(text, side, e.key), at))
                        .collect();
                } else if at > MAX_SCANNED_ENTRIES {
                    self.table.insert(name, at);
                }
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        if self.entries.len() > MAX_SCANNED_ENTRIES {
            return self.table.get(name).copied();
        }
        let side = self.arena.decoded.as_str();
        self.entries
            .iter()
            .position(|entry| slice(self.text, side, entry.key) == name)
    }
}

/// The mappings a merge takes from, in the order they are applied.
fn sources(arena: &Arena, pair: &WrittenPair) -> Result<Vec<NodeId>, ParseFailure> {
    let wrong = || {
        ParseFailure::syntax(
            to_index(pair.key.start),
            "map merge requires map or sequence of maps as the value",
        )
    };
    let mapping = |id: NodeId| match data(arena, id) {
        Some(NodeData::Mapping { .. }) => Some(id),
        Some(NodeData::Alias(target)) => match data(arena, target) {
            Some(NodeData::Mapping { .. }) => Some(target),
            _ => None,
        },
        _ => None,
    };
    match data(arena, pair.value) {
        Some(NodeData::Sequence { first, len }) => {
            let first = to_index(first);
            let items = arena.items.get(first..first + to_index(len));
            let items = items.unwrap_or_default().iter().rev();
            items.map(|id| mapping(*id).ok_or_else(wrong)).collect()
        }
        _ => Ok(vec![mapping(pair.value).ok_or_else(wrong)?]),
    }
}

fn data(arena: &Arena, id: NodeId) -> Option<NodeData> {
    arena.nodes.get(to_index(id.0)).map(|node| node.data)
}

fn entries_of(arena: &Arena, id: NodeId) -> &[RawEntry] {
    match data(arena, id) {
        Some(NodeData::Mapping { first, len }) => {
            let first = to_index(first);
            let entries = arena.entries.get(first..first + to_index(len));
            entries.unwrap_or_default()
        }
        _ => &[],
    }
}
