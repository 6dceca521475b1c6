//! Fixes: edits of the source that mend a finding.

use manifest::text::FileSpan;

/// One replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub place: FileSpan,
    /// The new text.
    pub text: String,
}

/// A way to mend a finding by editing the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: `set the renew deadline to 10s`.
    pub title: String,
    /// Keeps the meaning of everything but the fault.
    pub safe: bool,
    /// Sorted, not overlapping.
    pub edits: Vec<Edit>,
}
