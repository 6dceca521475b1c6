//! What of a program's source was read for its record.

use super::{List, Text};

/// The reading of a program's source on which a record rests.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReading {
    /// `owner/name` at GitHub, or the address of another repository.
    pub repository: Text,
    /// The tag or commit that was read.
    pub revision: Text,
    /// The day of the reading, `2026-11-30`.
    pub date: Text,
    /// Where each fact was found.
    pub facts: List<SourceFact>,
}

/// A fact of a record, and where the source says so.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFact {
    /// What it decides: `timing`.
    pub fact: Text,
    /// File and line: `cmd/main.go:88`.
    pub place: Text,
}
