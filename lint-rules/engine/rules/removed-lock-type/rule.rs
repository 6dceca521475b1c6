//! Lock types that client-go has removed.

use crate::{Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink};
use election::Elector;
use programs::Resolved;

/// The record.
pub static RULE: Rule = Rule {
    id: "removed-lock-type",
    group: Group::Lock,
    summary: "a lock on Endpoints or ConfigMaps, which the election library refuses",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[],
    check: Check::Elector(check),
};

fn check(elector: &Elector<'_>, sink: &mut Sink<'_>) {
    let program = elector.program;
    if !elector.may_be_on() || !program.library.is_client_go() {
        return;
    }
    let (text, origin) = match &elector.lock_type {
        Resolved::Known(sourced) => (sourced.value.as_str(), &sourced.origin),
        Resolved::Unreadable { text, origin, .. } => (text.as_str(), origin),
        Resolved::Unknown(_) | Resolved::Absent => return,
    };
    // The minor version of the first client that refuses it.
    let since = match text {
        "endpoints" | "configmaps" => 24,
        "endpointsleases" | "configmapsleases" => 28,
        _ => return,
    };
    // A program's own default works with the client that it was built with.
    if !origin.is_written()
        || program.own_lock_types.iter().any(|own| *own == text)
        || (program.part_of_system && minor(elector).is_some_and(|minor| minor < since))
    {
        return;
    }
    let message = format!("lock type `{text}` was removed from client-go in v0.{since}");
    let (objects, both) = if text.starts_with("endpoints") {
        ("Endpoints", "endpointsleases")
    } else {
        ("ConfigMaps", "configmapsleases")
    };
    let across = if text == both {
        "Use `leases`. It excludes pods with the mixed type, so a rolling update is enough."
            .to_owned()
    } else {
        format!(
            "Use `leases`. Pods that lock {objects} and pods that lock Leases do not exclude each other, so scale to zero for \
             the change, or go through `{both}` with a release that still accepts it."
        )
    };
    let mut draft = Draft::new(elector.place_of(&elector.lock_type), message)
        .help(format!(
            "A program that is built with client-go v0.{since} or later exits at start, so no replica becomes leader."
        ))
        .remedy(across);
    if let Some(origin) = elector.switch.origin() {
        draft = draft.related_origin(origin, "leader election is enabled here");
    }
    sink.report(draft);
}

/// The minor version in the image tag of a component of Kubernetes: 23 of `v1.23.5`.
fn minor(elector: &Elector<'_>) -> Option<u32> {
    let tag = elector.image_ref()?.tag?;
    let rest = tag.strip_prefix('v').unwrap_or(tag).strip_prefix("1.")?;
    rest.split(|letter: char| !letter.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
