//! Documents as kubectl would send them.

use std::fs;
use std::path::Path;

use manifest::tree::{Node, Value as Yaml};
use serde_json::{Map, Number, Value};

/// What kubectl would send of a node.
pub fn to_json(node: Node<'_>) -> Value {
    match node.value() {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Integer(value) => i64::try_from(value).map_or(Value::Null, Value::from),
        Yaml::Float(value) => Number::from_f64(value).map_or(Value::Null, Value::Number),
        Yaml::String(text) => Value::String(text.to_owned()),
        Yaml::Sequence => node.items().map(to_json).collect(),
        Yaml::Mapping => {
            let entries = node
                .entries()
                .map(|entry| (entry.key.to_owned(), to_json(entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// The documents of the rules' own tests, each with the name of its page.
pub fn of_the_rules() -> Vec<(String, Vec<u8>)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lint-rules/engine/rules");
    let mut texts = Vec::new();
    for entry in fs::read_dir(rules).unwrap() {
        let path = entry.unwrap().path().join("tests.md");
        let page = fs::read_to_string(&path).unwrap();
        for block in blocks(&page) {
            texts.push((
                path.display().to_string(),
                format!("{block}\n").into_bytes(),
            ));
        }
    }
    texts
}

/// The YAML blocks of a rule's tests.
fn blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("\n```yaml")
        .skip(1)
        .filter_map(|part| part.split_once('\n')?.1.split("\n```").next())
}
