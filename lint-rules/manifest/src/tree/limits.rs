//! Bounds on what is read.

/// Bytes of the largest text that is read, so that offsets fit 32 bits.
pub(crate) const MOST_BYTES: usize = 1 << 30;

/// Bounds for one file and one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of a file; never more than 1 GiB.
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
