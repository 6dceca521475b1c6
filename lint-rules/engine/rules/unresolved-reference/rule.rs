//! A `$(VAR)` that Kubernetes cannot resolve and leaves as it is.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use election::Elector;
use manifest::text::FileSpan;
use programs::{Mention, OriginKind, Setting};

/// The record.
pub static RULE: Rule = Rule {
    id: "unresolved-reference",
    group: Group::Identity,
    summary: "an election setting refers to a variable that is not declared, so it stays literal text",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    // A patch may lack the variable, and kustomize replaces such references as well.
    if elector.fragment || elector.unbuilt {
        return;
    }
    let mut seen: Vec<FileSpan> = Vec::new();
    for mention in &elector.mentions {
        let matters = elector.may_be_on() || mention.setting == Setting::Enable;
        if !matters || !mention.counts() {
            continue;
        }
        if let Some((place, reference)) = unresolved_in(elector, mention)
            && !seen.contains(&place)
        {
            seen.push(place);
            report(
                elector,
                sink,
                place,
                mention.setting,
                &reference,
                mention.origin.kind,
            );
        }
    }
    // Not every program has a setting for the variable of its identity.
    let name = elector.identity.env.as_deref().unwrap_or("POD_NAME");
    if elector.may_be_on()
        && let Some(variable) = elector.variable(name)
        && let Some(reference) = variable.unresolved.first()
    {
        let place = variable.value_place.unwrap_or(variable.place);
        if !seen.contains(&place) {
            report(
                elector,
                sink,
                place,
                Setting::Identity,
                reference,
                OriginKind::Env,
            );
        }
    }
}

/// The first unresolved reference in a setting's value.
fn unresolved_in(elector: &Elector<'_>, mention: &Mention) -> Option<(FileSpan, String)> {
    let place = mention.origin.place?;
    let unresolved: &[String] = match mention.origin.kind {
        OriginKind::Flag => {
            let word = elector.words.iter().find(|word| {
                word.place.file == place.file
                    && word.place.span.start <= place.span.start
                    && place.span.end <= word.place.span.end
                    && !word.unresolved.is_empty()
            })?;
            &word.unresolved
        }
        OriginKind::Env => &elector.variable(&mention.origin.name)?.unresolved,
        _ => return None,
    };
    let value = mention.value.as_deref().unwrap_or(&mention.origin.text);
    let reference = unresolved
        .iter()
        .find(|reference| value.contains(reference.as_str()))?;
    Some((place, reference.clone()))
}

fn report(
    elector: &Elector<'_>,
    sink: &mut Sink<'_>,
    place: FileSpan,
    setting: Setting,
    reference: &str,
    kind: OriginKind,
) {
    let name = reference.trim_start_matches("$(").trim_end_matches(')');
    let declared = elector.variable(name);
    let (why, remedy) = match declared {
        Some(_) if kind == OriginKind::Env => (
            format!("`{name}` is declared only after it"),
            format!("Move `{name}` above it in `env`."),
        ),
        _ => (
            format!("the container declares no variable `{name}`"),
            format!("Declare `{name}` in the container's `env`."),
        ),
    };
    let words = setting.words();
    let message = first_fitting([
        format!("`{reference}` in the {words} is not resolved: {why}"),
        format!("`{reference}` in the {words} is not resolved"),
        format!("a reference in the {words} is not resolved"),
    ]);
    let follows = match setting {
        Setting::LockName | Setting::LockNamespace => {
            "The API server rejects it as a name, so no replica becomes leader."
        }
        Setting::Identity => {
            "The identity is the same for every pod, so all of them lead at once (split brain)."
        }
        _ => "It cannot read that as a value and exits at start, so no replica becomes leader.",
    };
    let mut draft = Draft::new(place, message)
        .help(format!(
            "Kubernetes leaves a reference that it cannot resolve in the text, so the program gets the literal `{reference}`. \
             {follows}"
        ))
        .remedy(remedy);
    if let Some(variable) = declared {
        draft = draft.related(variable.place, "declared here");
    }
    sink.report(draft);
}
