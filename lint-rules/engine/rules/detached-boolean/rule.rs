//! `--leader-elect false`: the word after a switch is not its value.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
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
    fix: FixAvailability::None,
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
        let spec = elector
            .program
            .settings
            .iter()
            .find(|spec| spec.flags.iter().any(|flag| *flag == detached.name));
        let text = word.text.as_deref().unwrap_or(&word.written);
        let means_true = ["true", "yes", "on", "1"]
            .iter()
            .any(|yes| text.eq_ignore_ascii_case(yes));
        let stops = line.stopped_at == Some(detached.value_argument);
        let refuses = elector.program.refuses_positionals;
        let effect = match spec.map(|spec| (spec.setting, spec.negative)) {
            Some((Setting::Enable, negative)) if negative => "turns the election off",
            Some((Setting::Enable, _)) => "turns the election on",
            // A switch of something else matters only if election flags after it are lost.
            _ if stops => "is true",
            Some(_) => "is true",
            None => continue,
        };
        let mut message = format!(
            "`{} {text}`: the switch alone {effect}, and `{text}` is not its value",
            flag.written
        );
        let mut consequence = if means_true {
            "the value has no effect".to_owned()
        } else {
            format!("the opposite of what `{text}` says happens, without a word in the log")
        };
        if stops {
            message.push_str(", but the end of all flags");
            "Go's package `flag` stops at the first word that is no flag, so every argument after it is lost"
                .clone_into(&mut consequence);
        } else if refuses {
            message.push_str(", but a word too many");
            "the program refuses words that are left over and does not start"
                .clone_into(&mut consequence);
        }
        let mut draft = Draft::new(word.place, message)
            .help(format!(
                "{consequence}; write `{}={text}` as one argument",
                flag.written
            ))
            .related(flag.place, "the switch");
        if means_true && !stops && !refuses {
            draft = draft.severity(Severity::Warning);
        }
        for lost in elector
            .mentions
            .iter()
            .filter(|mention| mention.after_stop && stops)
        {
            draft = draft.related_origin(&lost.origin, format!("`{}` is lost", lost.origin.text));
        }
        sink.report(draft);
    }
}
