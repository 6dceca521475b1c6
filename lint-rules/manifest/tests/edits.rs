//! Edits keep everything that they do not name, in block and flow style, with comments and every line end.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    missing_docs
)]

use manifest::edit::{
    NewValue, SpanEdit, appended_document, inserted_entry, inserted_item, is_shared,
    removed_comment, removed_entry, removed_item, removed_lost_entry, replaced_entry, respelled,
    scalar,
};
use manifest::file::{ReadOptions, read};
use manifest::text::{FileId, Span};
use manifest::tree::{Document, Node, ReadLimits};

fn document(text: &str) -> Document {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let mut parsed = read(FileId(0), text.as_bytes(), &options);
    assert!(parsed.unread.is_empty(), "{text:?}: {:?}", parsed.unread);
    parsed.documents.remove(0)
}

fn applied(text: &str, edit: Option<SpanEdit>) -> Option<String> {
    let SpanEdit { span, text: new } = edit?;
    let edited = format!(
        "{}{new}{}",
        &text[..span.start as usize],
        &text[span.end as usize..]
    );
    document(&edited);
    Some(edited)
}

/// The span of the last place of a token.
fn at(text: &str, token: &str) -> Span {
    let start = text.rfind(token).unwrap();
    Span::new(start as u32, (start + token.len()) as u32)
}

/// With either line end.
fn both(text: &str, expected: Option<&str>, edit: impl Fn(&Document, &str) -> Option<SpanEdit>) {
    for newline in ["\n", "\r\n"] {
        let text = text.replace('\n', newline);
        let expected = expected.map(|expected| expected.replace('\n', newline));
        assert_eq!(
            applied(&text, edit(&document(&text), &text)),
            expected,
            "{text:?}"
        );
    }
}

fn node<'d>(document: &'d Document, path: &[&str]) -> Node<'d> {
    document.root().at(path).unwrap()
}

#[test]
fn an_item_goes_with_its_line() {
    let out = |text: &str, token: &str, expected: Option<&str>| {
        both(text, expected, |document, text| {
            removed_item(document, at(text, token))
        });
    };
    out(
        "a:\n- x\n- y  # why\n- z\n",
        "x",
        Some("a:\n- y  # why\n- z\n"),
    );
    out(
        "a:\n  - x\n  - 'y'\nb: 1\n",
        "'y'",
        Some("a:\n  - x\nb: 1\n"),
    );
    out("a: [x, \"y\", z]\n", "\"y\"", Some("a: [x, z]\n"));
    out("a: [x, y, z]\n", "x", Some("a: [y, z]\n"));
    out("a: [x]\n", "x", Some("a: []\n"));
    // A comment would go with it.
    out("a:\n- x\n- y  # why\n", "y", None);
    out("a: [x, # why\n y]\n", "y", None);
    out("a:\n- &n x\n- y\n", "x", None);
    out(
        "{\"a\": [\"x\",\n \"y\"]}\n",
        "\"y\"",
        Some("{\"a\": [\"x\"]}\n"),
    );
}

#[test]
fn an_entry_goes_with_its_lines() {
    let out = |text: &str, key: &str, expected: Option<&str>| {
        both(text, expected, |document, text| {
            removed_entry(document, at(text, key))
        });
    };
    out(
        "a: 1\nb:\n  c: 2\n  d: |\n    text\ne: 3\n",
        "b",
        Some("a: 1\ne: 3\n"),
    );
    out("- a: 1\n  b: 2\n", "a", Some("- b: 2\n"));
    out("x: {a: 1, b: [2]}\n", "b", Some("x: {a: 1}\n"));
    out("a: 1 # why\nb: 2\n", "a", None);
}

