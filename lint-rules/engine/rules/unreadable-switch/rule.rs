//! A switch that ends the program instead of switching.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::Resolved;
use programs::command_line::ParseErrorKind;

/// The record.
pub static RULE: Rule = Rule {
    id: "unreadable-switch",
    group: Group::Flags,
    summary: "an election switch that the program's parser refuses, so the program does not start",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    check: Check::Elector(check),
};

const HELP: &str =
    "the program prints its usage and exits, so every pod is in CrashLoopBackOff and nobody leads";

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if refused_form(elector, sink) {
        return;
    }
    let Resolved::Unreadable {
        text,
        error,
        expected,
        origin,
    } = &elector.switch
    else {
        return;
    };
    // What is no string to YAML is the finding of another rule: the object is not even accepted.
    let place = elector.place_of(&elector.switch);
    if elector.non_strings.iter().any(|item| item.place == place) {
        return;
    }
    // A reference that is left in the text is the finding of another rule.
    let left = |unresolved: &[String]| unresolved.iter().any(|part| text.contains(part.as_str()));
    if elector.words.iter().any(|word| left(&word.unresolved))
        || elector
            .variables
            .iter()
            .any(|variable| left(&variable.unresolved))
    {
        return;
    }
    let message = if error.is_empty() {
        format!(
            "`{}` is no value for the leader-election switch",
            origin.text
        )
    } else {
        format!(
            "`{}` is no value for the leader-election switch: {error}",
            origin.text
        )
    };
    let draft = Draft::new(place, message)
        .help(format!("{HELP}; {} reads {expected}", elector.program.name));
    sink.report(draft);
}

/// A word that the parser refuses whatever its value is.
fn refused_form(elector: &Elector<'_>, sink: &mut Sink<'_>) -> bool {
    let Some(error) = &elector.command_line.error else {
        return false;
    };
    let Some(word) = elector.words.get(error.argument) else {
        return false;
    };
    let name = error.text.trim_start_matches('-');
    let is_election_flag = elector
        .program
        .settings
        .iter()
        .any(|spec| spec.flags.iter().any(|flag| *flag == name));
    if !is_election_flag {
        return false;
    }
    let (message, remedy) = match error.kind {
        ParseErrorKind::UnknownShorthand => (
            format!("`-{name}` has one dash, which this parser reads as a row of one-letter flags"),
            format!("write `--{name}`"),
        ),
        ParseErrorKind::UnexpectedValue => (
            format!(
                "`{}` gives a value to a switch that takes none",
                word.written
            ),
            format!("write `--{name}` alone, or leave it out"),
        ),
        _ => return false,
    };
    sink.report(Draft::new(word.place, message).help(format!("{HELP}; {remedy}")));
    true
}
