//! How much of a file and of a document is read.

/// More than this no text may have, or offsets would not fit.
pub(crate) const MOST_BYTES: usize = 1 << 30;

/// What is too much for one file or one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of a file; never more than 1 GiB, whatever is asked for.
    pub bytes: usize,
    /// Nodes and keys of a document.
    pub nodes: usize,
    /// Entries of one mapping, or items of one sequence.
    pub members: usize,
    /// Entries that merge keys may bring into a document.
    pub alias_expansion: usize,
    /// Nesting; the YAML parser stops at 255 in any case.
    pub depth: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            nodes: 4_000_000,
            members: usize::MAX,
            alias_expansion: 1_000_000,
            depth: 255,
        }
    }
}
