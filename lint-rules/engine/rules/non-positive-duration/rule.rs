//! A duration of zero or less: no library starts with it, unless the program reads zero as its default.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use election::timing::Timing;
use election::timing_proposals::{DURATIONS, as_written};
use programs::{Library, Nanos, Setting};

pub static RULE: Rule = Rule {
    id: "non-positive-duration",
    group: Group::Timing,
    summary: "a duration of the election is zero or negative",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let library = elector.program.library;
    // A program with a lock of its own may use zero for something.
    if !elector.timing_matters()
        || matches!(
            library,
            Library::Own | Library::Kopf | Library::LeaderForLife
        )
    {
        return;
    }
    for setting in DURATIONS {
        let Some(sourced) = elector.duration(setting).known() else {
            continue;
        };
        if sourced.value > Nanos::ZERO || !sourced.origin.is_written() {
            continue;
        }
        let customary = match setting {
            Setting::LeaseDuration => Timing::CUSTOMARY.lease,
            Setting::RenewDeadline => Timing::CUSTOMARY.renew,
            _ => Timing::CUSTOMARY.retry,
        };
        let message = format!(
            "{} {} is not a positive duration",
            setting.words(),
            as_written(sourced.value)
        );
        let effect = if elector.program.timing_check().is_some() {
            format!(
                "{} refuses the value, so the program exits at start and no replica becomes leader.",
                library.name()
            )
        } else {
            format!(
                "{} cannot hold or renew a lease with this value, so no replica becomes leader.",
                elector.program_as_subject()
            )
        };
        let remedy = elector.remedy(&[(setting, Some(customary))]);
        sink.report(
            Draft::of_durations(elector, &[setting], message)
                .help(effect)
                .remedy(format!(
                    "{remedy} Without the setting, the program's default applies."
                )),
        );
    }
}
