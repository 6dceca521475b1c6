//! Trees of JSON beside serde_json's, with masks and without.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::text::FileId;
use crate::tree::{Document, FieldMask, Node, ReadError, ReadErrorCode, Value};

const LIMITS: ReadLimits = ReadLimits {
    bytes: 1 << 20,
    nodes: 10_000,
    members: 1_000,
    alias_expansion: 0,
    depth: 20,
};

fn read_with(
    text: &str,
    mask: &FieldMask,
    limits: ReadLimits,
) -> Result<(Document, usize), ReadError> {
    let options = ObjectOptions {
        file: FileId(0),
        limits,
        fields: mask,
        implied: &[],
    };
    read_json(text, &options)
}

fn everything() -> FieldMask {
    FieldMask::of(["$"])
}

fn value_of(node: Node<'_>) -> Json {
    match node.value() {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::String(text) => Json::String(text.to_owned()),
        Value::Integer(_) | Value::Float(_) => {
            serde_json::from_str(node.scalar_text().unwrap_or_default()).unwrap_or_default()
        }
        Value::Sequence => Json::Array(node.items().map(value_of).collect()),
        Value::Mapping => node
            .read_entries()
            .map(|entry| (entry.key.to_owned(), value_of(entry.value)))
            .collect(),
    }
}

