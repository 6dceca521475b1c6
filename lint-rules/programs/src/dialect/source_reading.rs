//! What of a program's source was read for its record.

use serde::{Deserialize, Serialize};

/// The reading of a program's source on which a record rests.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SourceReading {
    /// `owner/name` at GitHub, or the address of another repository.
    pub repository: String,
    /// The tag or commit that was read.
    pub revision: String,
    /// The day of the reading, `2026-11-30`.
    pub date: String,
    /// Where each fact was found.
    pub facts: Vec<SourceFact>,
}

/// A fact of a record, and where the source says so.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SourceFact {
    /// What it decides: `timing`.
    pub fact: String,
    /// File and line: `cmd/main.go:88`.
    pub place: String,
}
