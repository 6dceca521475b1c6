//! A switch whose value the program's parser refuses.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use programs::command_line::ParseErrorKind;
use programs::{OriginKind, Resolved};

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
    reads: &[],
    check: Check::Elector(check),
};

const CONSEQUENCE: &str = "The program prints its usage and exits. Every pod is in CrashLoopBackOff, and no replica becomes leader.";

const FILE_CONSEQUENCE: &str = "The program cannot read its configuration and exits at start. Every pod is in CrashLoopBackOff, and no replica becomes leader.";

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if report_refused_form(elector, sink) {
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
    // A value that is not a string in YAML is a finding of `non-string-argument`: the API refuses the object.
    let place = elector.place_of(&elector.switch);
    if elector.non_strings.iter().any(|item| item.place == place) {
        return;
    }
    // An unresolved reference is a finding of `unresolved-reference`.
    let left = |unresolved: &[String]| unresolved.iter().any(|part| text.contains(part.as_str()));
    if elector.words.iter().any(|word| left(&word.unresolved))
        || elector
            .variables
            .iter()
            .any(|variable| left(&variable.unresolved))
    {
        return;
    }
    // A file's string where a boolean belongs: the parser's words would only repeat the quotes.
    let bare = text.trim_matches('"');
    let is_quoted = bare.len() + 2 == text.len();
    let written = if is_quoted {
        origin.text.replace(bare, text)
    } else {
        origin.text.clone()
    };
    let short = format!("`{written}` is no value for the leader-election switch");
    let full = if is_quoted {
        format!("`{written}` is a string, and the leader-election switch is a boolean")
    } else if error.is_empty() {
        short.clone()
    } else {
        format!("{short}: {error}")
    };
    let message = first_fitting([
        full,
        short,
        "the leader-election switch has a value that the program refuses".to_owned(),
    ]);
    let in_file = matches!(origin.kind, OriginKind::ConfigMap | OriginKind::File);
    let remedy = if is_quoted && matches!(bare, "true" | "false") {
        format!("Leave out the quotes: `{}`.", origin.text)
    } else {
        format!("Write a value that the program reads: {expected}.")
    };
    let draft = Draft::new(place, message)
        .help(if in_file {
            FILE_CONSEQUENCE
        } else {
            CONSEQUENCE
        })
        .remedy(remedy);
    sink.report(draft);
}

/// Reports a flag that the parser refuses for its form, whatever its value; whether there is one.
fn report_refused_form(elector: &Elector<'_>, sink: &mut Sink<'_>) -> bool {
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
            first_fitting([
                format!("`-{name}` has one dash, which this parser reads as one-letter flags"),
                "a long flag has one dash, which this parser reads as one-letter flags".to_owned(),
            ]),
            format!("Write `--{name}`."),
        ),
        ParseErrorKind::UnexpectedValue => (
            first_fitting([
                format!(
                    "`{}` gives a value to a switch that takes none",
                    word.written
                ),
                "a switch that takes no value has one".to_owned(),
            ]),
            format!("Write `--{name}` alone, or leave it out."),
        ),
        _ => return false,
    };
    sink.report(
        Draft::new(word.place, message)
            .help(CONSEQUENCE)
            .remedy(remedy),
    );
    true
}
