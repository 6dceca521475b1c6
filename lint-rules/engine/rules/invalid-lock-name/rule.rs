//! A lock name that is not valid for an object.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{Elector, lock_name_fault};

/// The record.
pub static RULE: Rule = Rule {
    id: "invalid-lock-name",
    group: Group::Lock,
    summary: "a lock name that the API server rejects as the name of an object",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
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
    let shown = |most: usize| {
        let mut letters = name.value.chars();
        let mut shown: String = letters
            .by_ref()
            .take(most)
            .flat_map(char::escape_debug)
            .collect();
        if letters.next().is_some() {
            shown.push('…');
        }
        shown
    };
    let message = first_fitting([
        format!("`{}` cannot be the name of a lock: {fault}", shown(253)),
        format!("`{}` cannot be the name of a lock", shown(60)),
        format!("`{}` cannot be the name of a lock", shown(6)),
    ]);
    let mut draft = Draft::new(elector.place_of(&elector.lock_name), message)
        .help(format!(
            "A lock name is the name of an object, and this one is not valid: {fault}. The program starts, but the API server \
             rejects every attempt to create the lock (422 Unprocessable Entity). No replica becomes leader, and nothing is \
             reconciled."
        ))
        .remedy(
            "Use lower-case letters, digits, `-` and `.`, at most 253 characters, with a letter or digit at both ends of \
             every part.",
        )
        .rests_on([&name.origin]);
    let likely = name
        .value
        .trim()
        .to_ascii_lowercase()
        .replace(['_', ' '], "-");
    if lock_name_fault(&likely).is_none()
        && let Some(edit) = Edit::rewriting(elector, &name.origin, &name.value, &likely)
    {
        draft = draft.fix(format!("write `{likely}`"), false, [EditOrder::Write(edit)]);
    }
    sink.report(draft);
}
