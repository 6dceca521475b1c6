//! Ignores without effect. The engine finds them while it applies ignores.

use crate::ignores::{FaultyIgnore, IgnoreFault};
use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, SuppressedBy,
};

/// The record.
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
    check: Check::Ignore(check),
};

fn check(ignore: &FaultyIgnore<'_>, sink: &mut Sink<'_>) {
    let (message, help) = match ignore.kind {
        SuppressedBy::Config => of_configuration(ignore),
        _ => of_manifest(ignore),
    };
    sink.report(Draft::new(ignore.place, message).help(help));
}

fn of_manifest(ignore: &FaultyIgnore<'_>) -> (String, &'static str) {
    let id = ignore.rule;
    match ignore.fault {
        IgnoreFault::Unreadable(reason) => (
            format!("this ignore cannot be understood: {reason}"),
            "write `# leaselint: ignore[rule-id] reason`",
        ),
        IgnoreFault::UnknownRule => (
            format!("this ignore names `{id}`, which is no rule"),
            "`leaselint rules` lists the rules",
        ),
        IgnoreFault::NoReason => (
            format!("this ignore of {id} gives no reason and silences nothing"),
            "say after the brackets why the finding may stay",
        ),
        IgnoreFault::UnreadableExpiry(text) => (
            format!("this ignore of {id} has no readable expiry: `{text}`"),
            "write the date as until=YYYY-MM-DD",
        ),
        IgnoreFault::Expired(_) => (
            format!("this ignore of {id} has expired"),
            "mend what it silences, or give it a new date",
        ),
        IgnoreFault::Unused => (
            format!("this ignore of {id} silences nothing"),
            "remove it: the finding is gone, or it stands on another line",
        ),
    }
}

/// Entries with a wrong form never get here: they are errors of the configuration, which end the run.
fn of_configuration(ignore: &FaultyIgnore<'_>) -> (String, &'static str) {
    let id = ignore.rule;
    match ignore.fault {
        IgnoreFault::Expired(day) => (
            format!("the ignore of {id} ended on {day}"),
            "its findings are shown again; mend them, or give the entry a later day",
        ),
        _ => (
            format!("the ignore of {id} silences nothing"),
            "remove the entry; a finding of the same rule elsewhere would be silenced unseen",
        ),
    }
}
