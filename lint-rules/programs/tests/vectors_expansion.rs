//! Every recorded expansion of `$(VAR)`, in texts and in environments.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::collections::BTreeMap;

use programs::expansion::{Lookup, expand};

type Variables = BTreeMap<String, String>;

fn expanded(input: &str, variables: &Variables) -> String {
    let mut lookup = |name: &str| match variables.get(name) {
        Some(value) => Lookup::Known(value.as_str()),
        None => Lookup::Undeclared,
    };
    expand(input, &mut usize::MAX.clone(), &mut lookup)
        .text
        .expect("no unknown variable")
        .into_owned()
}

/// The kubelet's order: service variables and `envFrom` first, then `env` one by one.
fn environment(sources: &BTreeMap<String, Variables>, entries: &[(String, String)]) -> Variables {
    let mut variables = Variables::new();
    for source in ["service", "envFrom"] {
        variables.extend(sources.get(source).cloned().unwrap_or_default());
    }
    for (name, value) in entries {
        let value = expanded(value, &variables);
        variables.insert(name.clone(), value);
    }
    variables
}

fn variables(text: &str) -> Variables {
    let object: serde_json::Value = serde_json::from_str(text).unwrap();
    let object = object.as_object().unwrap();
    object
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect()
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let list: Vec<[String; 2]> = serde_json::from_str::<serde_json::Value>(text)
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| [0, 1].map(|at| pair[at].as_str().unwrap().to_owned()))
        .collect();
    list.into_iter()
        .map(|[name, value]| (name, value))
        .collect()
}

#[test]
fn every_text_and_environment_expands_as_recorded() {
    for row in vectors::rows(include_str!("../../../tests/vectors/expansion.csv"), 73) {
        let (input, expected) = (&row["input"], &row["expected"]);
        if row["kind"] == "expand" {
            assert_eq!(
                &expanded(input, &variables(&row["vars_json"])),
                expected,
                "{input:?}"
            );
            continue;
        }
        let sources: serde_json::Value = serde_json::from_str(&row["vars_json"]).unwrap();
        let sources = sources
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, source)| (name.clone(), variables(&source.to_string())))
            .collect();
        assert_eq!(
            environment(&sources, &pairs(input)),
            variables(expected),
            "{input}"
        );
    }
}
