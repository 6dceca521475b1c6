//! Settings in configuration files.

mod properties;

use crate::config_map::{ConfigEntry, EntryContent};
use crate::dialect::ConfigFormat;
use crate::origin::{OriginKind, Unknown};
use crate::pattern::matches;
use crate::property_name::KeyNames;
use manifest::text::{FileSpan, Span};
use manifest::tree::{Document, Node, ReadLimits, Style, Value};
use manifest::yaml::parse_embedded;
use objects::LedgerCode;
use properties::in_properties;

pub(super) use properties::property_lines;

/// A setting found in a configuration file.
#[derive(Clone, Debug)]
pub(super) struct FoundValue {
    /// The value's text.
    pub text: String,
    /// Where it is written.
    pub place: FileSpan,
    /// In a ConfigMap object, or in another file.
    pub kind: OriginKind,
    /// It is a YAML text in quotes or a block, which is never a boolean.
    pub quoted: bool,
    /// The file, and the ConfigMap that holds it, in words.
    pub holder: Option<String>,
}

/// Whether a file's name says that it is YAML or JSON.
fn is_yaml_name(name: &str) -> bool {
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Looks a dotted key up in a configuration file.
pub(super) fn find_key(
    entry: &ConfigEntry<'_>,
    format: ConfigFormat,
    key: &str,
) -> Option<FoundValue> {
    let found = find_value(entry, format, key)?;
    Some(FoundValue {
        holder: found.holder.or_else(|| holder_of(entry)),
        ..found
    })
}

/// Why nothing is known of the settings in a file that is named: its syntax is not read, or it should be YAML and is not.
pub(super) fn unread_file(
    format: ConfigFormat,
    entries: &[ConfigEntry<'_>],
    place: FileSpan,
) -> Option<Unknown> {
    let is_unread = |entry: &&ConfigEntry<'_>| match (format, &entry.content) {
        (ConfigFormat::Unread, _) => true,
        (format, EntryContent::Scalar(node)) if format.is_yaml() => {
            let read = parse_embedded(node.document(), *node, ReadLimits::default());
            !read.is_ok_and(|file| matches!(file.root().value(), Value::Mapping | Value::Null))
        }
        _ => false,
    };
    let unread = entries.iter().find(is_unread)?;
    Some(Unknown {
        code: LedgerCode::ConfigurationNotRead,
        reason: format!(
            "the configuration file {} has a syntax that is not read",
            unread.key
        ),
        place: Some(place),
    })
}

/// Where a key stands, in words: the file of an entry, and the ConfigMap that has it. A variable is no file.
fn holder_of(entry: &ConfigEntry<'_>) -> Option<String> {
    let file = format!("`{}`", entry.key);
    match &entry.content {
        EntryContent::Scalar(node) => {
            let map = config_map_of(*node)?;
            Some(format!("{file} of ConfigMap `{map}`"))
        }
        EntryContent::Documents { .. } | EntryContent::Text { .. } => Some(file),
    }
}

/// The name of the ConfigMap that a document is.
fn config_map_of(node: Node<'_>) -> Option<&str> {
    let root = node.document().root();
    let is_map = root.get("kind").and_then(Node::as_str) == Some("ConfigMap");
    let name = root.at(&["metadata", "name"]).filter(|_| is_map)?;
    name.as_str()
}

fn find_value(entry: &ConfigEntry<'_>, format: ConfigFormat, key: &str) -> Option<FoundValue> {
    let names = match format {
        ConfigFormat::Spring => KeyNames::Relaxed,
        _ => KeyNames::Exact,
    };
    match format {
        ConfigFormat::Keys => whole_entry(entry, key),
        ConfigFormat::KeysOrYaml => whole_entry(entry, key).or_else(|| in_file(entry, key, names)),
        ConfigFormat::Yaml | ConfigFormat::Component | ConfigFormat::Decoded => {
            in_file(entry, key, names)
        }
        ConfigFormat::Unread => None,
        ConfigFormat::Properties | ConfigFormat::Spring => match &entry.content {
            EntryContent::Documents { .. } => in_file(entry, key, names),
            EntryContent::Scalar(node) => {
                let found = in_scalar_properties(*node, key, names);
                match found {
                    None if is_yaml_name(&entry.key) => in_embedded(*node, key, names),
                    found => found,
                }
            }
            EntryContent::Text { documents, .. }
                if format == ConfigFormat::Spring
                    && is_yaml_name(&entry.key)
                    && !documents.is_empty() =>
            {
                in_file(entry, key, names)
            }
            EntryContent::Text {
                text, place, exact, ..
            } => in_text_properties(text, *place, *exact, key, names),
        },
    }
}

/// A key of a ConfigMap that is the setting itself.
fn whole_entry(entry: &ConfigEntry<'_>, key: &str) -> Option<FoundValue> {
    if !matches(key, &entry.key) {
        return None;
    }
    let (text, place) = entry.text()?;
    let map = match &entry.content {
        EntryContent::Scalar(node) => config_map_of(*node),
        _ => None,
    };
    Some(FoundValue {
        text: text.to_owned(),
        place,
        kind: OriginKind::ConfigMap,
        quoted: false,
        // The key is no file here.
        holder: Some(map.map_or("the ConfigMap".to_owned(), |map| {
            format!("ConfigMap `{map}`")
        })),
    })
}

/// A key of a YAML file.
fn in_file(entry: &ConfigEntry<'_>, key: &str, names: KeyNames) -> Option<FoundValue> {
    match &entry.content {
        EntryContent::Scalar(node) => in_embedded(*node, key, names),
        EntryContent::Text {
            documents: [],
            text,
            place,
            exact,
        } => in_text_properties(text, *place, *exact, key, names),
        EntryContent::Documents { documents, .. } | EntryContent::Text { documents, .. } => {
            let find = |document: &Document| in_yaml(document.root(), key, names, OriginKind::File);
            match names {
                KeyNames::Exact => documents.iter().find_map(find),
                // Of Spring's documents the last one is the strongest; those of a profile may not apply.
                KeyNames::Relaxed => documents
                    .iter()
                    .rev()
                    .filter(|one| !is_of_profile(one))
                    .find_map(find),
            }
        }
    }
}

/// Whether a document of Spring applies only to a profile (Spring Boot 3.3, `spring.config.activate`).
pub(super) fn is_of_profile(document: &Document) -> bool {
    let condition = ["spring", "config", "activate", "on-profile"];
    at_dotted(document.root(), &condition, KeyNames::Relaxed).is_some()
}

fn in_scalar_properties(node: Node<'_>, key: &str, names: KeyNames) -> Option<FoundValue> {
    let (range, value) = in_properties(node.as_str()?, key, names)?;
    let start = node.inner_offset(range.start);
    let end = node.inner_offset(range.end);
    let span = match (start, end) {
        (Some(start), Some(end)) if start <= end => Span::new(start, end),
        _ => node.span(),
    };
    let file = node.document().file();
    Some(FoundValue {
        text: value,
        place: FileSpan { file, span },
        kind: OriginKind::ConfigMap,
        quoted: false,
        holder: None,
    })
}

fn in_text_properties(
    text: &str,
    place: FileSpan,
    exact: bool,
    key: &str,
    names: KeyNames,
) -> Option<FoundValue> {
    let (range, value) = in_properties(text, key, names)?;
    let span = match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) if exact => {
            Span::new(place.span.start + start, place.span.start + end)
        }
        _ => place.span,
    };
    Some(FoundValue {
        text: value,
        place: FileSpan {
            file: place.file,
            span,
        },
        kind: OriginKind::File,
        quoted: false,
        holder: None,
    })
}

