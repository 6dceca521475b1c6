//! A report against its JSON Schema, in which no key may be that the schema does not name.

use jsonschema::Validator;
use serde_json::{Value, json};

/// The validator of a schema, as text.
pub fn validator(schema: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("a schema")
}

/// All that is wrong with a document, one a line.
pub fn problems(validator: &Validator, document: &Value) -> String {
    let errors = validator.iter_errors(document);
    let lines = errors.map(|error| format!("{}: {error}\n", error.instance_path()));
    lines.collect()
}

/// A published schema allows keys that later versions add. Here they are mistakes.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            keys.values_mut().for_each(close);
            if keys.get("properties").is_some_and(Value::is_object)
                && keys.get("type") == Some(&json!("object"))
            {
                keys.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
