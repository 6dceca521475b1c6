//! A text that the program's parser does not accept as a duration.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use election::timing_proposals::DURATIONS;
use programs::duration::{DurationSyntax, go_duration};
use programs::{Library, Nanos, Origin, OriginKind, Resolved, Setting, ValueSyntax};

pub static RULE: Rule = Rule {
    id: "unreadable-duration",
    group: Group::Timing,
    summary: "the program cannot read a duration of its election",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    for setting in DURATIONS {
        let mut reported = None;
        if let Resolved::Unreadable {
            text,
            error,
            expected,
            origin,
        } = elector.duration(setting)
        {
            // Flags are parsed even if the election is off.
            if elector.may_be_on() || origin.kind == OriginKind::Flag {
                report(elector, sink, setting, (text, error, expected), origin);
                reported = origin.place;
            }
        }
        overridden_flags(elector, sink, setting, reported);
    }
}

/// A flag parser reads every occurrence, including those that a later one overrides.
fn overridden_flags(
    elector: &Elector<'_>,
    sink: &mut Sink<'_>,
    setting: Setting,
    reported: Option<manifest::text::FileSpan>,
) {
    let Some(spec) = elector.program.spec(setting) else {
        return;
    };
    let ValueSyntax::Duration(syntax) = spec.syntax else {
        return;
    };
    if spec.unreadable_is_default {
        return;
    }
    for mention in &elector.mentions {
        let flag = mention.setting == setting && mention.origin.kind == OriginKind::Flag;
        if !flag || !mention.overridden || mention.after_stop || mention.origin.place == reported {
            continue;
        }
        let Some(text) = &mention.value else { continue };
        if let Err(error) = syntax.parse(text) {
            let why = (text.as_str(), &*error.to_string(), syntax.describe());
            report(elector, sink, setting, why, &mention.origin);
        }
    }
}

fn report(
    elector: &Elector<'_>,
    sink: &mut Sink<'_>,
    setting: Setting,
    (text, error, expected): (&str, &str, &str),
    origin: &Origin,
) {
    let place = origin.place.unwrap_or_else(|| elector.name_place());
    let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    let words = setting.words();
    let message = first_fitting([
        format!("{words} \"{shown}\" cannot be read: {error}"),
        format!("{words} \"{shown}\" cannot be read"),
    ]);
    let mut help = format!(
        "The program exits at start with this value ({error}), so no replica becomes leader. It reads {expected}."
    );
    let mut severity = Severity::Error;
    let syntax = match elector.program.spec(setting).map(|spec| &spec.syntax) {
        Some(ValueSyntax::Duration(syntax)) => Some(*syntax),
        _ => None,
    };
    let likely = syntax.and_then(|syntax| likely_value(syntax, text));
    let mut remedy = match &likely {
        Some((value, true)) => format!("Write `{value}`."),
        Some((value, false)) => format!("Write `{value}` if seconds are meant."),
        None => format!("Write {expected}."),
    };
    if elector.program.generic && elector.program.library != Library::ClientGo {
        // The syntax of a program without a record is assumed, unless its flags are those that a
        // library for client-go's election defines, with their types.
        severity = Severity::Warning;
        help = format!(
            "The syntax is assumed: most programs with this setting read {expected} and exit at start with anything else \
             ({error}), so that no replica becomes leader."
        );
        remedy.push_str(
            " If the program reads another form, describe it under `programs` in `.leaselint.yaml`.",
        );
    }
    let mut draft = Draft::new(place, message)
        .help(help)
        .remedy(remedy)
        .severity(severity);
    if let Some((value, safe)) = likely
        && let Some(edit) = Edit::rewriting(elector, origin, text, &value)
    {
        let title = format!("write the {words} as {value}");
        draft = draft.fix(title, safe, [EditOrder::Write(edit)]);
    }
    sink.report(draft);
}

/// The value that was probably intended, in the program's spelling, and whether that is certain: a written unit is
/// kept, a missing one is guessed.
fn likely_value(syntax: DurationSyntax, text: &str) -> Option<(String, bool)> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '"' && *c != '\'')
        .collect();
    let bare = bare.to_ascii_lowercase();
    let number = bare.parse::<u32>().ok().filter(|seconds| *seconds > 0);
    let (value, certain) = match (go_duration(&bare), number) {
        (Ok(value), _) => (value, true),
        (Err(_), Some(seconds)) => (Nanos::from_seconds(seconds.into()), false),
        (Err(_), None) => return None,
    };
    let spelled = syntax.spell(value);
    (value > Nanos::ZERO && syntax.parse(&spelled) == Ok(value)).then_some((spelled, certain))
}
