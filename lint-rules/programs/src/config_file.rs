//! Settings in configuration files.

mod properties;

use crate::config_map::{ConfigEntry, EntryContent};
use crate::dialect::ConfigFormat;
use crate::origin::OriginKind;
use crate::pattern::matches;
use manifest::text::{FileSpan, Span};
use manifest::tree::{Node, ReadLimits, Value};
use manifest::yaml::parse_embedded;
use properties::in_properties;

/// A setting found in a configuration file.
#[derive(Clone, Debug)]
pub(super) struct FoundValue {
    /// The value's text.
    pub text: String,
    /// Where it is written.
    pub place: FileSpan,
    /// In a ConfigMap object, or in another file.
    pub kind: OriginKind,
}

/// Whether a file's name says that it is YAML or JSON.
fn is_yaml_name(name: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Looks dotted keys up in a configuration file. The first key that is there wins.
pub(super) fn find_key(
    entry: &ConfigEntry<'_>,
    format: ConfigFormat,
    key: &str,
) -> Option<FoundValue> {
    match (&entry.content, format) {
        (_, ConfigFormat::Keys) => {
            if !matches(key, &entry.key) {
                return None;
            }
            let (text, place) = entry.text()?;
            Some(FoundValue {
                text: text.to_owned(),
                place,
                kind: OriginKind::ConfigMap,
            })
        }
        (EntryContent::Documents { documents, .. }, _) => documents
            .iter()
            .find_map(|document| in_yaml(document.root(), key, OriginKind::File)),
        (EntryContent::Scalar(node), ConfigFormat::Yaml) => in_embedded(*node, key),
        (EntryContent::Scalar(node), ConfigFormat::Properties) => {
            let text = node.as_str()?;
            let file = node.document().file();
            let found = in_properties(text, key).map(|(range, value)| {
                let start = node.inner_offset(range.start);
                let end = node.inner_offset(range.end);
                let span = match (start, end) {
                    (Some(start), Some(end)) if start <= end => Span::new(start, end),
                    _ => node.span(),
                };
                FoundValue {
                    text: value,
                    place: FileSpan { file, span },
                    kind: OriginKind::ConfigMap,
                }
            });
            if found.is_none() && is_yaml_name(&entry.key) {
                in_embedded(*node, key)
            } else {
                found
            }
        }
        (EntryContent::Text { documents, .. }, ConfigFormat::Yaml) if !documents.is_empty() => {
            documents
                .iter()
                .find_map(|document| in_yaml(document.root(), key, OriginKind::File))
        }
        (
            EntryContent::Text {
                text, place, exact, ..
            },
            _,
        ) => {
            let (range, value) = in_properties(text, key)?;
            let span = match (u32::try_from(range.start), u32::try_from(range.end)) {
                (Ok(start), Ok(end)) if *exact => {
                    Span::new(place.span.start + start, place.span.start + end)
                }
                _ => place.span,
            };
            let place = FileSpan {
                file: place.file,
                span,
            };
            Some(FoundValue {
                text: value,
                place,
                kind: OriginKind::File,
            })
        }
    }
}

fn in_embedded(node: Node<'_>, key: &str) -> Option<FoundValue> {
    let text = node.as_str()?;
    let last = key.rsplit('.').next().unwrap_or(key);
    if !text.contains(last) {
        return None;
    }
    let document = parse_embedded(node.document(), node, ReadLimits::default()).ok()?;
    in_yaml(document.root(), key, OriginKind::ConfigMap)
}

fn in_yaml(root: Node<'_>, key: &str, kind: OriginKind) -> Option<FoundValue> {
    let parts: Vec<&str> = key.split('.').collect();
    let node = at_dotted(root, &parts)?;
    let text = match node.value() {
        Value::Null | Value::Sequence | Value::Mapping => return None,
        _ => node.scalar_text()?.to_owned(),
    };
    let file = node.document().file();
    Some(FoundValue {
        text,
        place: FileSpan {
            file,
            span: node.span(),
        },
        kind,
    })
}

/// What stands below a dotted key. `a.b.c: 1`, `a: {b: {c: 1}}` and `a.b: {c: 1}` are all in use; of two that
/// are there, the one with the longer key wins. Of blocks that a `*` fits, only one may have the key with
/// a value of its own: which of them the program reads is not known.
fn at_dotted<'w>(node: Node<'w>, parts: &[&str]) -> Option<Node<'w>> {
    if parts.is_empty() {
        return Some(node);
    }
    (1..=parts.len()).rev().find_map(|length| {
        let (key, rest) = parts.split_at(length);
        let key = key.join(".");
        if !key.contains('*') {
            return at_dotted(node.get(&key)?, rest);
        }
        let blocks = node.entries().filter(|block| matches(&key, block.key));
        let mut found = blocks.filter_map(|block| at_dotted(block.value, rest));
        let first = found.next()?;
        found
            .all(|other| other.scalar_text() == first.scalar_text())
            .then_some(first)
    })
}
