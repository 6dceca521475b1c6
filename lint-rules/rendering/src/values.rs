//! The values of a chart: what counts of all that files say, and where that is written.

use std::ops::Range;

use serde_json::{Map, Value as Json};

use super::values_file::{LeafKind, ValueStep, ValuesFile, merge};

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
            let above: Vec<ValueStep> = file.below.iter().cloned().map(ValueStep::Key).collect();
            let mut tree = file.tree.clone();
            if let Some(below) = &file.below {
                tree = Json::Object(Map::from_iter([(below.clone(), tree)]));
            }
            merge(&mut this.tree, tree);
            for entry in &file.entries {
                let path = [above.as_slice(), entry.path.as_slice()].concat();
                this.leaves.retain(|leaf| !leaf.path.starts_with(&path));
                let leaf = entry.scalar.as_ref().map(|scalar| ValueLeaf {
                    file: number,
                    span: scalar.span.clone(),
                    text: scalar.text.clone(),
                    path,
                    kind: scalar.kind,
                });
                this.leaves.extend(leaf);
            }
        }
        this
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(below: Option<&str>, text: &str) -> ValuesFile {
        ValuesFile::of_text(below.map(str::to_owned), text)
    }

    #[test]
    fn deep_values_are_given_to_helm_as_they_are() {
        let text = format!("{}x{}", "{\"a\":".repeat(60), "}".repeat(60));
        let text = text.replace('x', "\"15s\"");
        assert_eq!(file(None, &text).to_json(), text);
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
