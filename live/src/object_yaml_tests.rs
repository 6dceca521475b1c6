use super::*;
use manifest::file::{ReadOptions, read};
use manifest::text::FileId;
use manifest::tree::{Document, ReadLimits};

fn yaml(json: &str) -> String {
    object_yaml(json, "v1", "ConfigMap").unwrap()
}

fn parsed(text: &str) -> Document {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    let mut file = read(FileId(0), text.as_bytes(), &options);
    assert!(file.unread.is_empty(), "{text}: {:?}", file.unread);
    file.documents.remove(0)
}

#[test]
fn an_object_looks_as_kubectl_shows_it() {
    let json = r#"{"metadata": {"name": "a", "managedFields": [{"manager": "kubectl"}],
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}},
        "spec": {"args": ["--leader-elect", "-v=2", "--x=1s"], "empty": {}, "none": [], "list": [{"name": "b", "n": 1}, [1, [2]]]},
        "status": {"ready": 1}}"#;
    let shown = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\nspec:\n  args:\n  - --leader-elect\n  - \"-v=2\"\n  - --x=1s\n  \
                 empty: {}\n  list:\n  - n: 1\n    name: b\n  -\n    - 1\n    -\n      - 2\n  none: []\n";
    // The key `n` stands for a boolean in YAML 1.1, so it is in quotes.
    assert_eq!(yaml(json), shown.replace("- n: 1", "- \"n\": 1"));
}

#[test]
fn a_text_is_read_back_as_the_same_text() {
    for text in [
        "",
        "plain",
        "yes",
        "On",
        "null",
        "~",
        "1",
        "0x1",
        "1_000",
        "1:30",
        "1.5",
        ".5",
        "-",
        "-a",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "a\nb",
        "a\nb\n",
        "a\n\nb",
        "\na",
        " a\nb",
        "a \nb",
        "a\tb",
        "a\n\tb",
        "tab\t\nb",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "{a}",
        "[a]",
        "'a'",
        "\"a\"",
        "a\u{85}b",
        "a\u{2028}b\nc",
        "\u{feff}a",
        "\u{7}",
        "\\",
        "---",
        "a\n---\nb",
        "größe",
        "=",
        "<<",
        "2026-11-30",
        "2026-11-30T09:00:00.000000Z",
        "--leader-elect",
        "--a=b,c",
        "--- a",
        "a\r\nb",
    ] {
        let json =
            serde_json::json!({"data": {"key": text}, "metadata": {"name": "a"}}).to_string();
        let document = yaml(&json);
        let read = parsed(&document);
        let value = read.root().at(&["data", "key"]).unwrap();
        assert_eq!(value.as_str(), Some(text), "{document}");
    }
}

#[test]
fn keys_are_written_like_texts() {
    for key in ["on", "a.b/c", "1", "a: b", "key with spaces", ".dot"] {
        let json = serde_json::json!({"data": {key: "v"}, "metadata": {"name": "a"}}).to_string();
        let document = yaml(&json);
        let read = parsed(&document);
        let value = read.root().at(&["data", key]).unwrap();
        assert_eq!(value.as_str(), Some("v"), "{document}");
    }
}

#[test]
fn what_is_no_object_is_an_error() {
    assert!(object_yaml("[]", "v1", "Pod").is_err());
    assert!(object_yaml("{", "v1", "Pod").is_err());
}
