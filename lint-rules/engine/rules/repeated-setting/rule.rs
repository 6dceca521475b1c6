//! One setting that is written twice.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use programs::command_line::ParseErrorKind;
use programs::{Mention, OriginKind};

/// The record.
pub static RULE: Rule = Rule {
    id: "repeated-setting",
    group: Group::Flags,
    summary: "the same election setting twice on one command line: one of them is ignored",
    severity: Severity::Info,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if report_refused(elector, sink) {
        return;
    }
    let counts = Mention::counts;
    for (at, mention) in elector.mentions.iter().enumerate() {
        // A variable beside a flag is not a repetition: programs define which of them takes precedence.
        let same = |other: &&Mention| {
            counts(other)
                && other.setting == mention.setting
                && other.origin.kind == mention.origin.kind
                && match mention.origin.kind {
                    // In a program without a record two spellings may be two settings.
                    OriginKind::Flag if !elector.program.generic => true,
                    OriginKind::Flag | OriginKind::Env => other.origin.name == mention.origin.name,
                    _ => false,
                }
        };
        let before = elector.mentions.get(..at).unwrap_or_default();
        let Some(earlier) = before.iter().rev().find(same).filter(|_| counts(mention)) else {
            continue;
        };
        let Some(place) = mention
            .origin
            .place
            .filter(|place| Some(*place) != earlier.origin.place)
        else {
            continue;
        };
        let unused = if mention.overridden && !earlier.overridden {
            mention
        } else {
            earlier
        };
        let words = mention.setting.words();
        let draft = Draft::new(
            place,
            first_fitting([
                format!(
                    "the {words} is set twice, and `{}` is ignored",
                    unused.origin.text
                ),
                format!("the {words} is set twice, and one of the two is ignored"),
            ]),
        );
        let draft = if elector.program.refuses_repeats && mention.origin.kind == OriginKind::Flag {
            draft
                .help(REFUSAL)
                .remedy("Remove one of the two.")
                .severity(Severity::Error)
        } else {
            draft
                .help("The last one counts, so an edit of the other one changes nothing.")
                .remedy(format!("Remove `{}`.", unused.origin.text))
        };
        sink.report(draft.related_origin(&earlier.origin, "set here before"));
    }
}

const REFUSAL: &str = "This parser takes each flag once. The program exits at start, and every pod is in CrashLoopBackOff.";

/// Reports a flag whose repetition the parser refuses; whether there is one.
fn report_refused(elector: &Elector<'_>, sink: &mut Sink<'_>) -> bool {
    let error = elector.command_line.error.as_ref();
    let Some(error) = error.filter(|error| error.kind == ParseErrorKind::Repeated) else {
        return false;
    };
    let name = error.text.trim_start_matches('-');
    let positive = name.strip_prefix("no-").unwrap_or(name);
    let flags = |name: &str| {
        elector
            .program
            .settings
            .iter()
            .find(|spec| spec.flags.iter().any(|flag| *flag == name))
    };
    let (Some(word), Some(spec)) = (
        elector.words.get(error.argument),
        flags(name).or_else(|| flags(positive)),
    ) else {
        return false;
    };
    let words = spec.setting.words();
    let message = first_fitting([
        format!("the {words} is set twice (`--{name}`), which this parser refuses"),
        format!("the {words} is set twice, which this parser refuses"),
    ]);
    sink.report(
        Draft::new(word.place, message)
            .help(REFUSAL)
            .remedy("Remove one of the two.")
            .severity(Severity::Error),
    );
    true
}
