//! The variable for the pod's name holds something else.

use crate::fix_orders::from_pod_name;
use crate::{
    Check, Draft, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use election::{ElectionState, Elector};
use objects::WorkloadKind;
use programs::{IdentityBase, Resolved, Variable, VariableValue};

/// The record.
pub static RULE: Rule = Rule {
    id: "pod-name-not-from-metadata",
    group: Group::Identity,
    summary: "the variable that should hold the pod's name is a constant or another field",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let rule = &elector.program.identity;
    // A variable for the node's name is not judged here.
    let own = elector
        .identity
        .env
        .as_deref()
        .filter(|_| !elector.identity.missing && rule.base != IdentityBase::NodeName);
    let named = own.is_some() || flag_names_it(elector);
    // An identity that is known to be random text, the host name or the node's name does not use the variable.
    if !named && rule.base != IdentityBase::Unknown && !elector.program.generic {
        return;
    }
    let name = own.unwrap_or("POD_NAME");
    let Some(variable) = elector.variable(name) else {
        return;
    };
    if elector.identity.unique == Some(true) && own.is_some() && !name.ends_with("POD_NAME") {
        return;
    }
    let Some(source) = wrong_source(elector, variable) else {
        return;
    };
    let place = variable.value_place.unwrap_or(variable.place);
    match elector.state {
        ElectionState::Off => {}
        ElectionState::Unknown => {
            if let Resolved::Unknown(unknown) = &elector.switch {
                let reason = format!(
                    "`{name}` is {source}; whether the pod elects is not known: {}",
                    unknown.reason
                );
                sink.not_judged(place, unknown.code, reason);
            }
        }
        ElectionState::On => {
            // Whether a program without a record reads the variable is not known.
            let (if_read, severity) = if named {
                ("", Severity::Error)
            } else {
                (" if the program takes it from there", Severity::Warning)
            };
            let message = first_fitting([
                format!("`{name}` should hold the pod's name, but is {source}"),
                format!("`{name}` does not hold the pod's name"),
                "the variable for the pod's name holds something else".to_owned(),
            ]);
            let draft = Draft::new(place, message)
                .help(format!(
                    "`{name}` is {source}. Pods with the same `{name}` have the same identity{if_read}: each finds its own \
                     identity in the Lease, and all of them lead at once (split brain)."
                ))
                .remedy(format!(
                    "Set `{name}` with `valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}`."
                ))
                .severity(severity);
            let title = format!("take `{name}` from the pod's metadata");
            sink.report(match order(variable) {
                Some(order) => draft.fix(title, false, [order]),
                None => draft,
            });
        }
    }
}

/// Whether the identity is a flag whose value is taken from the variable.
fn flag_names_it(elector: &Elector<'_>) -> bool {
    elector
        .identity
        .place
        .and_then(|place| elector.words.iter().find(|word| word.place == place))
        .is_some_and(|word| word.written.contains("$(POD_NAME)"))
}

/// The content of the variable, if that is neither the pod's name nor its uid.
fn wrong_source(elector: &Elector<'_>, variable: &Variable) -> Option<String> {
    match &variable.value {
        // An unresolved reference is a finding of `unresolved-reference`.
        VariableValue::Text(_) if !variable.unresolved.is_empty() => None,
        // The name of a bare pod is known and may be written as a constant.
        VariableValue::Text(text)
            if elector.workload.kind() == WorkloadKind::Pod
                && elector.object.name() == Some(text.as_str()) =>
        {
            None
        }
        VariableValue::Text(text) if text.is_empty() => Some("empty".to_owned()),
        VariableValue::Text(text) => Some(format!("the constant `{text}`")),
        VariableValue::Field(field) => {
            let fine = matches!(
                field.as_str(),
                "metadata.name"
                    | "metadata.uid"
                    | "metadata.labels['statefulset.kubernetes.io/pod-name']"
            );
            (!fine).then(|| format!("taken from `{field}`"))
        }
        VariableValue::Unknown(_) => None,
    }
}

/// The order that makes a variable hold the pod's name.
fn order(variable: &Variable) -> Option<EditOrder> {
    let place = variable.value_place?;
    match &variable.value {
        VariableValue::Field(_) => Some(EditOrder::Respell(place, "metadata.name".to_owned())),
        VariableValue::Text(_) => Some(EditOrder::ReplaceEntry {
            old: place,
            key: "valueFrom",
            value: from_pod_name(),
        }),
        VariableValue::Unknown(_) => None,
    }
}
