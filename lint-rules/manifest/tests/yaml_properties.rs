//! What must hold for every text, and the reading of documents in detail.
#![allow(clippy::as_conversions, clippy::string_slice)]

use manifest::file::{ParsedFile, ReadOptions, kubectl_view, read};
use manifest::text::{FileId, Position};
use manifest::tree::{Document, Node, ReadErrorCode, ReadLimits, Value};
use manifest::yaml::parse_embedded;
use proptest::prelude::*;

fn read_all(text: &str) -> ParsedFile {
    read_with(text.as_bytes(), true)
}

fn read_with(bytes: &[u8], explicit: bool) -> ParsedFile {
    let options = ReadOptions {
        filter: &|head| head.kind != Some("CustomResourceDefinition"),
        explicit,
        limits: ReadLimits::default(),
    };
    read(FileId(7), bytes, &options)
}

fn only(text: &str) -> Document {
    let mut reading = read_all(text);
    assert_eq!(reading.unread, [], "{text:?}");
    assert_eq!(reading.documents.len(), 1, "{text:?}");
    reading.documents.remove(0)
}

fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

fn show(node: Node<'_>) -> String {
    match node.value() {
        Value::Sequence => {
            let items: Vec<_> = node.items().map(show).collect();
            format!("[{}]", items.join(","))
        }
        Value::Mapping => {
            let mut entries: Vec<_> = node
                .entries()
                .map(|entry| format!("{:?}:{}", entry.key, show(entry.value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        other => format!("{other:?}"),
    }
}

fn check_spans(node: Node<'_>, text: &str) {
    let span = node.span();
    let inside = text.get(span.start as usize..span.end as usize);
    assert!(inside.is_some(), "{span:?} of {text:?}");
    for byte in 0..=node.scalar_text().map_or(0, str::len).min(200) {
        if let Some(offset) = node.inner_offset(byte) {
            assert!(offset as usize <= text.len(), "{text:?}");
        }
    }
    for entry in node.entries() {
        let key = entry.key_span;
        assert!(
            text.get(key.start as usize..key.end as usize).is_some(),
            "{text:?}"
        );
    }
}

fn check_document(document: &Document, text: &str) {
    // Every node once, however often it is aliased.
    let mut open = vec![document.root()];
    let mut steps = 0;
    while let Some(node) = open.pop() {
        steps += 1;
        if steps > 2000 {
            break;
        }
        check_spans(node, text);
        open.extend(node.items());
        open.extend(node.entries().map(|entry| entry.value));
    }
    for comment in document.comments() {
        let span = comment.span;
        let whole = text.get(span.start as usize..span.end as usize);
        assert!(
            whole.is_some_and(|whole| whole.starts_with('#')),
            "{text:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_with(&bytes, true);
        let _ = kubectl_view(&bytes);
    }

    #[test]
    fn spans_lie_inside_the_text(text in "([ab:\\-#\"'\\[\\]{},&*!|>%@\\\\\t\r\né\u{2028}\u{85}y0-9 ]|: |- |\n  |&a |\\*a|<<: |---\n|\\.\\.\\.\n){0,40}") {
        for document in &read_all(&text).documents {
            check_document(document, &text);
        }
    }

    #[test]
    fn block_scalars_map_back(
        lines in proptest::collection::vec("[a-zé:#]( ?[a-zé:#\"']){0,8}", 1..6),
        indent in 1_usize..5,
        strip in any::<bool>(),
    ) {
        let pad = " ".repeat(indent);
        let mut text = format!("k: |{}\n", if strip { "-" } else { "" });
        for line in &lines {
            text.push_str(&format!("{pad}{line}\n"));
        }
        let document = only(&text);
        let node = document.root().get("k").expect("the key");
        let value = node.as_str().expect("text");
        for (byte, character) in value.char_indices().filter(|(_, c)| *c != '\n') {
            let offset = node.inner_offset(byte).expect("an offset") as usize;
            prop_assert_eq!(text[offset..].chars().next(), Some(character));
        }
    }

    #[test]
    fn json_and_yaml_agree(value in json_value()) {
        let json = value.to_string();
        let as_json = only(&format!("{{\"v\":{json}}}"));
        // A leading comment makes it YAML.
        let as_yaml = only(&format!("# c\n{{\"v\":{json}}}"));
        prop_assert_eq!(show(as_json.root()), show(as_yaml.root()));
    }
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[a-z0-9é\"'\\\\ \n#:]{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::vec(("[a-z]{1,4}", inner), 0..4)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

#[test]
fn positions_are_of_the_file() {
    let reading = read_all("a: 1\n---\n# é\nb: {ü: [x, \"y\"]}\n");
    let document = &reading.documents[1];
    let node = document.root().at(&["b", "ü"]).expect("the node");
    assert_eq!(document.position(node.span().start), at(4, 8));
    let last = node.items().last().expect("an item");
    assert_eq!(document.position(last.span().start), at(4, 12));
    assert_eq!(last.span().len(), 3, "quotes are part of it");
    assert_eq!(document.line_text(4), Some("b: {ü: [x, \"y\"]}"));
    assert_eq!(document.line_text(1), None);
    assert_eq!(document.file(), FileId(7));
}

#[test]
fn concatenated_json_keeps_columns() {
    let reading = read_all("{\"é\":1}{\"b\":2}");
    let document = &reading.documents[1];
    let b = document.root().entry("b").expect("the entry");
    assert_eq!(document.position(b.key_span.start), at(1, 9));
}

#[test]
fn json_that_is_no_object_is_kept_only_if_it_was_asked_for() {
    // An OpenAPI document mentions `kind`, deep inside, and is large; a list of patches, an object without its other key and a
    // small kustomization matter.
    let openapi = format!(
        r#"{{"paths": {{"/api": {{"kind": "x", "description": "{}"}}}}}}"#,
        "long ".repeat(4_000)
    );
    for (text, kept) in [
        (openapi.as_str(), false),
        (r#"{"resources": ["kind.yaml"]}"#, true),
        (r#"[{"op": "add", "path": "/spec/kind", "value": 1}]"#, true),
        (r#"{"kind": "Deployment", "spec": {}}"#, true),
        (r#"{"apiVersion": "v1"}"#, true),
        ("resources:\n- kind.yaml\n", true),
    ] {
        let reading = read_with(text.as_bytes(), false);
        assert_eq!(reading.documents.len(), usize::from(kept), "{text}");
        assert_eq!(reading.counts.documents, 1, "{text}");
        assert_eq!(read_all(text).documents.len(), 1, "{text}");
    }
}

#[test]
fn comments_are_kept_in_order() {
    let document = only("# one\na: 1 # two\n  # three\nb:\n- x\n# four\n");
    let comments: Vec<_> = document
        .comments()
        .iter()
        .map(|c| (&*c.text, c.own_line))
        .collect();
    let want = [
        (" one", true),
        (" two", false),
        (" three", true),
        (" four", true),
    ];
    assert_eq!(comments, want);
}

#[test]
fn duplicates_are_told() {
    let document = only("s:\n- x\n- t: {k.l: 1, \"k.l\": 2}\n  u: 1\n  u: 2\n");
    let found: Vec<_> = document
        .duplicates()
        .iter()
        .map(|d| {
            (
                d.path.as_str(),
                document.position(d.span.start),
                document.position(d.first.start),
            )
        })
        .collect();
    let want = [
        ("s[1].t[\"k.l\"]", at(3, 15), at(3, 7)),
        ("s[1].u", at(5, 3), at(4, 3)),
    ];
    assert_eq!(found, want);
}

#[test]
fn merges_are_no_duplicates_and_share_their_nodes() {
    let document = only("b: &b {k: 1, m: {x: 1}}\nz:\n  k: 9\n  <<: *b\n");
    let root = document.root();
    assert_eq!(root.at(&["z", "k"]).and_then(|n| n.as_i64()), Some(1));
    assert_eq!(document.duplicates(), []);
    let shared = root.at(&["z", "m"]).expect("merged");
    assert_eq!(shared.id(), root.at(&["b", "m"]).expect("there").id());
}

#[test]
fn an_embedded_file_reports_places_of_the_outer_file() {
    let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  c.yaml: |\n    # é\n    leaderElection:\n      leaseDuration: 15s\n  q: \"a: 1\\nb: [2]\\n\"\n  bad: |-\n    a: [\n";
    let document = only(text);
    let data = document.root().get("data").expect("data");
    let outer = data.get("c.yaml").expect("the file");
    let inner = parse_embedded(&document, outer, ReadLimits::default()).expect("YAML");
    let node = inner
        .root()
        .at(&["leaderElection", "leaseDuration"])
        .expect("it");
    assert_eq!(inner.position(node.span().start), at(7, 22));
    let span = node.span();
    assert_eq!(&text[span.start as usize..span.end as usize], "15s");
    assert_eq!(inner.comments()[0].text.as_ref(), " é");
    assert_eq!(inner.position(inner.comments()[0].span.start), at(5, 5));
    let quoted = data.get("q").expect("the file");
    let inner = parse_embedded(&document, quoted, ReadLimits::default()).expect("YAML");
    let two = inner
        .root()
        .get("b")
        .and_then(|b| b.items().next())
        .expect("it");
    let span = two.span();
    assert_eq!(&text[span.start as usize..span.end as usize], "2");
    let bad = data.get("bad").expect("the file");
    let unread = parse_embedded(&document, bad, ReadLimits::default()).expect_err("no YAML");
    assert_eq!(
        (unread.code, unread.position.line),
        (ReadErrorCode::Syntax, 10)
    );
}

#[test]
fn offsets_inside_scalars() {
    for (text, value) in [
        ("k: 'it''s\n  é'\n", "it's é"),
        ("k: \"a\\tb\\u00e9\\\n   c d\n\n  e\"\n", "a\tbéc d\ne"),
        ("k: plain é\n  more\n\n  last\n", "plain é more\nlast"),
        (
            "k: >\n\n   folded\n   on\n\n     more\n   end\n",
            "\nfolded on\n\n  more\nend\n",
        ),
        ("k: |2-\n    x\n\n   y\n", "  x\n\n y"),
    ] {
        let document = only(text);
        let node = document.root().get("k").expect("the key");
        assert_eq!(node.as_str(), Some(value), "{text:?}");
        for (byte, character) in value.char_indices().filter(|(_, c)| !" \n\t".contains(*c)) {
            let offset = node.inner_offset(byte).expect("an offset") as usize;
            let found = text[offset..].chars().next();
            assert!(
                found == Some(character) || found == Some('\\'),
                "{text:?} {character:?} {found:?}"
            );
        }
    }
}

#[test]
fn later_documents_survive_a_bad_one() {
    let reading = read_all("a: [\n---\nb: 1\n--- c: 2\nd: 3\n");
    assert_eq!(reading.unread[0].position, at(1, 4));
    assert!(
        reading
            .documents
            .iter()
            .any(|d| d.root().get("b").is_some())
    );
    assert!(
        reading.unread.iter().any(|u| u.position == at(4, 1)),
        "{:?}",
        reading.unread
    );
}

#[test]
fn templates_are_named() {
    let text = b"apiVersion: v1\nkind: Pod\nspec: {{ .Values.x }}\n";
    for explicit in [true, false] {
        let reading = read_with(text, explicit);
        assert_eq!(reading.unread[0].code, ReadErrorCode::Template);
        assert_eq!(reading.unread[0].position, at(3, 7));
    }
    let unwanted = b"apiVersion: v1\nkind: CustomResourceDefinition\nspec: {{ .Values.x }}\n";
    assert_eq!(
        read_with(unwanted, false).unread[0].code,
        ReadErrorCode::Template
    );
    // Braces in text are no template.
    let fine = b"apiVersion: v1\nkind: Pod\na: '{{ x }}'\n";
    assert_eq!(read_with(fine, false).unread, []);
}

#[test]
fn what_is_no_object_is_passed_over_unless_named() {
    assert_eq!(read_with(b"a: [\n", false).unread, []);
    assert_eq!(read_with(b"a: [\n", true).unread.len(), 1);
    let crd = read_with(b"apiVersion: v1\nkind: CustomResourceDefinition\n", false);
    assert_eq!(
        (crd.counts.documents, crd.counts.objects, crd.counts.skipped),
        (1, 1, 1)
    );
    assert!(crd.documents.is_empty());
}

#[test]
fn bad_bytes_are_told_and_read_on() {
    let reading = read_with(b"a: x\nb: \xFF\n", true);
    assert_eq!(reading.unread[0].code, ReadErrorCode::Encoding);
    assert_eq!(reading.unread[0].position, at(2, 4));
    assert_eq!(reading.documents.len(), 1);
    let utf16: Vec<u8> = "\u{FEFF}a: é\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        show(read_with(&utf16, true).documents[0].root()),
        "{\"a\":String(\"é\")}"
    );
}

#[test]
fn quoted_lines_at_the_margin_are_accepted() {
    let text = "a:\n  b: \"one\n  two\n\nthree\"\n  c: it\n";
    let document = only(text);
    let node = document.root().at(&["a", "b"]).expect("it");
    assert_eq!(node.as_str(), Some("one two\nthree"));
    let span = node.span();
    assert_eq!(
        &text[span.start as usize..span.end as usize],
        "\"one\n  two\n\nthree\""
    );
}

fn time_of(text: &str) -> std::time::Duration {
    let start = std::time::Instant::now();
    let _ = read_all(text);
    start.elapsed()
}

#[test]
fn hostile_texts_cost_no_more_than_many_ordinary_ones() {
    let cases = [
        "[".repeat(100_000),
        "- ".repeat(100_000),
        (0..1000)
            .map(|n| format!("{}a:\n", " ".repeat(n)))
            .collect::<String>(),
        "{\"a\":".repeat(100_000),
        format!("{}{}", "{\"a\":".repeat(5_000), "}".repeat(5_000)),
        format!("[{}]", "a, ".repeat(300_000)),
        format!("a: {}\n", "x".repeat(1 << 20)),
        "%TAG ! tag:x,2000:\n".repeat(50_000),
        "a\0b".to_owned(),
        format!(
            "x: &a [{}]\ny: [{}]\n",
            "1,".repeat(2000),
            "*a,".repeat(20_000)
        ),
        format!(
            "a: &a {{{}}}\n{}",
            (0..2000).map(|n| format!("k{n}: 1,")).collect::<String>(),
            (0..3000)
                .map(|n| format!("m{n}: {{<<: *a}}\n"))
                .collect::<String>()
        ),
        "'\n".repeat(50_000),
        "a: \"x\ny\"\n".repeat(5_000),
        "#\n".repeat(100_000) + "a: 1",
    ];
    // Both are read on the same machine in the same second, so that its speed and load do not matter.
    let ordinary = "- {name: a, value: b}\n".repeat(20_000);
    let bound = time_of(&ordinary) * 8;
    for text in cases {
        let took = time_of(&text);
        let shown: String = text.chars().take(20).collect();
        assert!(took < bound, "{shown:?} took {took:?}, more than {bound:?}");
    }
    let bomb = read_all(&format!(
        "x: &a [{}]\ny: [{}]\n",
        "1,".repeat(2000),
        "*a,".repeat(20_000)
    ));
    assert_eq!(bomb.unread[0].code, ReadErrorCode::Limit);
    assert_eq!(
        read_all(&"[".repeat(100_000)).unread[0].code,
        ReadErrorCode::Limit
    );
    let tiny = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits {
            bytes: 3,
            ..ReadLimits::default()
        },
    };
    assert_eq!(
        read(FileId(0), b"a: 1", &tiny).unread[0].code,
        ReadErrorCode::TooLarge
    );
}

#[test]
fn what_yaml_1_1_refuses_is_refused() {
    for text in [
        "a: |\n  x\n\t\n  y\n",
        "a: |\n \tx\n",
        "a: [x?y]\n",
        "&a.b x: 1\n",
        "-\ta\n",
        "\ta: 1\n",
        "a: \"\\/\"\n# c\n",
        "...\na: 1\n",
    ] {
        assert!(kubectl_view(text.as_bytes()).1.is_some(), "{text:?}");
    }
    for text in [
        "a: |2\n  \tx\n",
        "a: |\n  x\n  \t\n",
        "a: \"x\"#c\n",
        "a: \"\\'\"\n",
    ] {
        assert_eq!(kubectl_view(text.as_bytes()).1, None, "{text:?}");
    }
}

#[test]
fn documents_may_cross_threads() {
    fn crosses<T: Send + Sync>(_: &T) {}
    crosses(&only("a: 1"));
}