#[test]
fn an_overridden_entry_goes() {
    for (text, expected) in [
        ("a: 1\nb: 2\na: 3\n", Some("b: 2\na: 3\n")),
        ("x:\n  a:\n  - 1\n  - 2\n\n  a: 3\n", Some("x:\n\n  a: 3\n")),
        ("a:\n  b: 1\na: 2 # kept\n", Some("a: 2 # kept\n")),
        ("a: 1 # lost\na: 2\n", None),
        ("{a: 1, a: 2}\n", Some("{a: 2}\n")),
        ("{a: 1, a: 2, a: 3}\n", Some("{a: 2, a: 3}\n")),
        (
            "x: {b: 0, a: {c: [1, 2]}, d: 3, a: 4} # kept\n",
            Some("x: {b: 0, d: 3, a: 4} # kept\n"),
        ),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  },\n  \"a\": 2\n}\n",
            Some("{\n  \"a\": 2\n}\n"),
        ),
        ("{a: 1, # lost\n a: 2}\n", None),
    ] {
        both(text, expected, |document, _| {
            removed_lost_entry(document, document.duplicates()[0].first)
        });
    }
}

#[test]
fn a_comment_goes_alone_or_with_its_line() {
    let out = |text: &str, expected: &str| {
        both(text, Some(expected), |document, text| {
            removed_comment(document, at(text, "ignore"))
        });
    };
    out("a: 1  # ignore\nb: 2\n", "a: 1\nb: 2\n");
    out("x:\n  # ignore\n  b: 2\n", "x:\n  b: 2\n");
}

#[test]
fn a_scalar_keeps_its_quotes() {
    let out = |text: &str, token: &str, new: &str, expected: Option<&str>| {
        both(text, expected, |document, text| {
            respelled(document, at(text, token), new)
        });
    };
    out(
        "a: [--x, y]\n",
        "--x",
        "--x=false",
        Some("a: [--x=false, y]\n"),
    );
    out("a: '--x'\n", "'--x'", "it's", Some("a: 'it''s'\n"));
    // No reader takes a duration for a number.
    out("a: 10s\n", "10s", "1m30s", Some("a: 1m30s\n"));
    out("a: 10s\n", "10s", "0x1e", Some("a: \"0x1e\"\n"));
    out("a: \"x\"\n", "\"x\"", "y", Some("a: \"y\"\n"));
    out("a: 1\n", "1", "2", Some("a: 2\n"));
    out("a: x\n", "x", "true", Some("a: \"true\"\n"));
    out("a: x\n", "x", "y: z", Some("a: \"y: z\"\n"));
    out("a: |\n  x\n", "x", "y", None);
}

#[test]
fn a_new_item_stands_behind_another() {
    let value = NewValue::map([
        ("name", NewValue::text("POD_NAME")),
        ("num", NewValue::Number(1)),
    ]);
    let out = |text: &str, token: &str, value: &NewValue, expected: &str| {
        both(text, Some(expected), |document, text| {
            inserted_item(document, at(text, token), value)
        });
    };
    out(
        "a:\n  - x  # why\n  # about y\n  - y\n",
        "x",
        &value,
        "a:\n  - x  # why\n  - name: POD_NAME\n    num: 1\n  # about y\n  - y\n",
    );
    out("a: [x]\n", "x", &NewValue::text("z"), "a: [x, z]\n");
    out(
        "{\"a\": [\"x\"]}\n",
        "\"x\"",
        &value,
        "{\"a\": [\"x\", {\"name\": \"POD_NAME\", \"num\": 1}]}\n",
    );
    out("a:\n- x", "x", &NewValue::text("z"), "a:\n- x\n- z");
}

#[test]
fn a_new_entry_stands_behind_the_named_one() {
    let value = NewValue::List(vec![NewValue::map([
        ("name", NewValue::text("x")),
        ("from", NewValue::map([("k", NewValue::texts(["a", "no"]))])),
    ])]);
    let out = |text: &str, path: &[&str], expected: &str| {
        both(text, Some(expected), |document, _| {
            let mapping = node(document, path).span();
            inserted_entry(document, mapping, &["image"], ("env", &value))
        });
    };
    out(
        "c:\n  image: a # why\n  # of args\n  args: [x]\n",
        &["c"],
        "c:\n  image: a # why\n  env:\n    - name: x\n      from:\n        k: [a, \"no\"]\n  # of args\n  args: [x]\n",
    );
    out(
        "c: {image: a, args: [x]}\n",
        &["c"],
        "c: {image: a, env: [{name: x, from: {k: [a, \"no\"]}}], args: [x]}\n",
    );
    out(
        "c:\n  d:\n    e: 1\n",
        &["c"],
        "c:\n  d:\n    e: 1\n  env:\n    - name: x\n      from:\n        k: [a, \"no\"]\n",
    );
    let items = "c:\n  - image: a\n";
    both(
        items,
        Some("c:\n  - image: a\n    num: 2\n"),
        |document, _| {
            let item = node(document, &["c"]).items().next().unwrap();
            inserted_entry(document, item.span(), &[], ("num", &NewValue::Number(2)))
        },
    );
}

