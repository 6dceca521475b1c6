//! `--leader-elect false`: the word after a switch is not its value.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use programs::Setting;

/// The record.
pub static RULE: Rule = Rule {
    id: "detached-boolean",
    group: Group::Flags,
    summary: "a switch and its value as two arguments: the program reads the switch alone",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let line = &elector.command_line;
    for detached in &line.detached {
        let (Some(flag), Some(word)) = (
            elector.words.get(detached.argument),
            elector.words.get(detached.value_argument),
        ) else {
            continue;
        };
        // The API server refuses what is not a string, so no program reads it.
        let mut non_strings = elector.non_strings.iter();
        if non_strings.any(|item| item.place == word.place) {
            continue;
        }
        let spec = elector
            .program
            .settings
            .iter()
            .find(|spec| spec.flags.contains(&detached.name));
        let text = word.text.as_deref().unwrap_or(&word.written);
        let means_true = ["true", "yes", "on", "1"]
            .iter()
            .any(|yes| text.eq_ignore_ascii_case(yes));
        let stops = line.stopped_at == Some(detached.value_argument);
        let refuses = elector.program.refuses_positionals;
        let effect = match spec.map(|spec| (spec.setting, spec.negative)) {
            Some((Setting::Enable, negative)) if negative => "disables leader election",
            Some((Setting::Enable, _)) => "enables leader election",
            // A switch of something else matters only if election flags after it are lost.
            _ if stops => "is true",
            Some(_) => "is true",
            None => continue,
        };
        let message = first_fitting([
            format!(
                "`{} {text}`: the switch alone {effect}, `{text}` is not its value",
                flag.written
            ),
            format!(
                "`{}` alone {effect}, the next word is not its value",
                flag.written
            ),
            format!("the switch alone {effect}, the next word is not its value"),
        ]);
        let consequence = if stops {
            "Go's package `flag` stops at the first word that is no flag, so every argument after it is ignored.".to_owned()
        } else if refuses {
            "The program refuses words that are left over and exits at start.".to_owned()
        } else if means_true {
            "The value is ignored.".to_owned()
        } else {
            // cobra, for one, refuses them of a root command with sub-commands and takes them of any other.
            format!(
                "The opposite of `{text}` happens, and nothing in the log shows it, unless the program refuses words that are \
                 left over: then it exits at start."
            )
        };
        let mut draft = Draft::new(word.place, message)
            .help(format!(
                "The parser reads the switch without its value: it {effect}. {consequence}"
            ))
            .remedy(format!("Write `{}={text}` as one argument.", flag.written))
            .related(flag.place, "the switch");
        if spec.is_some() {
            // What the program refuses today does not run, so nothing that runs changes.
            let joined = format!("{}={text}", flag.written);
            draft = draft.fix_joined((flag.place, word.place), &joined, refuses && !stops);
        }
        if means_true && !stops && !refuses {
            draft = draft.severity(Severity::Warning);
        }
        for lost in elector
            .mentions
            .iter()
            .filter(|mention| mention.after_stop && stops)
        {
            draft =
                draft.related_origin(&lost.origin, format!("`{}` is ignored", lost.origin.text));
        }
        sink.report(draft);
    }
}
