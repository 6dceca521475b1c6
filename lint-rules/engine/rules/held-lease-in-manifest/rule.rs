//! A Lease in a manifest with a holder: applying it takes the lock away from the leader.

use crate::{
    Check, Draft, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink, first_fitting,
};
use manifest::tree::Node;
use objects::{Object, ObjectKind};

pub static RULE: Rule = Rule {
    id: "held-lease-in-manifest",
    group: Group::Objects,
    summary: "a Lease in a manifest carries a holder or its times",
    severity: Severity::Warning,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::None,
    reads: &[
        "metadata.uid",
        "spec.holderIdentity",
        "spec.leaseDurationSeconds",
        "spec.acquireTime",
        "spec.renewTime",
    ],
    check: Check::Object(check),
};

fn check(object: &Object<'_>, sink: &mut Sink<'_>) {
    // An object with a uid comes from an API server: it is a copy of the state, not a manifest.
    if object.kind() != ObjectKind::Lease || object.metadata("uid").is_some() {
        return;
    }
    let Some(spec) = object.node().get("spec") else {
        return;
    };
    let field = |name: &str| {
        spec.get(name)
            .filter(|node| node.scalar_text().is_some_and(|text| !text.is_empty()))
    };
    let holder = field("holderIdentity").filter(|node| !node.is_null());
    // The state after a release: no holder, and a duration of one second.
    let released = spec.get("holderIdentity").and_then(Node::as_str) == Some("")
        && spec
            .get("leaseDurationSeconds")
            .and_then(|node| node.as_i64())
            == Some(1);
    if released {
        return;
    }
    let times = ["renewTime", "acquireTime"]
        .into_iter()
        .filter_map(|name| Some((name, field(name).filter(|node| !node.is_null())?)));
    let mut found: Vec<(&str, Node<'_>)> = holder
        .into_iter()
        .map(|node| ("holderIdentity", node))
        .chain(times)
        .collect();
    if found.is_empty() {
        return;
    }
    let (first, node) = found.remove(0);
    let text = node.scalar_text().unwrap_or_default().escape_debug();
    let message = match first {
        "holderIdentity" => first_fitting([
            format!("the manifest makes \"{text}\" the holder of this Lease"),
            "the manifest sets the holder of this Lease".to_owned(),
        ]),
        other => first_fitting([
            format!("the manifest sets {other} of this Lease to {text}"),
            format!("the manifest sets {other} of this Lease"),
        ]),
    };
    let wait = spec
        .get("leaseDurationSeconds")
        .and_then(|node| node.as_i64())
        .filter(|s| *s > 0);
    let wait = wait.map_or_else(|| "its whole duration".to_owned(), |s| format!("{s} s"));
    let mut draft = Draft::new(object.place_of(node), message)
        .help(format!(
            "Applied while a leader runs, the manifest takes the lock away from that leader. Applied to an empty cluster, it \
             makes every candidate wait {wait} for a holder that does not exist."
        ))
        .remedy(
            "Leave out `holderIdentity`, `renewTime` and `acquireTime`, or the whole Lease. Candidates create it themselves.",
        );
    for (name, node) in found {
        draft = draft.related(object.place_of(node), format!("{name} is set too"));
    }
    sink.report(draft);
}
