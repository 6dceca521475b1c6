//! What is wrong with an ignore.

use super::day::Day;
use super::suppression::SuppressedBy;
use manifest::text::FileSpan;

/// An ignore that silences nothing.
#[derive(Clone, Copy, Debug)]
pub struct FaultyIgnore<'i> {
    /// What kind of ignore it is.
    pub kind: SuppressedBy,
    /// The rule it names, as written; empty where it cannot be read.
    pub rule: &'i str,
    /// The token at fault: where the rule is named, or the whole comment.
    pub place: FileSpan,
    /// A comment that names no other rule.
    pub is_alone: bool,
    /// What is wrong.
    pub fault: IgnoreFault<'i>,
}

/// Why an ignore silences nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreFault<'i> {
    /// It cannot be understood; the reason.
    Unreadable(&'i str),
    /// No rule has that id.
    UnknownRule,
    /// It gives no reason.
    NoReason,
    /// Its expiry is no date; as written.
    UnreadableExpiry(&'i str),
    /// Its last day is over.
    Expired(Day),
    /// There is nothing for it to silence.
    Unused,
}