#[test]
fn an_entry_takes_the_place_of_another() {
    let value = NewValue::map([(
        "fieldRef",
        NewValue::map([("fieldPath", NewValue::text("metadata.name"))]),
    )]);
    both(
        "- name: X\n  value: abc # why\n",
        Some("- name: X\n  valueFrom:\n    fieldRef:\n      fieldPath: metadata.name # why\n"),
        |document, text| replaced_entry(document, at(text, "abc"), ("valueFrom", &value)),
    );
    both(
        "[{\"name\": \"X\", \"value\": \"abc\"}]\n",
        Some(
            "[{\"name\": \"X\", \"valueFrom\": {\"fieldRef\": {\"fieldPath\": \"metadata.name\"}}}]\n",
        ),
        |document, text| replaced_entry(document, at(text, "\"abc\""), ("valueFrom", &value)),
    );
}

#[test]
fn a_document_stands_behind_another() {
    for (text, expected) in [
        ("a: 1\n", "a: 1\n---\nb: 2\n"),
        ("a: 1", "a: 1\n---\nb: 2\n"),
        ("a: 1\n---\nc: 3\n", "a: 1\n---\nb: 2\n---\nc: 3\n"),
    ] {
        let edit = appended_document(&document(text), "b: 2\n");
        assert_eq!(applied(text, edit).as_deref(), Some(expected));
    }
    assert_eq!(appended_document(&document("{\"a\": 1}\n"), "b: 2\n"), None);
}

#[test]
fn what_an_alias_or_a_merge_stands_for_is_not_edited() {
    let place = |text: &str| at(text, "x");
    let respelt = |text: &str| {
        let document = document(text);
        assert_eq!(
            is_shared(&document, place(text)),
            respelled(&document, place(text), "z").is_none()
        );
        applied(text, respelled(&document, place(text), "z"))
    };
    for (text, expected) in [
        ("a: &n x\nb: c\n", Some("a: &n z\nb: c\n")),
        ("a: &n x\nb: *n\n", None),
        ("a: &n [c, x]\nb: *n\n", None),
        ("a: &n {c: {d: x}}\nb: {<<: *n}\n", None),
    ] {
        assert_eq!(respelt(text).as_deref(), expected, "{text:?}");
    }
    let text = "a: &n [x]\nb: *n\n";
    let document = document(text);
    let aliased = node(&document, &["b"]).items().next().unwrap();
    assert_eq!(removed_item(&document, aliased.span()), None);
    let entry = ("k", &NewValue::Number(1));
    assert_eq!(inserted_entry(&document, at(text, "*n"), &[], entry), None);
}

#[test]
fn a_text_is_in_quotes_where_a_reader_could_take_it_for_something_else() {
    for plain in ["warden", "a.b-c", "metadata.name", "--leader-elect=true"] {
        assert_eq!(scalar(plain, false), plain);
        assert_eq!(scalar(plain, true), format!("\"{plain}\""));
    }
    for other in [
        "", "10", "1e3", "0x1f", "~", "no", "Y", "NULL", ".inf", "a: b", "- a", "*", "a #b",
    ] {
        assert_eq!(scalar(other, false), format!("\"{other}\""));
        let text = format!("a: {}\n", scalar(other, false));
        assert_eq!(node(&document(&text), &["a"]).as_str(), Some(other));
    }
    assert_eq!(scalar("a\n\"\\", false), r#""a\u000a\"\\""#);
}
