//! Replicas of an operator with priority-based peering that have one priority: all of them pause.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::{Library, Setting, VariableValue};

pub static RULE: Rule = Rule {
    id: "peers-of-equal-priority",
    group: Group::Replicas,
    summary: "replicas of an operator with peering have one priority, so that all of them pause",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::Bundle,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

/// kopf's options for the priority of a peer, `kopf run --priority=N`.
const PRIORITY_FLAGS: &[&str] = &["priority", "p"];
/// The variable for the same.
const PRIORITY_VARIABLE: &str = "KOPF_RUN_PRIORITY";

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    if elector.program.library != Library::Kopf || elector.fragment || !elector.may_be_on() {
        return;
    }
    let Some(count) = elector.replicas.count.filter(|count| *count >= 2) else {
        return;
    };
    if may_differ(elector) {
        return;
    }
    // A peering that is named must exist; the default one is used where it exists.
    let named = elector.deciding_mention(Setting::LockName);
    let severity = if named.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let origin = elector.replicas.origin.as_ref();
    let place = origin
        .and_then(|origin| origin.place)
        .unwrap_or_else(|| elector.name_place());
    let condition = match named {
        Some(_) => "",
        None => " where the peering object `default` exists",
    };
    let mut draft = Draft::new(
        place,
        format!("{count} replicas have the same priority, so all of them pause"),
    )
    .help(format!(
        "Peers of equal priority pause each other{condition}. The pods are running and ready, but none of them handles an \
         event."
    ))
    .remedy(
        "Set `replicas: 1` and `strategy: {type: Recreate}`, or give each pod a priority of its own, such as \
         `--priority=$RANDOM` in a shell command.",
    )
    .severity(severity)
    .related(elector.name_place(), "kopf runs here");
    if let Some(mention) = named {
        draft = draft.related_origin(&mention.origin, "the peering is mandatory");
    }
    sink.report(draft);
}

/// Whether the priority may be another one in each pod: it comes from a field of the pod, or from outside the input.
fn may_differ(elector: &Elector<'_>) -> bool {
    let variable = elector.variable(PRIORITY_VARIABLE);
    let by_variable =
        variable.is_some_and(|variable| !matches!(variable.value, VariableValue::Text(_)));
    let mut flags = elector.command_line.occurrences.iter();
    let by_flag = flags.any(|flag| {
        let word = elector
            .words
            .get(flag.value_argument.unwrap_or(flag.argument));
        PRIORITY_FLAGS.contains(&flag.name.as_str())
            && word.is_none_or(|word| word.text.as_deref().is_none_or(|text| text.contains('$')))
    });
    by_variable || by_flag || elector.opaque.is_some()
}
