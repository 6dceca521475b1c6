//! A flag about elections that the program does not have.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::Setting;

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-election-flag",
    group: Group::Flags,
    summary: "a leader-election flag that the program does not have",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let program = elector.program;
    if !program.flags_complete {
        return;
    }
    for (index, name) in &elector.unknown_flags {
        let Some(word) = elector.words.get(*index) else {
            continue;
        };
        let mut help = if program.ignores_unknown_flags {
            "the program passes over it, so the setting is not in force although the manifest says so".to_owned()
        } else {
            "the program exits with \"unknown flag\" as soon as this is rolled out, and every pod is in \
             CrashLoopBackOff; a flag of an older or newer release looks like this too"
                .to_owned()
        };
        if let Some(near) = nearest(elector, name).or_else(|| switch(elector, name)) {
            help.push_str(&format!("; did you mean `--{near}`"));
        } else {
            help.push_str("; remove it, or compare it with the program's `--help`");
        }
        let message = format!("`--{name}` is no flag of {}", program.name);
        sink.report(Draft::new(word.place, message).help(help));
    }
}

/// The program's election flag with the most similar name, if one is similar.
fn nearest<'e>(elector: &'e Elector<'_>, name: &str) -> Option<&'e str> {
    elector
        .program
        .settings
        .iter()
        .flat_map(|spec| spec.flags.iter())
        .map(|flag| (strsim::levenshtein(flag, name), flag.as_ref()))
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
