//! All rules. Nothing else in the code knows a rule's name.

use super::rule::Rule;

/// A rule with its page of documentation.
#[derive(Debug)]
pub struct RuleEntry {
    /// The record.
    pub rule: &'static Rule,
    /// The Markdown of `rule.md`.
    pub page: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// All rules, sorted by id.
#[must_use]
pub fn rules() -> &'static [RuleEntry] {
    ENTRIES
}

/// The rule of that id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static RuleEntry> {
    ENTRIES
        .binary_search_by(|entry| entry.rule.id.cmp(id))
        .ok()
        .and_then(|at| ENTRIES.get(at))
}
