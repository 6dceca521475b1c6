//! `valueFrom`: values that stand elsewhere.

use super::variable::VariableValue;
use crate::config_map::{Answer, ConfigMaps};
use crate::origin::Unknown;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{LedgerCode, Object};

/// A `valueFrom`; `None` leaves the variable undefined.
pub(super) fn value_from<'w>(
    object: Object<'w>,
    source: Node<'w>,
    maps: &dyn ConfigMaps<'w>,
) -> Option<(VariableValue, FileSpan)> {
    let place = object.place_of(source);
    let unknown = |code, reason| {
        VariableValue::Unknown(Unknown {
            code,
            reason,
            place: Some(place),
        })
    };
    if let Some(node) = source.at(&["fieldRef", "fieldPath"]) {
        let field = node.as_str().unwrap_or_default();
        // The namespace is written in the manifest itself, when it is written at all.
        if field == "metadata.namespace"
            && let Some(namespace) = object.namespace()
        {
            return Some((
                VariableValue::Text(namespace.to_owned()),
                object.place_of(node),
            ));
        }
        return Some((
            VariableValue::Field(field.to_owned()),
            object.place_of(node),
        ));
    }
    if let Some(reference) = source.get("configMapKeyRef") {
        let name = reference
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let key = reference
            .get("key")
            .and_then(Node::as_str)
            .unwrap_or_default();
        return match maps.config_map(object, name) {
            Answer::Known(map) => match map.entry(key).and_then(|entry| entry.text()) {
                Some((text, place)) => Some((VariableValue::Text(text.to_owned()), place)),
                None if reference.get("optional").and_then(Node::as_bool) == Some(true) => None,
                None => Some((
                    unknown(
                        LedgerCode::ConfigMapKeyMissing,
                        format!("ConfigMap {name} has no key {key}"),
                    ),
                    place,
                )),
            },
            Answer::Unknown(because) => Some((
                VariableValue::Unknown(Unknown {
                    place: Some(place),
                    ..because
                }),
                place,
            )),
        };
    }
    if let Some(name) = source.at(&["secretKeyRef", "name"]).and_then(Node::as_str) {
        let value = unknown(
            LedgerCode::Secret,
            format!("the value comes from Secret {name}, which is not read"),
        );
        return Some((value, place));
    }
    Some((
        unknown(
            LedgerCode::VariableOutsideInput,
            "the value comes from outside the input".into(),
        ),
        place,
    ))
}
