//! What kubectl makes of 91 texts, recorded from kubectl itself, against what we make
//! of them.
#![allow(clippy::expect_used)]

use manifest::file::kubectl_view;
use manifest::tree::{Document, Node, Value};
use serde_json::{Map, Number, Value as Json};

/// The fields of one line; `"` quotes, `""` is a quote.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let field = record.last_mut().expect("a record has a field");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => {
                records.push(std::mem::replace(&mut record, vec![String::new()]));
            }
            other => field.push(other),
        }
    }
    records
}

fn to_json(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Integer(value) => number(&value.to_string()),
        Value::Float(value) => number(&format!("{value}")),
        Value::String(text) => Json::String(text.to_owned()),
        Value::Sequence => Json::Array(node.items().map(to_json).collect()),
        Value::Mapping => Json::Object(
            node.entries()
                .map(|entry| (entry.key.to_owned(), to_json(entry.value)))
                .collect::<Map<_, _>>(),
        ),
    }
}

fn number(text: &str) -> Json {
    Json::Number(text.parse::<Number>().expect("a number"))
}

/// Numbers that are integers keep their digits, the others are compared as floats.
fn normal(value: Json) -> Json {
    match value {
        Json::Number(number) => {
            let text = number.to_string();
            if text.parse::<i128>().is_ok() {
                return Json::Number(number);
            }
            let float: f64 = text.parse().expect("a number");
            self::number(&format!("{float}"))
        }
        Json::Array(items) => Json::Array(items.into_iter().map(normal).collect()),
        Json::Object(map) => Json::Object(
            map.into_iter()
                .map(|(key, value)| (key, normal(value)))
                .collect(),
        ),
        other => other,
    }
}

fn view(documents: &[Document]) -> Json {
    normal(Json::Array(
        documents.iter().map(|d| to_json(d.root())).collect(),
    ))
}

#[test]
fn every_vector_is_believed_as_kubectl_believes_it() {
    let table = records(include_str!("../../../tests/vectors/yaml.csv"));
    let mut failed = Vec::new();
    let mut rows = 0;
    for row in table.iter().skip(1) {
        let [name, input, result, _, documents] = row.as_slice() else {
            panic!("a row of another shape: {row:?}");
        };
        rows += 1;
        let input: String = serde_json::from_str(input).expect("a JSON string");
        let want = normal(serde_json::from_str(documents).expect("JSON documents"));
        let (got, unread) = kubectl_view(input.as_bytes());
        let got = view(&got);
        if (result == "ok") != unread.is_none() || got != want {
            failed.push(format!(
                "{name}: {input:?}\n  want {result} {want}\n  got {unread:?} {got}"
            ));
        }
    }
    assert_eq!(rows, 91);
    assert!(
        failed.is_empty(),
        "{} rows:\n{}",
        failed.len(),
        failed.join("\n")
    );
}
