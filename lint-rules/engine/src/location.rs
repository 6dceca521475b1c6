//! Where something is, for reports.

use manifest::text::{FileSpan, Position};

/// A place made concrete: what reports show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The bytes, in a file of the input.
    pub place: FileSpan,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// JSONPath of the token in its document, such as `$.spec.replicas`.
    pub path: String,
}
