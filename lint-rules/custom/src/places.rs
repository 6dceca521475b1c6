//! An elector as a tree with places: where each of its values comes from.

use election::Elector;
use engine::{AccessSummary, Input};
use manifest::text::FileSpan;
use programs::{Resolved, Unknown};
use serde_json::Value;

use crate::elector_document::ElectorOut;
use crate::node::{QueryNode, QueryValue};

/// The tree of an elector. Each value has the place of the setting behind it, else that of the container's name.
pub(crate) fn tree(elector: &Elector<'_>, access: &AccessSummary, input: &Input) -> QueryNode {
    let document = ElectorOut::new(elector, access, input);
    // Our own structs have string keys and finite numbers, which is all that can go wrong.
    let document = serde_json::to_value(document).unwrap_or_default();
    node(document, elector, &[], elector.name_place())
}

fn node(value: Value, elector: &Elector<'_>, path: &[&str], around: FileSpan) -> QueryNode {
    let place = place_of(elector, path).unwrap_or(around);
    let value = match value {
        Value::Null => QueryValue::Null,
        Value::Bool(value) => QueryValue::Bool(value),
        Value::Number(number) => match number.as_i64() {
            Some(value) => QueryValue::Integer(value),
            None => QueryValue::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => QueryValue::Text(text),
        Value::Array(items) => {
            let items = items.into_iter();
            QueryValue::List(
                items
                    .map(|item| node(item, elector, &["", "", ""], place))
                    .collect(),
            )
        }
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let inner = [path, &[key.as_str()]].concat();
                let value = node(value, elector, &inner, place);
                (key, value)
            });
            QueryValue::Map(entries.collect())
        }
    };
    QueryNode {
        value,
        place: Some(place),
    }
}

fn place_of(elector: &Elector<'_>, path: &[&str]) -> Option<FileSpan> {
    let origin = match path {
        ["election"] => elector.switch.origin(),
        ["timing", "leaseDuration"] => elector.lease.origin(),
        ["timing", "renewDeadline"] => elector.renew.origin(),
        ["timing", "retryPeriod"] => elector.retry.origin(),
        ["lock", "name"] => elector.lock_name.origin(),
        ["lock", "namespace"] => elector.lock_namespace.origin(),
        ["lock", "type"] => elector.lock_type.origin(),
        ["releases"] => elector.releases.origin(),
        ["replicas"] => elector.replicas.origin.as_ref(),
        ["serviceAccount"] | ["access"] => return elector.account.place,
        ["identity"] => return elector.identity.place,
        _ => None,
    };
    origin.and_then(|origin| origin.place)
}

/// Why a value of an elector is not known, by the words of the path that selects it.
pub(crate) fn unknown<'e>(
    elector: &'e Elector<'_>,
    access: &'e AccessSummary,
    path: &str,
) -> Option<&'e Unknown> {
    fn because<T>(resolved: &Resolved<T>) -> Option<&Unknown> {
        match resolved {
            Resolved::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }
    let begins = |words: &str| path.starts_with(words);
    if begins("$['timing']['leaseDuration']") {
        because(&elector.lease)
    } else if begins("$['timing']['renewDeadline']") {
        because(&elector.renew)
    } else if begins("$['timing']['retryPeriod']") {
        because(&elector.retry)
    } else if begins("$['lock']['name']") {
        because(&elector.lock_name)
    } else if begins("$['lock']['namespace']") {
        because(&elector.lock_namespace)
    } else if begins("$['lock']['type']") {
        because(&elector.lock_type)
    } else if begins("$['access']['state']") {
        access.because.as_ref()
    } else if begins("$['election']") {
        because(&elector.switch)
    } else if begins("$['releases']") {
        because(&elector.releases)
    } else if begins("$['replicas']['count']") {
        elector.replicas.unknown.as_ref()
    } else if begins("$['promises']") {
        // Without one of the durations nothing is promised.
        let durations = [&elector.lease, &elector.renew, &elector.retry];
        durations.into_iter().find_map(because)
    } else {
        None
    }
}
