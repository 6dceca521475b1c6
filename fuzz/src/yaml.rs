//! Reading: nothing panics, and every place lies in the text it is a place of.

use manifest::file::{ParsedFile, ReadOptions, kubectl_view, read};
use manifest::text::{FileId, Span};
use manifest::tree::{Document, Node, ReadLimits};
use manifest::yaml::parse_embedded;

/// Nodes of a document that are looked at one by one; asking for a path costs time for each.
const MOST_NODES: usize = 300;

/// Reads bytes in every way there is and looks at all that comes out.
pub fn yaml_read(bytes: &[u8]) {
    let limits = ReadLimits {
        nodes: 50_000,
        alias_expansion: 50_000,
        ..ReadLimits::default()
    };
    let all = reading(bytes, true, limits, true);
    for document in &all.documents {
        check_document(document, limits);
    }
    for unread in &all.unread {
        assert!(unread.position.line >= 1 && unread.position.column >= 1);
        assert!(!unread.reason.is_empty());
    }
    check_counts(&all);

    let quiet = reading(bytes, false, limits, true);
    assert!(
        quiet.unread.len() <= all.unread.len(),
        "fewer documents named, more read"
    );
    check_counts(&quiet);
    let none = reading(bytes, true, limits, false);
    assert!(none.documents.is_empty(), "nobody wanted it");

    let tight = ReadLimits {
        bytes: 1 << 10,
        nodes: 20,
        members: 10,
        alias_expansion: 10,
        depth: 4,
    };
    for document in &reading(bytes, true, tight, true).documents {
        check_document(document, tight);
    }
    // kubectl stops at the first error, we read on; what it delivers we deliver too.
    let (delivered, _) = kubectl_view(bytes);
    assert!(
        delivered.len()
            <= reading(bytes, true, ReadLimits::default(), true)
                .documents
                .len()
    );
}

fn reading(bytes: &[u8], explicit: bool, limits: ReadLimits, wanted: bool) -> ParsedFile {
    let options = ReadOptions {
        filter: &|_| wanted,
        explicit,
        limits,
    };
    read(FileId(3), bytes, &options)
}

fn check_counts(reading: &ParsedFile) {
    let counts = reading.counts;
    assert!(counts.objects <= counts.documents);
    assert!(counts.skipped <= counts.documents);
}

/// Every span of a document lies in it, on character boundaries, and has a position and a path.
pub(crate) fn check_document(document: &Document, limits: ReadLimits) {
    assert_eq!(document.file(), FileId(3));
    let whole = document.span();
    assert_eq!(whole.len() as usize, document.text().len());
    let mut open = vec![document.root()];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > MOST_NODES {
            break;
        }
        check_node(document, node, whole);
        if node.as_str().is_some_and(|text| text.contains('\n'))
            && let Ok(inner) = parse_embedded(document, node, limits)
        {
            check_embedded(&inner, node.resolved().span());
        }
        open.extend(node.items());
        open.extend(node.entries().map(|entry| entry.value));
    }
    for comment in document.comments() {
        let text = piece(document, comment.span);
        assert_eq!(text.strip_prefix('#'), Some(&*comment.text));
        let _ = document.path_at(comment.span.start);
    }
    for duplicate in document.duplicates() {
        piece(document, duplicate.span);
        piece(document, duplicate.first);
    }
    for offset in [
        0,
        whole.start,
        whole.end,
        whole.end.saturating_add(9),
        u32::MAX,
    ] {
        let _ = (document.position(offset), document.path_at(offset));
    }
    let last = document.position(whole.end).line;
    for line in [0, 1, last, last.saturating_add(1), u32::MAX] {
        let _ = document.line_text(line);
    }
}

fn check_node(document: &Document, node: Node<'_>, whole: Span) {
    let span = node.span();
    piece(document, span);
    let start = document.position(span.start);
    assert!(start <= document.position(span.end), "{span:?}");
    let path = document.path_at(span.start);
    assert!(path.starts_with('$'));
    if let Some(value) = node.scalar_text() {
        for byte in (0..=value.len()).take(200) {
            if let Some(offset) = node.inner_offset(byte) {
                assert!((whole.start..=whole.end).contains(&offset));
            }
        }
        assert_eq!(node.inner_offset(value.len() + 1), None);
    }
    for entry in node.entries() {
        piece(document, entry.key_span);
        assert!(node.get(entry.key).is_some());
    }
}

/// The text of a span of a document.
fn piece(document: &Document, span: Span) -> &str {
    let base = document.span().start;
    let from = span.start.checked_sub(base).expect("after the start") as usize;
    let to = span.end.checked_sub(base).expect("after the start") as usize;
    document.text().get(from..to).expect("a piece of the text")
}

/// Places in an embedded document are places of the scalar that holds it.
fn check_embedded(document: &Document, holder: Span) {
    let inside = |span: Span| {
        assert!(span.start <= span.end, "{span:?}");
        assert!(
            holder.start <= span.start && span.end <= holder.end,
            "{span:?} is not in {holder:?}"
        );
    };
    let mut open = vec![document.root()];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > MOST_NODES {
            break;
        }
        inside(node.span());
        let _ = document.position(node.span().start);
        open.extend(node.items());
        for entry in node.entries() {
            inside(entry.key_span);
            open.push(entry.value);
        }
    }
    for comment in document.comments() {
        inside(comment.span);
    }
}
