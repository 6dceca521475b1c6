//! What one file says of the values of a chart, or one object: each scalar with the place where it is written.

use std::ops::Range;

use manifest::text::FileId;
use manifest::tree::{Node, Value};
use serde_json::{Map, Number, Value as Json};

use super::chart::{Chart, ChartFile, read_yaml};

/// Of deeper values no keys are named.
const MAX_DEPTH: usize = 24;

/// What a file, or a part of one, says of values.
#[derive(Clone, Debug, PartialEq)]
pub struct ValuesFile {
    /// The key below which they are: a chart inside the chart has its own.
    pub(crate) below: Option<String>,
    pub(crate) tree: Json,
    pub(crate) entries: Vec<ValueEntry>,
}

/// A scalar, or where a list begins, which replaces what weaker files say there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueEntry {
    pub path: Vec<ValueStep>,
    pub scalar: Option<WrittenScalar>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenScalar {
    pub span: Range<usize>,
    pub text: String,
    pub kind: LeafKind,
}

/// A step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueStep {
    Key(String),
    Item(usize),
}

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeafKind {
    Text,
    Boolean,
    Integer,
}

impl ValuesFile {
    /// The values of a whole file; none where it cannot be read.
    #[must_use]
    pub fn of_text(below: Option<String>, text: &str) -> Self {
        let document = read_yaml(FileId(0), text.as_bytes());
        let read = document.map(|document| Self::of_node(document.root()));
        let read = read.unwrap_or_else(|| Self::of_entries(Vec::new(), Json::Object(Map::new())));
        Self { below, ..read }
    }

    /// The values that a mapping holds.
    #[must_use]
    pub fn of_node(node: Node<'_>) -> Self {
        let mut entries = Vec::new();
        collect(node, &mut Vec::new(), &mut entries);
        Self::of_entries(entries, json(node))
    }

    /// One value at a path of keys, as `--set` reads it (helm's `strvals`): a word that is a number or a truth value is one.
    #[must_use]
    pub fn of_key(keys: &[&str], node: Node<'_>, text: &str, is_text: bool) -> Self {
        let path: Vec<ValueStep> = keys
            .iter()
            .map(|key| ValueStep::Key((*key).into()))
            .collect();
        // A leading zero makes it a text.
        let may_be_number = text == "0" || !text.starts_with('0');
        let number = text.parse::<i64>().ok().filter(|_| may_be_number);
        let (value, kind) = match (text.to_ascii_lowercase().as_str(), number) {
            _ if is_text => (text.into(), LeafKind::Text),
            (word @ ("true" | "false"), _) => ((word == "true").into(), LeafKind::Boolean),
            ("null", _) => (Json::Null, LeafKind::Text),
            (_, Some(number)) => (number.into(), LeafKind::Integer),
            _ => (text.into(), LeafKind::Text),
        };
        let nested = |inner, key: &&str| Json::Object(Map::from_iter([((*key).into(), inner)]));
        let scalar = WrittenScalar {
            span: node.span().range(),
            text: text.to_owned(),
            kind,
        };
        let entry = ValueEntry {
            path,
            scalar: Some(scalar),
        };
        Self::of_entries(vec![entry], keys.iter().rev().fold(value, nested))
    }

    const fn of_entries(entries: Vec<ValueEntry>, tree: Json) -> Self {
        Self {
            below: None,
            tree,
            entries,
        }
    }

    /// The same, all of it written at one place: where the text was filled in, what stands where is not known.
    #[must_use]
    pub fn written_at(mut self, span: Range<usize>) -> Self {
        for scalar in self
            .entries
            .iter_mut()
            .filter_map(|entry| entry.scalar.as_mut())
        {
            scalar.span = span.clone();
        }
        self
    }

    /// The same with all texts filled in.
    pub(crate) fn filled(
        mut self,
        fill: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Self, String> {
        fill_texts(&mut self.tree, fill)?;
        for scalar in self
            .entries
            .iter_mut()
            .filter_map(|entry| entry.scalar.as_mut())
        {
            scalar.text = fill(&scalar.text)?;
        }
        Ok(self)
    }

    /// The same, with what stronger ones say.
    #[must_use]
    pub fn and(mut self, stronger: Self) -> Self {
        merge(&mut self.tree, stronger.tree);
        self.entries.extend(stronger.entries);
        self
    }

    /// The values as JSON, for helm.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.tree.to_string()
    }

