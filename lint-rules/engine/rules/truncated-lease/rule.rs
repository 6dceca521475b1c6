//! The Lease stores whole seconds: standbys do not see the fraction.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
};
use election::Elector;
use election::timing_proposals::as_written;
use programs::{Nanos, Setting, ValueSyntax};

pub static RULE: Rule = Rule {
    id: "truncated-lease",
    group: Group::Timing,
    summary: "the stored lease is shorter than the configured one",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let Some(timing) = elector.judged_timing() else {
        return;
    };
    if timing.lease.is_whole_seconds() {
        return;
    }
    let Some(lease) = elector.lease.known() else {
        return;
    };
    let stored = timing.stored_lease();
    let next = Nanos::from_seconds(timing.lease.whole_seconds().saturating_add(1));
    let message = format!(
        "{} is stored as {}",
        elector.name_duration(Setting::LeaseDuration),
        as_written(stored),
    );
    let late = if stored <= timing.renew {
        format!(
            " The stored value is not above the renew deadline of {}, so there may be two leaders (split brain).",
            as_written(timing.renew)
        )
    } else {
        String::new()
    };
    let mut draft = Draft::of_durations(elector, &[Setting::LeaseDuration], message)
        .help(format!(
            "client-go checks the configured value, but a Lease stores whole seconds and standbys wait only for those. They \
             take over earlier than the configured value says.{late}"
        ))
        .remedy(elector.remedy(&[(Setting::LeaseDuration, Some(next))]));
    if let Some(ValueSyntax::Duration(syntax)) = elector
        .program
        .spec(Setting::LeaseDuration)
        .map(|spec| &spec.syntax)
        && lease.origin.is_written()
        && let Some(edit) =
            Edit::rewriting(elector, &lease.origin, &lease.text, &syntax.spell(next))
    {
        let title = format!("set the lease duration to {}", as_written(next));
        draft = draft.fix(title, false, [EditOrder::Write(edit)]);
    }
    sink.report(draft);
}