/// What serde_json makes of the value at the start of a text, and where it ends.
fn by_serde(text: &str) -> Option<(Json, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

/// Reads both ways; whether it is JSON.
fn both(text: &str) -> bool {
    let ours = read_with(text, &everything(), LIMITS);
    let end = end_of_value(text.as_bytes(), skip_space(text.as_bytes(), 0));
    match (&ours, by_serde(text)) {
        (Ok((document, end_of_ours)), Some((theirs, _))) => {
            assert_eq!(value_of(document.root()), theirs, "{text}");
            assert_eq!(end.as_ref(), Ok(end_of_ours), "{text}");
            true
        }
        (Err(_), None) => false,
        // serde_json nests 128 deep and wants white space after a number; we are asked for less.
        (Ok((_, end)), None) => {
            let alone = text.get(..*end).and_then(by_serde);
            assert!(alone.is_some(), "{text}");
            true
        }
        (Err(unread), Some(_)) => panic!("{text}: {unread:?}"),
    }
}

#[test]
fn values_are_read_as_serde_json_reads_them() {
    for text in [
        "{}",
        r#"{"a":1}"#,
        r#" { "a" : [ ] , "b" : { } } "#,
        r#"{"a":[1,-2,true,false,null,"x",{"y":["\n\u00e9\ud83d\ude00",""]}],"":"b"}"#,
        r#"{"\u0061":1,"b\n":"\"\\\/"}"#,
        r#"{"a":1,"a":2,"b":{"a":1,"abcdefghijk":2,"abcdefghijk":3}}"#,
        r#"{"a":1.5,"b":-0,"c":1e3,"d":9223372036854775807}"#,
        "[]",
        "1",
        r#""x""#,
        "null",
    ] {
        assert!(both(text), "{text}");
    }
    let many: Vec<String> = (0..200)
        .map(|at| format!("\"k{}\":{at}", at % 150))
        .collect();
    assert!(both(&format!("{{{}}}", many.join(","))));
}

#[test]
fn what_is_wrong_is_refused() {
    for text in [
        "",
        "{",
        r#"{"a""#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"a":[1,]}"#,
        "{\"a\":\"\u{1}\"}",
        r#"{"a":"\x"}"#,
        r#"{"a":[}}"#,
        "{a:1}",
        "01x",
        "-",
        "1.",
        "1e",
        "tru",
    ] {
        if text != "01x" {
            assert!(!both(text), "{text}");
        }
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(20), "]".repeat(20));
    let code = read_with(&deep, &everything(), LIMITS).map_err(|unread| unread.code);
    assert_eq!(code.err(), Some(ReadErrorCode::Limit));
}

#[test]
fn long_numbers_stay_exact_within_128_bits() {
    for (text, expected) in [
        (
            "9223372036854775808",
            Value::Integer(9_223_372_036_854_775_808),
        ),
        (
            "-9223372036854775809",
            Value::Integer(-9_223_372_036_854_775_809),
        ),
        ("1e2", Value::Float(100.0)),
    ] {
        let read = read_with(text, &everything(), LIMITS);
        assert_eq!(
            read.map(|(read, _)| read.root().value() == expected),
            Ok(true)
        );
    }
    let unread = read_with("1e999", &everything(), LIMITS).err();
    let reason = unread.map(|unread| unread.reason);
    assert_eq!(reason.as_deref(), Some("1e999 is out of range"));
}

#[test]
fn of_a_key_given_twice_the_last_one_counts_and_both_are_told() {
    let text = r#"{"a":{"k":1},"list":[0,{"x":1,"y":2,"\u0078":3}],"a":4}"#;
    let (document, _) = read_with(text, &everything(), LIMITS).unwrap_or_else(|unread| {
        panic!("{unread:?}");
    });
    let found: Vec<(&str, &str)> = document
        .duplicates()
        .iter()
        .map(|duplicate| (duplicate.key.as_str(), duplicate.path.as_str()))
        .collect();
    assert_eq!(found, [("x", "list[1].x"), ("a", "a")]);
    let keys: Vec<&str> = document.root().entries().map(|entry| entry.key).collect();
    assert_eq!(keys, ["a", "list"]);
    assert_eq!(value_of(document.root())["a"], 4);
}

/// Removes what a mask of `names` below `metadata`, and `spec.list[].a`, leaves out.
fn masked(value: Json) -> Json {
    let Json::Object(members) = value else {
        return value;
    };
    let part = |value: Json, name: &str| match value {
        Json::Object(members) => members.into_iter().filter(|(key, _)| key == name).collect(),
        other => other,
    };
    let list = |value: Json| match value {
        Json::Array(items) => items.into_iter().map(|item| part(item, "a")).collect(),
        other => other,
    };
    members
        .into_iter()
        .filter_map(|(key, value)| {
            let value = match key.as_str() {
                "a" => value,
                "metadata" => part(value, "b"),
                "c" => list(value),
                _ => return None,
            };
            Some((key, value))
        })
        .collect()
}

#[test]
fn implied_members_are_added_where_they_are_missing() {
    let mask = everything();
    let options = ObjectOptions {
        file: FileId(0),
        limits: LIMITS,
        fields: &mask,
        implied: &[("kind", "Role"), ("apiVersion", "v1")],
    };
    for (text, expected) in [
        ("{}", r#"{"kind":"Role","apiVersion":"v1"}"#),
        (
            r#"{"kind":"A","x":1}"#,
            r#"{"kind":"A","x":1,"apiVersion":"v1"}"#,
        ),
        ("[1]", "[1]"),
    ] {
        let read = read_json(text, &options);
        let written = read.map(|(document, _)| to_json(document.root()));
        assert_eq!(written.as_deref(), Ok(expected));
    }
}

#[test]
fn what_is_left_out_and_blanks_make_no_difference() {
    let mask = FieldMask::of(["spec.a", "spec.template.metadata.labels", "spec.y"]);
    let spec = |inner: &str| format!(r#"{{"spec":{{"a":[1,{{"b":"x"}}],{inner}}}}}"#);
    let same = |one: &str, two: &str| {
        let (one, two) = (read_with(one, &mask, LIMITS), read_with(two, &mask, LIMITS));
        let (Ok((one, _)), Ok((two, _))) = (one, two) else {
            panic!("both are JSON");
        };
        are_same(one.root(), two.root())
    };
    let plain = spec(r#""template":{"metadata":{"labels":{"c":"d"}}}"#);
    let restarted =
        spec(r#""template":{"metadata":{"labels":{"c":"d"},"annotations":{"at":"1"}}}"#);
    let spaced = plain.replace(':', " : ");
    assert!(same(&plain, &plain));
    assert!(same(&plain, &restarted));
    assert!(same(&restarted, &plain));
    assert!(same(&plain, &spaced));
    for (from, to) in [
        ("\"d\"", "\"e\""),
        ("\"c\"", "\"k\""),
        ("[1,", "[2,"),
        ("[1,", "["),
        ("[1,", "[\"1\","),
        ("\"x\"", "{}"),
        ("\"x\"}]", "\"x\"}],\"y\":1"),
    ] {
        let other = plain.replacen(from, to, 1);
        assert_ne!(other, plain);
        assert!(!same(&plain, &other), "{other}");
        assert!(!same(&other, &spaced), "{other}");
    }
}

#[test]
#[should_panic(expected = "`spec.secret`")]
fn asking_for_what_was_left_out_is_a_mistake() {
    let mask = FieldMask::of(["spec.list[].a"]);
    let read = read_with(r#"{"spec":{"list":[{"a":1}]}}"#, &mask, LIMITS);
    let spec = read
        .as_ref()
        .ok()
        .and_then(|(document, _)| document.root().get("spec"));
    let list = spec.and_then(|spec| spec.get("list"));
    assert!(
        list.and_then(|list| list.items().next()?.get("a"))
            .is_some()
    );
    let _ = spec.and_then(|spec| spec.get("secret"));
}

#[test]
fn scalars_in_place_of_what_is_left_out_end_where_they_end() {
    let mask = FieldMask::of(["kind"]);
    for status in ["null", "1.5e3", "\"x\\\"\"", "{}", "[]", "true", "[{}]"] {
        let text = format!("{{\"status\": {status} ,\"kind\":\"A\"}}");
        let (document, _) =
            read_with(&text, &mask, LIMITS).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        assert_eq!(to_json(document.root()), r#"{"kind":"A"}"#, "{text}");
    }
}

#[test]
fn what_is_too_large_is_said_and_what_follows_an_object_is_not_counted() {
    let limits = ReadLimits {
        bytes: 20,
        ..LIMITS
    };
    let code = |text: &str| {
        let read = read_with(text, &everything(), limits);
        read.map(|(_, end)| end).map_err(|unread| unread.code)
    };
    let object = r#"{"a":"0123456789ab"}"#;
    assert_eq!(code(object), Ok(20));
    assert_eq!(code(&format!("{object},{object}")), Ok(20));
    let longer = object.replace("ab", "abc");
    assert_eq!(code(&longer), Err(ReadErrorCode::TooLarge));
    assert_eq!(code(&format!(" {object}")), Err(ReadErrorCode::TooLarge));
}

#[test]
fn what_is_cut_within_what_is_left_out_is_an_error() {
    let mask = FieldMask::of(["kind"]);
    for text in [
        "",
        "{",
        "{\"status\":",
        "{\"status\": [",
        "{\"status\": }",
        "{\"status\": \"",
        "{\"kind\": 1",
    ] {
        assert!(read_with(text, &mask, LIMITS).is_err(), "{text}");
    }
}

fn json() -> impl Strategy<Value = String> {
    let names = [
        "a",
        "b",
        "c",
        "metadata",
        "status",
        "Xmetadata",
        "",
        "a\\u0062",
    ];
    let key = prop::sample::select(names.to_vec());
    let leaves = [
        "1",
        "true",
        "null",
        "\"x\"",
        "\"\\\"]\"",
        "-7",
        "1e3",
        "{}",
        "[]",
    ];
    let leaf = prop::sample::select(leaves.to_vec());
    leaf.prop_map(str::to_owned).prop_recursive(6, 200, 8, move |inner| {
        let entry = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            2 => prop::collection::vec(entry, 0..8).prop_map(|all| format!("{{{}}}", all.join(","))),
            1 => prop::collection::vec(inner, 0..5).prop_map(|all| format!("[{}]", all.join(" , "))),
        ]
    })
}

proptest! {
    #[test]
    fn both_readings_agree(text in json()) {
        both(&text);
    }

    #[test]
    fn both_readings_agree_on_what_is_cut_or_spoilt(
        text in json(), at: prop::sample::Index, byte in "[\"{}\\[\\],:0 a]",
    ) {
        let mut spoilt = text.clone();
        let at = at.index(text.len());
        spoilt.replace_range(at..=at, &byte);
        both(&spoilt);
        both(text.get(..at).unwrap_or_default());
    }

    #[test]
    fn a_mask_leaves_out_what_it_does_not_name(text in json()) {
        let mask = FieldMask::of(["a", "metadata.b", "c[].a"]);
        let read = read_with(&text, &mask, LIMITS);
        let (document, _) = read.unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        let theirs = by_serde(&text).map(|(value, _)| masked(value));
        prop_assert_eq!(Some(value_of(document.root())), theirs);
    }

    #[test]
    fn what_is_written_is_read_as_the_same(text in json()) {
        let Ok((document, _)) = read_with(&text, &everything(), LIMITS) else {
            return Ok(());
        };
        let written = to_json(document.root());
        let again = by_serde(&written).map(|(value, _)| value);
        prop_assert_eq!(Some(value_of(document.root())), again);
    }
}
