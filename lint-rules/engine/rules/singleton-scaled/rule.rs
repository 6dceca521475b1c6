//! Several replicas of a program that never elects a leader.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;

/// The record.
pub static RULE: Rule = Rule {
    id: "singleton-scaled",
    group: Group::Replicas,
    summary: "two or more replicas of a program that cannot elect a leader and is not made for several",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Program(check),
};

fn check(program: &Elector<'_>, sink: &mut Sink<'_>) {
    let record = program.program;
    if !record.never_elects {
        return;
    }
    // In a version that is not known, or of a patch, nothing is concluded.
    let is_open = program.fragment || record.version_unknown || record.replicas_are_fine;
    if is_open || !program.workload.kind().has_replicas() {
        return;
    }
    let Some(count) = program.replicas.count.filter(|count| *count >= 2) else {
        return;
    };
    let origin = program.replicas.origin.as_ref();
    let place = origin
        .and_then(|origin| origin.place)
        .unwrap_or_else(|| program.name_place());
    let name = &record.name;
    let (pods, number) = match &program.replicas.scaler {
        Some(scaler) => (
            format!("at least {count} replicas of {name} run"),
            format!("the minimum and the maximum of {scaler} to 1"),
        ),
        None => (
            format!("{count} replicas of {name} run"),
            "`replicas: 1`".to_owned(),
        ),
    };
    let draft = Draft::new(place, format!("{pods}, which elects no leader"))
        .help(format!(
            "{name} has no leader election, so every replica is active. Each of them does the whole work, and they \
             overwrite each other's changes."
        ))
        .remedy(format!(
            "Set {number}. With `strategy: {{type: Recreate}}` a rollout does not run two of them either."
        ));
    sink.report(draft.related(program.name_place(), format!("{name} runs here")));
}
