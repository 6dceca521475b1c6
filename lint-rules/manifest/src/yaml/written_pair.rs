//! The pairs of a mapping as they are written, before merges and duplicates are resolved.

use crate::tree::NodeId;
use crate::tree::arena::{RawEntry, TextRange};

/// A key and its value as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenPair {
    pub key: WrittenKey,
    pub value: NodeId,
}

/// A key as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenKey {
    pub text: TextRange,
    pub start: u32,
    pub end: u32,
    /// The plain key `<<`.
    pub merge: bool,
    /// Written as an alias.
    pub alias: bool,
}

/// An entry made of a pair.
pub(super) fn entry_of(pair: &WrittenPair) -> RawEntry {
    RawEntry {
        key: pair.key.text,
        key_start: pair.key.start,
        key_end: pair.key.end,
        value: pair.value,
    }
}
