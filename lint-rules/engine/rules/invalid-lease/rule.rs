//! A Lease that the API server refuses: `pkg/apis/coordination/validation` of Kubernetes 1.37, and
//! the decoding of `metav1.MicroTime`.

use crate::{
    Check, Draft, Edit, EditOrder, FixAvailability, Group, Needs, Profile, Rule, Severity, Sink,
    first_fitting,
};
use manifest::tree::{Node, Value};
use objects::micro_time::{is_micro_time, with_six_digits};
use objects::{Object, ObjectKind};

pub static RULE: Rule = Rule {
    id: "invalid-lease",
    group: Group::Objects,
    summary: "the API server rejects this Lease",
    severity: Severity::Error,
    profile: Profile::Recommended,
    needs_target: false,
    needs: Needs::File,
    fix: FixAvailability::Sometimes,
    reads: &[
        "spec.acquireTime",
        "spec.holderIdentity",
        "spec.leaseDurationSeconds",
        "spec.leaseTransitions",
        "spec.preferredHolder",
        "spec.renewTime",
        "spec.strategy",
    ],
    check: Check::Object(check),
};

fn check(object: &Object<'_>, sink: &mut Sink<'_>) {
    if object.kind() != ObjectKind::Lease {
        return;
    }
    let Some(spec) = object.node().get("spec") else {
        return;
    };
    let field = |name: &str| spec.get(name).filter(|node| !node.is_null());
    if let Some(node) = field("leaseDurationSeconds") {
        let expected = "a number of seconds above 0";
        number(object, sink, node, "leaseDurationSeconds", 1, expected);
    }
    if let Some(node) = field("leaseTransitions") {
        number(
            object,
            sink,
            node,
            "leaseTransitions",
            0,
            "a count of 0 or more",
        );
    }
    for name in ["acquireTime", "renewTime"] {
        if let Some(node) = field(name) {
            time(object, sink, node, name);
        }
    }
    for name in ["holderIdentity", "strategy", "preferredHolder"] {
        let wrong = field(name).filter(|node| node.as_str().is_none());
        if let Some(node) = wrong {
            let message = format!("{name} {} is not text", value_text(node));
            sink.report(
                Draft::new(object.place_of(node), message)
                    .help(
                        "The API server rejects the object (400 Bad Request), so kubectl and every pipeline that applies the \
                         manifest fail.",
                    )
                    .remedy("Put the value in quotes."),
            );
        }
    }
}

/// The value for a message.
fn value_text(node: Node<'_>) -> String {
    match node.value() {
        Value::Sequence => "(a list)".to_owned(),
        Value::Mapping => "(a mapping)".to_owned(),
        Value::String(text) => first_fitting([
            format!("\"{}\"", text.escape_debug()),
            "(a long text)".to_owned(),
        ]),
        _ => node.scalar_text().unwrap_or_default().to_owned(),
    }
}

fn number(
    object: &Object<'_>,
    sink: &mut Sink<'_>,
    node: Node<'_>,
    name: &str,
    minimum: i64,
    expected: &str,
) {
    let message = match node.as_i64() {
        Some(value) if value < minimum => format!("{name} is {value}, not {expected}"),
        Some(value) if i32::try_from(value).is_err() => {
            format!("{name} {value} does not fit into 32 bits")
        }
        Some(_) => return,
        None => format!("{name} {} is not a whole number", value_text(node)),
    };
    sink.report(
        Draft::new(object.place_of(node), message)
            .help("The API server rejects the whole object, so the Lease is not created or changed.")
            .remedy(format!(
                "Write {expected}, or leave `{name}` out. A Lease that only reserves the name needs no spec."
            )),
    );
}

fn time(object: &Object<'_>, sink: &mut Sink<'_>, node: Node<'_>, name: &str) {
    let text = node.as_str();
    if text.is_some_and(is_micro_time) {
        return;
    }
    let message = first_fitting([
        format!(
            "{name} {} is no time with six fraction digits",
            value_text(node)
        ),
        format!("{name} is no time with six fraction digits"),
    ]);
    let mut draft = Draft::new(object.place_of(node), message)
        .help(
            "The API server reads these fields as microseconds (2026-01-31T08:00:00.000000Z) and rejects anything shorter or \
             longer (400 Bad Request).",
        )
        .remedy(format!("Leave `{name}` out: candidates set it themselves."));
    if let Some(corrected) = text.and_then(with_six_digits) {
        draft = draft.fix(
            format!("write {name} with six fraction digits"),
            true,
            [EditOrder::Write(Edit {
                place: object.place_of(node),
                text: format!("\"{corrected}\""),
            })],
        );
    }
    sink.report(draft);
}
