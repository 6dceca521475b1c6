//! The values of a chart: each scalar with the place where it is written.

use std::ops::Range;

use manifest::text::FileId;
use manifest::tree::{Node, Value};
use serde_json::{Map, Number, Value as Json};

use super::chart::{ChartFile, read_yaml};

/// Deeper values are not looked at.
const MAX_DEPTH: usize = 24;

/// A file of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesFile {
    /// The key below which they are: a chart inside the chart has its own.
    pub below: Option<String>,
    /// Its text.
    pub text: String,
}

/// A step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ValueStep {
    Key(String),
    Item(usize),
}

/// One scalar of the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueLeaf {
    /// The place of its file in the list.
    pub file: usize,
    /// Its bytes there.
    pub span: Range<usize>,
    /// Its text.
    pub text: String,
    pub(crate) path: Vec<ValueStep>,
    pub(crate) kind: LeafKind,
}

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeafKind {
    Text,
    Boolean,
    Integer,
}

impl ValuesFile {
    /// The files of a chart's own values, the weakest first: those of charts inside it, then `values.yaml`. With each its
    /// path in the chart.
    #[must_use]
    pub fn of_chart(files: &[ChartFile]) -> Vec<(&str, Self)> {
        let one = |file: &'_ ChartFile| {
            let below = match file.path.strip_suffix("values.yaml")? {
                "" => None,
                folder => {
                    let name = folder.strip_prefix("charts/")?.strip_suffix('/')?;
                    // Values of charts further inside are seldom set by themselves.
                    if name.contains('/') {
                        return None;
                    }
                    Some(name.to_owned())
                }
            };
            let text = file.text()?.to_owned();
            Some(Self { below, text })
        };
        let all = files
            .iter()
            .filter_map(|file| Some((file.path.as_str(), one(file)?)));
        let (own, nested): (Vec<_>, Vec<_>) = all.partition(|(_, file)| file.below.is_none());
        nested.into_iter().chain(own).collect()
    }
}

impl ValueLeaf {
    /// Its key, as `--set` takes it.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.path {
            match step {
                ValueStep::Key(key) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(&key.replace('.', "\\."));
                }
                ValueStep::Item(number) => name.push_str(&format!("[{number}]")),
            }
        }
        name
    }

    /// The keys of its path; items of lists have none.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let steps = self.path.iter();
        let keys = steps.filter_map(|step| match step {
            ValueStep::Key(key) => Some(key.as_str()),
            ValueStep::Item(_) => None,
        });
        keys.collect()
    }
}

/// The values that several files set, weakest first, and their scalars.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub leaves: Vec<ValueLeaf>,
    /// All values, merged.
    pub tree: Json,
}

impl Values {
    pub(crate) fn of(files: &[ValuesFile]) -> Self {
        let mut this = Self {
            leaves: Vec::new(),
            tree: Json::Object(Map::new()),
        };
        for (number, file) in files.iter().enumerate() {
            let Some(document) = read_yaml(FileId(0), file.text.as_bytes()) else {
                continue;
            };
            let mut path: Vec<ValueStep> = file.below.iter().cloned().map(ValueStep::Key).collect();
            let mut tree = json(document.root(), 0);
            if let Some(below) = &file.below {
                tree = Json::Object(Map::from_iter([(below.clone(), tree)]));
            }
            merge(&mut this.tree, tree);
            this.collect(document.root(), number, &mut path);
        }
        this
    }

    fn collect(&mut self, node: Node<'_>, file: usize, path: &mut Vec<ValueStep>) {
        if path.len() > MAX_DEPTH {
            return;
        }
        let kind = match node.value() {
            Value::Mapping => {
                for entry in node.entries() {
                    path.push(ValueStep::Key(entry.key.to_owned()));
                    self.collect(entry.value, file, path);
                    path.pop();
                }
                return;
            }
            Value::Sequence => {
                self.leaves.retain(|leaf| !leaf.path.starts_with(path));
                for (number, item) in node.items().enumerate() {
                    path.push(ValueStep::Item(number));
                    self.collect(item, file, path);
                    path.pop();
                }
                return;
            }
            Value::String(_) => LeafKind::Text,
            _ if node.as_bool().is_some() => LeafKind::Boolean,
            _ if node.as_i64().is_some() => LeafKind::Integer,
            _ => return,
        };
        self.leaves.retain(|leaf| !leaf.path.starts_with(path));
        let text = match kind {
            LeafKind::Boolean => node.as_bool().map(|value| value.to_string()),
            LeafKind::Integer => node.as_i64().map(|value| value.to_string()),
            LeafKind::Text => node.as_str().map(str::to_owned),
        };
        self.leaves.push(ValueLeaf {
            file,
            span: node.span().range(),
            text: text.unwrap_or_default(),
            path: path.clone(),
            kind,
        });
    }

    /// Puts a value at a path into a tree of values of its own; lists are taken over whole, as helm replaces them whole.
    pub(crate) fn put(&self, into: &mut Json, path: &[ValueStep], value: Json) {
        let mut here = into;
        let mut original = Some(&self.tree);
        for step in path {
            match step {
                ValueStep::Key(key) => {
                    original = original.and_then(|tree| tree.get(key));
                    if !here.is_object() {
                        *here = Json::Object(Map::new());
                    }
                    let Json::Object(map) = here else { return };
                    let is_list = matches!(original, Some(Json::Array(_)));
                    let default = || match original {
                        Some(list) if is_list => list.clone(),
                        _ => Json::Null,
                    };
                    here = map.entry(key.clone()).or_insert_with(default);
                }
                ValueStep::Item(number) => {
                    original = original.and_then(|tree| tree.get(*number));
                    let Some(item) = here.get_mut(*number) else {
                        return;
                    };
                    here = item;
                }
            }
        }
        *here = value;
    }
}

fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn json(node: Node<'_>, depth: usize) -> Json {
    if depth > MAX_DEPTH {
        return Json::Null;
    }
    match node.value() {
        Value::Mapping => {
            let entries = node.entries();
            let pairs = entries.map(|entry| (entry.key.to_owned(), json(entry.value, depth + 1)));
            Json::Object(pairs.collect())
        }
        Value::Sequence => Json::Array(node.items().map(|item| json(item, depth + 1)).collect()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(below: Option<&str>, text: &str) -> ValuesFile {
        ValuesFile {
            below: below.map(str::to_owned),
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_last_file_that_sets_a_key_counts() {
        let values = Values::of(&[
            file(Some("sub"), "a: 1\nb: x\n"),
            file(
                None,
                "sub:\n  a: 2\nargs: [\"--x\", \"--y\"]\nswitch: true\n",
            ),
            file(None, "args:\n  - --z\n"),
        ]);
        let shown: Vec<_> = values
            .leaves
            .iter()
            .map(|leaf| (leaf.name(), leaf.file, leaf.text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("sub.b".to_owned(), 0, "x"),
                ("sub.a".to_owned(), 1, "2"),
                ("switch".to_owned(), 1, "true"),
                ("args[0]".to_owned(), 2, "--z"),
            ]
        );
        let mut overlay = Json::Object(Map::new());
        for leaf in &values.leaves {
            values.put(&mut overlay, &leaf.path, Json::String(leaf.name()));
        }
        assert_eq!(
            overlay.to_string(),
            r#"{"args":["args[0]"],"sub":{"a":"sub.a","b":"sub.b"},"switch":"switch"}"#
        );
    }
}
