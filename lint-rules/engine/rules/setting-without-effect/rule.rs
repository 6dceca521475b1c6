//! An election setting that is written and has no effect.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::{ElectionState, Elector};
use programs::{Mention, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "setting-without-effect",
    group: Group::Flags,
    summary: "an election setting that is ignored",
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
    let Some((first, place)) = idle
        .next()
        .and_then(|first| Some((first, first.origin.place?)))
    else {
        return;
    };
    let config = elector.program.config.as_ref();
    let Some(flag) = config.and_then(|config| config.flags.first()) else {
        return;
    };
    let message = first_fitting([
        format!(
            "`{}` is ignored: the file is mounted, and no argument names it",
            first.origin.text
        ),
        "this file is ignored: it is mounted, and no argument names it".to_owned(),
    ]);
    let mut draft = Draft::new(place, message)
        .help(
            "The program starts with its own defaults and not with this file. If leader election is off by default, every \
             replica is active (split brain).",
        )
        .remedy(format!("Pass the file's path with `--{flag}`, or remove the file."))
        .related(elector.name_place(), "the container that mounts the file");
    for other in idle {
        draft = draft.related_origin(&other.origin, "is ignored, too");
    }
    sink.report(draft);
}

fn ignored(elector: &Elector<'_>, sink: &mut Sink<'_>, mention: &Mention) {
    let place = mention.origin.place.unwrap_or_else(|| elector.name_place());
    let (text, name) = (&mention.origin.text, &elector.program.name);
    let message = first_fitting([
        format!("`{text}` is accepted by {name} and ignored"),
        format!("`{text}` is accepted and ignored"),
        "this setting is accepted and ignored".to_owned(),
    ]);
    let used = elector
        .program
        .spec(mention.setting)
        .and_then(|spec| spec.flags.first());
    let remedy = match used {
        Some(flag) => format!("Use `--{flag}`."),
        None => "Remove it.".to_owned(),
    };
    let help = format!(
        "The {} is the same as without this setting.",
        mention.setting.words()
    );
    sink.report(Draft::new(place, message).help(help).remedy(remedy));
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
    let (text, stop) = (&mention.origin.text, &word.written);
    let message = first_fitting([
        format!("`{text}` is ignored: the program stops reading flags at `{stop}`"),
        format!("`{text}` is ignored: it is behind a word that ends all flags"),
        "this flag is ignored: it is behind a word that ends all flags".to_owned(),
    ]);
    let draft = Draft::new(place, message)
        .help(format!(
            "The {} keeps its default, and nothing in the log shows it.",
            mention.setting.words()
        ))
        .remedy(format!("Move the flag before `{stop}`."))
        .related(word.place, "the first word that is no flag");
    sink.report(draft);
}

/// Timings and lock settings while the election is off.
fn switched_off(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let (ElectionState::Off, Some(switch)) = (elector.state, elector.switch.known()) else {
        return;
    };
    // Another file of the overlay may set the switch.
    if !switch.origin.is_in_manifest() && (elector.fragment || elector.unbuilt) {
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
    let why = if switch.origin.is_in_manifest() {
        format!("`{}` disables leader election", switch.origin.text)
    } else {
        format!("leader election is off ({})", switch.origin.text)
    };
    let text = &first.origin.text;
    let message = first_fitting([
        format!("`{text}` is ignored: {why}"),
        format!("`{text}` is ignored: leader election is off"),
        "this setting is ignored: leader election is off".to_owned(),
    ]);
    let mut draft = Draft::new(place, message)
        .help(
            "Leader election is disabled, so these settings are ignored and every replica is active. A second replica works \
             beside the first (split brain).",
        )
        .remedy(format!(
            "{}, or remove the settings that are ignored.",
            elector.how_to_switch_on()
        ))
        .rests_on([&switch.origin])
        .related_origin(&switch.origin, "leader election is disabled here");
    for other in idle
        .iter()
        .filter(|other| other.origin.place != Some(place))
    {
        draft = draft.related_origin(&other.origin, "is ignored, too");
    }
    sink.report(draft);
}
