#![allow(clippy::expect_used)] // in tests a panic is the message

use super::*;

/// The parts of a list that comes in pieces of so many bytes.
fn parts(text: &str, piece: usize) -> (Vec<BoundedText>, Option<String>) {
    let mut scanner = ListScanner::default();
    let mut items = Vec::new();
    for bytes in text.as_bytes().chunks(piece) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (read, found) = scanner.scan(rest);
            rest = rest.get(read..).unwrap_or_default();
            match found {
                Some(Scanned::Item) => items.push(scanner.item.take().expect("UTF-8")),
                Some(Scanned::End) => {
                    let head = String::from_utf8(scanner.head.clone());
                    return (items, head.ok());
                }
                None => {}
            }
        }
    }
    (items, None)
}

#[test]
fn objects_are_found_wherever_the_bytes_are_parted() {
    let items = [
        r#"{"metadata":{"name":"a","labels":{"items":"[{"}},"data":{"k":"}]\"\\"}}"#,
        r#"{"é":[{"items":[{}]}]}"#,
        "{}",
    ];
    let head = r#"{"resourceVersion":"7","continue":"t"}"#;
    let text = format!(
        r#"{{"kind":"metadata","apiVersion":"items","metadata":{head}, "items": [{}, {} ,{}]}} "#,
        items[0], items[1], items[2]
    );
    for piece in [1, 2, 3, 7, 64, text.len()] {
        let (found, found_head) = parts(&text, piece);
        let whole = items.map(|item| BoundedText::Whole(item.to_owned()));
        assert_eq!(found, whole, "{piece}");
        assert_eq!(found_head.as_deref(), Some(head), "{piece}");
    }
    // The head may come last; a list that ends early has no end.
    let text = format!(r#"{{"items":[{{}}],"metadata":{head}}}"#);
    assert_eq!(parts(&text, 5).1.as_deref(), Some(head));
    assert_eq!(
        parts(r#"{"metadata":{},"items":null}"#, 4).1.as_deref(),
        Some("{}")
    );
    assert_eq!(parts(r#"{"items":[{}"#, 5).1, None);
}

#[test]
fn of_an_object_that_is_too_long_only_its_beginning_is_held() {
    let long = format!(
        r#"{{"metadata":{{"name":"a"}},"data":{{"k":"{}"}}}}"#,
        "<".repeat(3 << 20)
    );
    let text = format!(r#"{{"metadata":{{}},"items":[{long},{{"b":1}}]}}"#);
    let (items, head) = parts(&text, 16 << 10);
    let [BoundedText::Cut(prefix), BoundedText::Whole(second)] = items.as_slice() else {
        panic!("{} items", items.len());
    };
    assert!(prefix.starts_with(r#"{"metadata":{"name":"a"}"#) && prefix.len() <= PREFIX_BYTES);
    assert_eq!(second, r#"{"b":1}"#);
    assert_eq!(head.as_deref(), Some("{}"));
}