fn in_embedded(node: Node<'_>, key: &str, names: KeyNames) -> Option<FoundValue> {
    let text = node.as_str()?;
    // Cheap: the part of the key that every spelling has.
    let part = match names {
        KeyNames::Exact => key.rsplit('.').next(),
        KeyNames::Relaxed => key.split(['.', '-']).next(),
    };
    if !text.contains(part.unwrap_or(key)) {
        return None;
    }
    let document = parse_embedded(node.document(), node, ReadLimits::default()).ok()?;
    in_yaml(document.root(), key, names, OriginKind::ConfigMap)
}

/// Whether a YAML file has a block or a list at a dotted key.
pub(super) fn has_block(entry: &ConfigEntry<'_>, key: &str) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    let is_block = |root: Node<'_>| {
        at_dotted(root, &parts, KeyNames::Exact)
            .is_some_and(|node| matches!(node.value(), Value::Sequence | Value::Mapping))
    };
    match &entry.content {
        EntryContent::Scalar(node) => {
            node.as_str().is_some()
                && parse_embedded(node.document(), *node, ReadLimits::default())
                    .is_ok_and(|document| is_block(document.root()))
        }
        EntryContent::Documents { documents, .. } | EntryContent::Text { documents, .. } => {
            documents.iter().any(|document| is_block(document.root()))
        }
    }
}

fn in_yaml(root: Node<'_>, key: &str, names: KeyNames, kind: OriginKind) -> Option<FoundValue> {
    let parts: Vec<&str> = key.split('.').collect();
    let node = at_dotted(root, &parts, names)?;
    let text = match node.value() {
        Value::Null | Value::Sequence | Value::Mapping => return None,
        // `yes` and `on` are booleans of YAML 1.1, as sigs.k8s.io/yaml has it.
        Value::Bool(value) => value.to_string(),
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
        quoted: matches!(node.value(), Value::String(_)) && node.style() != Style::Plain,
        holder: None,
    })
}

/// What stands below a dotted key. `a.b.c: 1`, `a: {b: {c: 1}}` and `a.b: {c: 1}` are all in use; of two that
/// are there, the one with the longer key wins. Of blocks that a `*` fits, only one may have the key with
/// a value of its own: which of them the program reads is not known.
fn at_dotted<'w>(node: Node<'w>, parts: &[&str], names: KeyNames) -> Option<Node<'w>> {
    if parts.is_empty() {
        return Some(node);
    }
    (1..=parts.len()).rev().find_map(|length| {
        let (key, rest) = parts.split_at(length);
        let key = key.join(".");
        if !key.contains('*') {
            let value = match names {
                KeyNames::Exact => node.get(&key)?,
                KeyNames::Relaxed => {
                    let mut entries = node.entries();
                    entries.find(|entry| names.is_same(&key, entry.key))?.value
                }
            };
            return at_dotted(value, rest, names);
        }
        let blocks = node.entries().filter(|block| matches(&key, block.key));
        let mut found = blocks.filter_map(|block| at_dotted(block.value, rest, names));
        let first = found.next()?;
        found
            .all(|other| other.scalar_text() == first.scalar_text())
            .then_some(first)
    })
}
