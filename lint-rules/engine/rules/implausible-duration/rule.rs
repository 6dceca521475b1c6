//! A duration that the program reads, but that is not plausible: mostly one with a wrong or missing unit.

use crate::{
    Check, Draft, Edit, Fix, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
};
use election::Elector;
use election::timing_proposals::{DURATIONS, as_written};
use programs::duration::DurationSyntax;
use programs::{Nanos, Setting, Sourced, ValueSyntax};

pub static RULE: Rule = Rule {
    id: "implausible-duration",
    group: Group::Timing,
    summary: "a duration is readable but surely not what was meant",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

/// No request to an API server is answered within a shorter time, so no shorter duration is useful.
const MIN_DURATION: Nanos = Nanos::from_millis(1);
/// A number without a unit that is read as a shorter duration was probably intended as seconds.
const MIN_UNITLESS_DURATION: Nanos = Nanos::from_millis(100);

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if !elector.timing_matters() {
        return;
    }
    for setting in DURATIONS {
        let Some(sourced) = elector.duration(setting).known() else {
            continue;
        };
        if !sourced.origin.is_written() || sourced.value <= Nanos::ZERO {
            continue;
        }
        let syntax = match elector.program.spec(setting).map(|spec| &spec.syntax) {
            Some(ValueSyntax::Duration(syntax)) => *syntax,
            _ => DurationSyntax::Go,
        };
        if let Some(unit) = assumed_unit(syntax, sourced) {
            too_short(elector, sink, setting, syntax, unit);
        } else if setting == Setting::LeaseDuration && sourced.value > sink.limits().longest_lease {
            too_long(elector, sink, sourced);
        }
    }
}

/// The unit that the program assumes for the number, if the value is too short; empty where the unit is written.
fn assumed_unit(syntax: DurationSyntax, sourced: &Sourced<Nanos>) -> Option<&'static str> {
    let text = sourced.text.trim();
    let bare = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let unit = match syntax {
        DurationSyntax::NfdNumberIsNanoseconds if bare => "nanoseconds",
        DurationSyntax::IntMillis | DurationSyntax::Flink | DurationSyntax::Spring if bare => {
            "milliseconds"
        }
        _ => return (sourced.value < MIN_DURATION).then_some(""),
    };
    (sourced.value < MIN_UNITLESS_DURATION).then_some(unit)
}

fn too_short(
    elector: &Elector<'_>,
    sink: &mut Sink<'_>,
    setting: Setting,
    syntax: DurationSyntax,
    unit: &'static str,
) {
    let Some(sourced) = elector.duration(setting).known() else {
        return;
    };
    let value = as_written(sourced.value);
    let words = setting.words();
    if unit.is_empty() {
        let message = format!("{words} {value} is shorter than any request to the API server");
        sink.report(Draft::of_durations(elector, &[setting], message).help(
            "an election that runs on such a period does nothing but renew, or fails at once; \
             leases are counted in whole seconds, periods rarely below one",
        ));
        return;
    }
    let text = sourced.text.trim();
    let message = format!("{words} {text} is read as {text} {unit}");
    let seconds = text.parse::<u32>().ok();
    let in_seconds = seconds.map(|seconds| syntax.spell(Nanos::from_seconds(seconds.into())));
    let advice = in_seconds.as_ref().map_or_else(String::new, |value| {
        format!("; if seconds are meant, write {value}")
    });
    let mut draft = Draft::of_durations(elector, &[setting], message).help(format!(
        "{} takes a number without a unit for {unit}; with a value as short as this it exits at \
         start or loses its lease without any fault{advice}",
        elector.program.name,
    ));
    if let Some(value) = in_seconds
        && let Some(edit) = Edit::rewriting(elector, &sourced.origin, text, &value)
    {
        let title = format!("write the {words} as {value}, {text} seconds");
        draft = draft.fix(Fix {
            title,
            safe: false,
            edits: vec![edit],
        });
    }
    sink.report(draft);
}

fn too_long(elector: &Elector<'_>, sink: &mut Sink<'_>, lease: &Sourced<Nanos>) {
    let value = as_written(lease.value);
    let limit = as_written(sink.limits().longest_lease);
    let message = format!("lease duration {value} is above the limit of {limit}");
    let stored = lease.value.whole_seconds();
    let help = if i32::try_from(stored).is_err() {
        format!(
            "a Lease holds its duration in 32 bits: {stored} seconds wrap around to another, \
             possibly negative number; a lease of 15 to 137 seconds is customary"
        )
    } else {
        format!(
            "after a crash of the leader, and after every restart of all replicas, nobody leads \
             for at least {value}; a lease of 15 to 137 seconds is customary"
        )
    };
    sink.report(Draft::of_durations(elector, &[Setting::LeaseDuration], message).help(help));
}
