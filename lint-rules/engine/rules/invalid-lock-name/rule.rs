//! A lock name that is not valid for an object.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

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
    let Some(fault) = fault(&name.value) else {
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

/// Why a name is not a DNS-1123 subdomain.
fn fault(name: &str) -> Option<String> {
    let allowed = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '.');
    if let Some(letter) = name.chars().find(|letter| !allowed(*letter)) {
        return Some(match letter {
            'A'..='Z' => format!("upper-case `{letter}` is not allowed"),
            '\n' => "it holds a line break, which a block scalar (`|`) adds".to_owned(),
            letter => format!("`{}` is not allowed", letter.escape_debug()),
        });
    }
    if name.len() > 253 {
        return Some(format!(
            "it has {} characters, and 253 are allowed",
            name.len()
        ));
    }
    let part = name
        .split('.')
        .find(|part| part.is_empty() || part.starts_with('-') || part.ends_with('-'))?;
    Some(match part {
        "" => "a part between its dots is empty".to_owned(),
        part => format!("`{part}` does not begin and end with a letter or digit"),
    })
}
