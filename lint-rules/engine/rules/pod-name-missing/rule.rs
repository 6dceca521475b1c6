//! The program takes its identity from the pod's name, and no variable holds that.

use crate::fix_orders::pod_name_order;
use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::{ElectionState, Elector};
use programs::{Resolved, VariableValue};

/// The record.
pub static RULE: Rule = Rule {
    id: "pod-name-missing",
    group: Group::Identity,
    summary: "the identity comes from the pod's name, and no variable brings it",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // The variable may be in another part of the workload, which a patch or a build adds.
    if elector.fragment || elector.unbuilt {
        return;
    }
    let identity = &elector.identity;
    let name = identity.env.as_deref().unwrap_or("POD_NAME");
    let place = elector.name_place();
    if identity.missing && identity.required {
        match elector.state {
            ElectionState::Off => {}
            ElectionState::Unknown => {
                if let Resolved::Unknown(unknown) = &elector.switch {
                    let reason = format!(
                        "`{name}` is not set; whether the election needs it is not known: {}",
                        unknown.reason
                    );
                    sink.not_judged(place, unknown.code, reason);
                }
            }
            ElectionState::On => sink.report(missing(elector, name)),
        }
    } else if sink.strict() && elector.is_on() && !has_a_name(elector) {
        let message = "no variable holds the pod's name (`fieldRef: metadata.name`)";
        let draft = Draft::new(place, message)
            .help("If the identity is not made of the pod's name, the Lease does not show which pod leads.")
            .remedy(format!(
                "Add `{name}` with `valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}` if the program reads it."
            ))
            .severity(Severity::Warning);
        sink.report(draft);
    }
}

fn missing(elector: &Elector<'_>, name: &str) -> Draft {
    let program = &elector.program.name;
    let message = first_fitting([
        format!("the identity of {program} comes from the variable `{name}`, which is not set"),
        format!("the identity comes from the variable `{name}`, which is not set"),
        "the identity comes from a variable that is not set".to_owned(),
    ]);
    let mut draft = Draft::new(elector.name_place(), message)
        .help(format!(
            "Without `{name}` the program exits at start or has no identity to acquire the lock with, so no replica becomes \
             leader."
        ))
        .remedy(format!(
            "Add `{name}` to `env` with `valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}`."
        ));
    if let Some(origin) = elector.switch.origin() {
        draft = draft.related_origin(origin, "leader election is enabled here");
    }
    match pod_name_order(elector, name) {
        Some(order) => draft.fix(format!("add the variable `{name}`"), false, [order]),
        None => draft,
    }
}

/// Whether a variable holds the pod's name, or has the name of one that should.
fn has_a_name(elector: &Elector<'_>) -> bool {
    elector.variables.iter().any(|variable| {
        let is_name = match &variable.value {
            VariableValue::Field(field) => {
                matches!(field.as_str(), "metadata.name" | "metadata.uid")
            }
            VariableValue::Text(_) | VariableValue::Unknown(_) => false,
        };
        // With another content it is a finding of `pod-name-not-from-metadata`.
        is_name
            || variable.name == "POD_NAME"
            || elector.identity.env.as_ref() == Some(&variable.name)
    })
}
