//! Ignores without effect. The engine finds them while it applies ignores.

use crate::ignores::{FaultyIgnore, IgnoreFault};
use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    SuppressedBy, first_fitting,
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
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Ignore(check),
};

fn check(ignore: &FaultyIgnore<'_>, sink: &mut Sink<'_>) {
    let (message, help, remedy) = match ignore.kind {
        SuppressedBy::Config => of_configuration(ignore),
        _ => of_manifest(ignore),
    };
    let draft = Draft::new(ignore.place, message).help(help).remedy(remedy);
    let order = match (ignore.fault, ignore.kind) {
        (IgnoreFault::Unused, SuppressedBy::Comment) if ignore.is_alone => {
            EditOrder::RemoveComment(ignore.place)
        }
        (IgnoreFault::Unused, SuppressedBy::Annotation) => EditOrder::RemoveEntry(ignore.place),
        _ => {
            sink.report(draft);
            return;
        }
    };
    sink.report(draft.fix("remove the ignore", true, [order]));
}

/// What is wrong, what follows, and what to do.
type IgnoreTexts = (String, &'static str, &'static str);

const HAS_NO_EFFECT: &str =
    "The ignore has no effect, and the findings that it should silence are shown.";

fn of_manifest(ignore: &FaultyIgnore<'_>) -> IgnoreTexts {
    let id = ignore.rule;
    match ignore.fault {
        IgnoreFault::Unreadable(reason) => (
            first_fitting([
                format!("this ignore cannot be understood: {reason}"),
                "this ignore cannot be understood".to_owned(),
            ]),
            HAS_NO_EFFECT,
            "Write `# leaselint: ignore[rule-id] reason`.",
        ),
        IgnoreFault::UnknownRule => (
            first_fitting([
                format!("this ignore names `{id}`, which is no rule"),
                "this ignore names a rule that does not exist".to_owned(),
            ]),
            HAS_NO_EFFECT,
            "Write the id of a rule. `leaselint rules` lists them.",
        ),
        IgnoreFault::NoReason => (
            format!("this ignore of {id} gives no reason and silences nothing"),
            HAS_NO_EFFECT,
            match ignore.kind {
                SuppressedBy::Annotation => "Write as its value why the finding may stay.",
                _ => "Write after the brackets why the finding may stay.",
            },
        ),
        IgnoreFault::UnreadableExpiry(text) => (
            first_fitting([
                format!("this ignore of {id} has no readable expiry: `{text}`"),
                format!("this ignore of {id} has no readable expiry"),
            ]),
            HAS_NO_EFFECT,
            "Write the date as `until=YYYY-MM-DD`.",
        ),
        IgnoreFault::Expired(_) => (
            format!("this ignore of {id} has expired"),
            HAS_NO_EFFECT,
            "Mend what it silenced, or give it a new date.",
        ),
        IgnoreFault::Unused => {
            let (help, remedy) = match ignore.kind {
                SuppressedBy::Annotation => (
                    "There is no such finding here. The ignore would hide the next one in this object.",
                    "Remove the ignore.",
                ),
                _ => (
                    "There is no such finding here. The ignore would hide the next one on the same line.",
                    "Remove the ignore, or move it to the line of the finding.",
                ),
            };
            (
                format!("this ignore of {id} silences nothing"),
                help,
                remedy,
            )
        }
    }
}

/// Entries with a wrong form never get here: they are errors of the configuration, which end the run.
fn of_configuration(ignore: &FaultyIgnore<'_>) -> IgnoreTexts {
    let id = ignore.rule;
    match ignore.fault {
        IgnoreFault::Expired(day) => (
            format!("the ignore of {id} ended on {day}"),
            "Its findings are shown again.",
            "Mend the findings, or give the entry a later day.",
        ),
        _ => (
            format!("the ignore of {id} silences nothing"),
            "The entry would hide the next finding of the rule that it fits.",
            "Remove the entry.",
        ),
    }
}
