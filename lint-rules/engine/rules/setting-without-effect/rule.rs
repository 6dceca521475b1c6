//! An election setting that is written and has no effect.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::{ElectionState, Elector};
use programs::{Mention, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "setting-without-effect",
    group: Group::Flags,
    summary: "an election setting that the program does not use",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    for mention in &elector.mentions {
        if mention.ignored {
            ignored(elector, sink, mention);
        } else if mention.after_stop {
            after_stop(elector, sink, mention);
        }
    }
    not_passed(elector, sink);
    switched_off(elector, sink);
}

/// Settings in a mounted file that nothing on the command line names: one finding for all of them.
fn not_passed(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if elector.fragment || elector.unbuilt || elector.opaque.is_some() {
        return;
    }
    let mut idle = elector.mentions.iter().filter(|mention| mention.not_passed);
    let Some((first, place)) = idle.next().and_then(|first| Some((first, first.origin.place?)))
    else {
        return;
    };
    let config = elector.program.config.as_ref();
    let Some(flag) = config.and_then(|config| config.flags.first()) else {
        return;
    };
    let message = format!(
        "`{}` has no effect: the file is mounted, and no argument names it",
        first.origin.text
    );
    let mut draft = Draft::new(place, message)
        .help(format!(
            "the program starts with its own defaults and not with this file, so a second replica may work beside \
             the first; pass the file's path with `--{flag}`, or remove the file"
        ))
        .related(elector.name_place(), "the container that mounts the file");
    for other in idle {
        draft = draft.related_origin(&other.origin, "without effect too");
    }
    sink.report(draft);
}

fn ignored(elector: &Elector<'_>, sink: &mut Sink<'_>, mention: &Mention) {
    let place = mention.origin.place.unwrap_or_else(|| elector.name_place());
    let message = format!(
        "`{}` is accepted by {} and not used",
        mention.origin.text, elector.program.name
    );
    let used = elector
        .program
        .spec(mention.setting)
        .and_then(|spec| spec.flags.first());
    let remedy = match used {
        Some(flag) => format!("use `--{flag}`"),
        None => "remove it".to_owned(),
    };
    let help = format!(
        "the {} stays what it would be without it; {remedy}",
        mention.setting.words()
    );
    sink.report(Draft::new(place, message).help(help));
}

fn after_stop(elector: &Elector<'_>, sink: &mut Sink<'_>, mention: &Mention) {
    let line = &elector.command_line;
    let Some(stop) = line.stopped_at else { return };
    // `detached-boolean` reports a boolean after its switch, with every flag that is lost.
    if line
        .detached
        .iter()
        .any(|detached| detached.value_argument == stop)
    {
        return;
    }
    let (Some(place), Some(word)) = (mention.origin.place, elector.words.get(stop)) else {
        return;
    };
    let message = format!(
        "`{}` is not read: the program stops reading flags at `{}`",
        mention.origin.text, word.written
    );
    let draft = Draft::new(place, message)
        .help(format!(
            "the {} is not in force, and nothing in the log says so; move the flag before `{}`",
            mention.setting.words(),
            word.written
        ))
        .related(word.place, "the first word that is no flag");
    sink.report(draft);
}

/// Timings and lock settings while the election is off.
fn switched_off(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let (ElectionState::Off, Some(switch)) = (elector.state, elector.switch.known()) else {
        return;
    };
    // Another file of the overlay may set the switch.
    if !switch.origin.is_written() && (elector.fragment || elector.unbuilt) {
        return;
    }
    let mut idle: Vec<&Mention> = elector
        .mentions
        .iter()
        .filter(|mention| mention.counts() && mention.origin.place.is_some())
        .filter(|mention| {
            matches!(
                mention.setting,
                Setting::LeaseDuration
                    | Setting::RenewDeadline
                    | Setting::RetryPeriod
                    | Setting::LockName
                    | Setting::LockNamespace
                    | Setting::LockType
            )
        })
        .collect();
    idle.sort_by_key(|mention| mention.origin.place);
    // A program often uses the namespace flag for other things as well.
    let first = idle
        .iter()
        .find(|mention| mention.setting != Setting::LockNamespace);
    let Some((first, place)) = first.and_then(|first| Some((first, first.origin.place?))) else {
        return;
    };
    let why = if switch.origin.is_written() {
        format!("`{}` turns the election off", switch.origin.text)
    } else {
        format!("the election is off ({})", switch.origin.text)
    };
    let remedy = match elector.program.spec(Setting::Enable) {
        Some(spec) if !spec.negative && !switch.origin.is_written() => {
            let flag = spec.flags.first().map(|flag| format!(" with `--{flag}`"));
            format!(
                "turn it on{}, or remove what has no effect",
                flag.unwrap_or_default()
            )
        }
        _ => "turn it on, or remove what has no effect".to_owned(),
    };
    let mut draft = Draft::new(place, format!("`{}` has no effect: {why}", first.origin.text))
        .help(format!(
            "whoever reads the manifest believes in an election that does not take place: a second replica works \
             beside the first; {remedy}"
        ))
        .rests_on([&switch.origin])
        .related_origin(&switch.origin, "the election is turned off here");
    for other in idle
        .iter()
        .filter(|other| other.origin.place != Some(place))
    {
        draft = draft.related_origin(&other.origin, "without effect too");
    }
    sink.report(draft);
}
