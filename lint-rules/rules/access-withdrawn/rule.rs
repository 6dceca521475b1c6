//! A change of rights that stops a running election. The webhook finds it, with the electors it knows.

use crate::engine::{Check, FixAvailability, Group, Needs, Profile, Rule, Severity};

/// The record.
pub static RULE: Rule = Rule {
    id: "access-withdrawn",
    group: Group::Transitions,
    summary: "the change of a role or binding takes a verb away that a running elector needs for its lock",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Change,
    fix: FixAvailability::None,
    check: Check::Engine,
};
