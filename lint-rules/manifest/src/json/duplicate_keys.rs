//! Keys that one mapping has twice: kubectl takes the last one.

use std::collections::HashMap;

use crate::tree::arena::{RawEntry, TextRange, slice};
use crate::tree::path::add_to_path;

use super::open_collection::OpenJsonCollection;

/// A number that is the same for equal keys, and for few others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyHash(u64);

impl KeyHash {
    /// Of a key between quotes, whose closing one is at `end`: its length, and its last seven bytes with that quote.
    /// That costs one load of eight bytes; most keys of an object differ in it.
    #[inline]
    pub fn of(bytes: &[u8], start: usize, end: usize) -> Self {
        let length = end.saturating_sub(start);
        let counted = (length + 1).min(8);
        let eight = end.checked_sub(7).and_then(|from| bytes.get(from..=end));
        let word = match eight.and_then(<[u8]>::first_chunk) {
            Some(eight) => u64::from_le_bytes(*eight) >> (64 - 8 * counted),
            None => short(bytes.get(start..=end).unwrap_or_default()),
        };
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        Self(word ^ length.rotate_right(8))
    }
}

/// The bytes of a key near the beginning of the text.
#[cold]
fn short(key: &[u8]) -> u64 {
    let low = key.iter().rev().take(8).copied();
    low.fold(0, |word, byte| word << 8 | u64::from(byte))
}

/// The entries of a mapping, each key once.
pub(super) struct Unique {
    pub entries: Vec<RawEntry>,
    /// Entries whose key was there before: the later and the earlier.
    pub repeated: Vec<(RawEntry, RawEntry)>,
}

pub(super) fn found(text: &str, decoded: &str, written: &[RawEntry]) -> Unique {
    let mut unique = Unique {
        entries: Vec::with_capacity(written.len()),
        repeated: Vec::new(),
    };
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(written.len());
    for entry in written {
        let place = *places
            .entry(slice(text, decoded, entry.key))
            .or_insert(unique.entries.len());
        match unique.entries.get_mut(place) {
            Some(earlier) => {
                unique.repeated.push((*entry, *earlier));
                *earlier = *entry;
            }
            None => unique.entries.push(*entry),
        }
    }
    unique
}

/// The path from the top to a key of the mapping that is just being closed. `entries` and `items` are those of all
/// mappings and sequences around it.
pub(super) fn path(
    (text, decoded): (&str, &str),
    frames: &[OpenJsonCollection<'_>],
    (entries, items): (&[RawEntry], &[crate::tree::NodeId]),
    key: TextRange,
) -> String {
    let mut path = String::new();
    for (number, frame) in frames.iter().enumerate() {
        // Its children end where those of the next collection of its sort begin.
        let next = frames
            .iter()
            .skip(number + 1)
            .find(|other| other.is_mapping == frame.is_mapping);
        if frame.is_mapping {
            let end = next.map_or(entries.len(), |next| next.first);
            if let Some(entry) = end.checked_sub(1).and_then(|last| entries.get(last)) {
                add_to_path(&mut path, slice(text, decoded, entry.key));
            }
        } else {
            let end = next.map_or(items.len(), |next| next.first);
            path.push_str(&format!("[{}]", end.saturating_sub(frame.first)));
        }
    }
    add_to_path(&mut path, slice(text, decoded, key));
    path
}