    /// The files of a chart's own values, the weakest first: those of charts inside it, then `values.yaml`. With each its
    /// path in the chart.
    #[must_use]
    pub fn of_chart<'f>(chart: &Chart, files: &'f [ChartFile]) -> Vec<(&'f str, Self)> {
        let mut own = Vec::new();
        let mut nested = Vec::new();
        for file in files {
            let (Some(folder), Some(text)) = (file.path.strip_suffix("values.yaml"), file.text())
            else {
                continue;
            };
            let path = file.path.as_str();
            if folder.is_empty() {
                own.push((path, Self::of_text(None, text)));
                continue;
            }
            let name = folder
                .strip_prefix("charts/")
                .and_then(|inside| inside.strip_suffix('/'));
            // Values of charts further inside are seldom set by themselves.
            let Some(name) = name.filter(|name| !name.contains('/')) else {
                continue;
            };
            let keys = chart.keys_of(name, files).into_iter();
            nested.extend(keys.map(|key| (path, Self::of_text(Some(key), text))));
        }
        nested.into_iter().chain(own).collect()
    }
}

/// Adds the scalars of a node.
fn collect(node: Node<'_>, path: &mut Vec<ValueStep>, entries: &mut Vec<ValueEntry>) {
    if path.len() > MAX_DEPTH {
        return;
    }
    let kind = match node.value() {
        Value::Mapping => {
            for entry in node.entries() {
                path.push(ValueStep::Key(entry.key.to_owned()));
                collect(entry.value, path, entries);
                path.pop();
            }
            return;
        }
        Value::Sequence => {
            entries.push(ValueEntry {
                path: path.clone(),
                scalar: None,
            });
            for (number, item) in node.items().enumerate() {
                path.push(ValueStep::Item(number));
                collect(item, path, entries);
                path.pop();
            }
            return;
        }
        Value::String(_) => LeafKind::Text,
        _ if node.as_bool().is_some() => LeafKind::Boolean,
        _ if node.as_i64().is_some() => LeafKind::Integer,
        _ => return,
    };
    let text = match kind {
        LeafKind::Boolean => node.as_bool().map(|value| value.to_string()),
        LeafKind::Integer => node.as_i64().map(|value| value.to_string()),
        LeafKind::Text => node.as_str().map(str::to_owned),
    };
    entries.push(ValueEntry {
        path: path.clone(),
        scalar: Some(WrittenScalar {
            span: node.span().range(),
            text: text.unwrap_or_default(),
            kind,
        }),
    });
}

pub(crate) fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// Fills in all texts of a value.
pub(crate) fn fill_texts(
    value: &mut Json,
    fill: &dyn Fn(&str) -> Result<String, String>,
) -> Result<(), String> {
    match value {
        Json::String(text) => *text = fill(text)?,
        Json::Array(items) => items
            .iter_mut()
            .try_for_each(|item| fill_texts(item, fill))?,
        Json::Object(map) => map
            .values_mut()
            .try_for_each(|value| fill_texts(value, fill))?,
        _ => {}
    }
    Ok(())
}

/// A node as JSON. The reader of the document bounds its depth.
pub(crate) fn json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Mapping => {
            let entries = node.entries();
            let pairs = entries.map(|entry| (entry.key.to_owned(), json(entry.value)));
            Json::Object(pairs.collect())
        }
        Value::Sequence => Json::Array(node.items().map(json).collect()),
        Value::String(text) => Json::String(text.to_owned()),
        _ => {
            if let Some(value) = node.as_bool() {
                Json::Bool(value)
            } else if let Some(value) = node.as_i64() {
                Json::Number(value.into())
            } else {
                let number = node.scalar_text().and_then(|text| text.parse().ok());
                number
                    .and_then(Number::from_f64)
                    .map_or(Json::Null, Json::Number)
            }
        }
    }
}
