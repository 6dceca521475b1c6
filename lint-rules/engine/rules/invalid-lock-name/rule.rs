//! A lock name that is not valid for an object.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{Elector, lock_name_fault};

/// The record.
pub static RULE: Rule = Rule {
    id: "invalid-lock-name",
    group: Group::Lock,
    summary: "a lock name that the API server refuses as the name of an object",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if !elector.may_be_on() {
        return;
    }
    let Some(name) = elector.lock_name.known() else {
        return;
    };
    // An empty name counts as missing, and an unresolved reference is reported by `unresolved-reference`.
    if !name.origin.is_written() || name.value.is_empty() || name.value.contains("$(") {
        return;
    }
    let Some(fault) = lock_name_fault(&name.value) else {
        return;
    };
    let mut shown: String = name
        .value
        .chars()
        .take(60)
        .flat_map(char::escape_debug)
        .collect();
    if name.value.chars().nth(60).is_some() {
        shown.push('…');
    }
    let message = format!("`{shown}` cannot be the name of a lock: {fault}");
    let draft = Draft::new(elector.place_of(&elector.lock_name), message)
        .help(
            "the program starts and looks healthy, but every attempt to create the Lease is refused as invalid, so \
             nobody ever leads and nothing is reconciled; use lower-case letters, digits, `-` and `.`, at most 253 of \
             them, with a letter or digit at both ends of every part",
        )
        .rests_on([&name.origin]);
    sink.report(draft);
}
