//! A duration that the program reads, but that is not plausible: mostly one with a wrong or missing unit.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
};
use election::Elector;
use election::timing::Timing;
use election::timing_proposals::{DURATIONS, as_written};
use programs::duration::DurationSyntax;
use programs::{Nanos, Setting, Sourced, ValueSyntax};

pub static RULE: Rule = Rule {
    id: "implausible-duration",
    group: Group::Timing,
    summary: "a duration is readable, but cannot be what is meant",
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
        let customary = match setting {
            Setting::LeaseDuration => Timing::CUSTOMARY.lease,
            Setting::RenewDeadline => Timing::CUSTOMARY.renew,
            _ => Timing::CUSTOMARY.retry,
        };
        let proposals = [(setting, Some(customary))];
        sink.report(
            Draft::of_durations(elector, &[setting], message)
                .help(
                    "With such a period leader election fails at once or does nothing but renew. Leases are counted in whole \
                     seconds.",
                )
                .remedy(elector.remedy(&proposals))
                .fix_durations(elector, &proposals),
        );
        return;
    }
    let text = sourced.text.trim();
    let message = format!("{words} {text} is read as {text} {unit}");
    let seconds = text.parse::<u32>().ok();
    let in_seconds = seconds.map(|seconds| syntax.spell(Nanos::from_seconds(seconds.into())));
    let remedy = in_seconds.as_ref().map_or_else(
        || "Write the value that is meant with its unit.".to_owned(),
        |value| format!("Write `{value}` if seconds are meant."),
    );
    let mut draft = Draft::of_durations(elector, &[setting], message)
        .help(format!(
            "{} reads a number without a unit as {unit}. With so short a value it exits at start or loses its lease without \
             any fault.",
            elector.program_as_subject(),
        ))
        .remedy(remedy);
    if let Some(value) = in_seconds
        && let Some(edit) = Edit::rewriting(elector, &sourced.origin, text, &value)
    {
        let title = format!("write the {words} as {value}, {text} seconds");
        draft = draft.fix(title, false, [EditOrder::Write(edit)]);
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
            "A Lease stores its duration in 32 bits. {stored} seconds wrap around to another, possibly negative number."
        )
    } else {
        format!(
            "After a crash of the leader, and after every restart of all replicas, there is no leader for at least {value}."
        )
    };
    sink.report(
        Draft::of_durations(elector, &[Setting::LeaseDuration], message)
            .help(help)
            .remedy(
                "Set a lease duration of 15 to 137 seconds, as is customary. If this one is meant, raise \
                 `limits.longestLease` in `.leaselint.yaml`.",
            ),
    );
}
