//! Ignores without effect. The engine finds them while it applies ignores.

use crate::{Check, FixAvailability, Group, Needs, Profile, Rule, Severity};

pub static RULE: Rule = Rule {
    id: "unused-ignore",
    group: Group::Input,
    summary: "an ignore silences nothing, names an unknown rule, has expired or gives no reason",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Engine,
};
