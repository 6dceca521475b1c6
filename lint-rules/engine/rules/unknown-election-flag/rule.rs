//! A flag about elections that the program does not have.

use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::Elector;
use programs::{Setting, UnknownFlag, catalogue};

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-election-flag",
    group: Group::Flags,
    summary: "a leader-election flag that the program does not have",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Program(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    for flag in &elector.unknown_flags {
        if let Some(word) = elector.words.get(flag.argument) {
            let draft = Draft::new(word.place, message(elector, flag));
            let draft = draft.help(help(elector)).remedy(remedy(elector, flag));
            let Some(meant) = &flag.meant else {
                sink.report(draft);
                continue;
            };
            let text = word.written.replacen(&flag.name, meant, 1);
            sink.report(draft.fix(
                format!("write `--{meant}`"),
                false,
                [EditOrder::Respell(word.place, text)],
            ));
        }
    }
}

fn message(elector: &Elector<'_>, flag: &UnknownFlag) -> String {
    let (name, program) = (&flag.name, &elector.program.name);
    match &flag.meant {
        Some(meant) if !flag.certain => first_fitting([
            format!("`--{name}` is probably a slip of `--{meant}`"),
            format!("this flag is probably a slip of `--{meant}`"),
        ]),
        _ if elector.program.never_elects => first_fitting([
            format!("`--{name}` is no flag of {program}, which has no leader election"),
            format!("`--{name}` is no flag of this program, which has no leader election"),
            "this is no flag of the program, which has no leader election".to_owned(),
        ]),
        _ => first_fitting([
            format!("`--{name}` is no flag of {program}"),
            format!("`--{name}` is no flag of this program"),
            "this is no flag of the program".to_owned(),
        ]),
    }
}

fn help(elector: &Elector<'_>) -> &'static str {
    if elector.program.ignores_unknown_flags {
        "The program ignores the flag, so the setting is not in force although it is written."
    } else {
        "The program exits at start because it does not know the flag, and every pod is in CrashLoopBackOff. A flag of an \
         older or newer release has the same effect."
    }
}

fn remedy(elector: &Elector<'_>, flag: &UnknownFlag) -> String {
    let near = flag.meant.as_deref();
    let near = near.or_else(|| nearest(elector, &flag.name));
    let near = near.or_else(|| switch(elector, &flag.name));
    // What is there already was not meant.
    let is_given = |near: &str| {
        let mut given = elector.command_line.occurrences.iter();
        given.any(|other| other.name == near)
    };
    let near = near.filter(|near| flag.meant.is_some() || !is_given(near));
    let name = &elector.program.name;
    match (near, is_in_newer_release(elector, &flag.name)) {
        (Some(near), true) => format!(
            "Write `--{near}`, if that is meant, or use a newer release of {name}, which has the flag."
        ),
        (Some(near), false) => format!("Write `--{near}`, if that is meant, or remove the flag."),
        (None, true) => {
            format!("Use a newer release of {name}, which has the flag, or remove it.")
        }
        (None, false) => "Remove the flag, or compare it with the program's `--help`.".to_owned(),
    }
}

/// Whether the newest release of the program has a flag that this one lacks.
fn is_in_newer_release(elector: &Elector<'_>, name: &str) -> bool {
    let newest = catalogue::program(&elector.program.id);
    newest.is_some_and(|newest| {
        let mut flags = newest.settings.iter().flat_map(|spec| spec.flags.iter());
        newest.has_version(elector.program) && flags.any(|flag| **flag == *name)
    })
}

/// The program's election flag with the most similar name, if one is similar.
fn nearest<'e>(elector: &'e Elector<'_>, name: &str) -> Option<&'e str> {
    elector
        .program
        .settings
        .iter()
        .flat_map(|spec| spec.flags.iter())
        .map(|flag| (strsim::levenshtein(flag, name), flag.as_str()))
        .min()
        .filter(|(distance, _)| *distance * 3 <= name.len())
        .map(|(_, flag)| flag)
}

/// The program's own switch, for the switch of another program.
fn switch<'e>(elector: &'e Elector<'_>, name: &str) -> Option<&'e str> {
    let words = ["enable", "enabled", "leader", "elect", "election"];
    let spec = elector
        .program
        .spec(Setting::Enable)
        .filter(|spec| !spec.negative)?;
    let is_switch = name.split('-').all(|word| words.contains(&word));
    spec.flags.first().filter(|_| is_switch).map(AsRef::as_ref)
}
