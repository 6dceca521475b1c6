//! Ignore comments: `# leaselint: ignore[rule, rule] until=2027-01-31 reason`, on the line itself, alone on the line
//! above, or above an object's first line for the whole object.

use super::{Day, ReasonWords};
use manifest::text::{FileSpan, Span};
use manifest::tree::{Comment, Document};

/// One rule's name inside an ignore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredRule {
    /// As written.
    pub id: String,
    /// Where.
    pub span: Span,
}

/// One ignore comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentIgnore {
    /// The rules it names, in order.
    pub rules: Vec<IgnoredRule>,
    /// The reason; empty when none is given.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// The text after `until=`, when it is no date.
    pub bad_until: Option<String>,
    /// The whole comment.
    pub span: Span,
}

/// What a comment for leaselint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// An ignore.
    Ignore(CommentIgnore),
    /// It begins with `leaselint:` and cannot be understood; the reason.
    Malformed(String),
}

/// Reads a comment's text (with or without `#`); `None` for a comment that is not for leaselint.
///
/// `start` is the byte of the file at which `text` begins.
#[must_use]
pub fn directive(text: &str, start: u32) -> Option<Directive> {
    let body = text.trim_start_matches('#').trim_start();
    let rest = body.strip_prefix("leaselint:")?;
    let offset_of = |part: &str| {
        let at = part.as_ptr().addr() - text.as_ptr().addr();
        start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
    };
    let trimmed = rest.trim_start();
    let Some(after) = trimmed.strip_prefix("ignore") else {
        let word: String = trimmed
            .chars()
            .take_while(|c| !c.is_whitespace())
            .take(40)
            .collect();
        return Some(Directive::Malformed(format!(
            "`{word}` is no directive; only `ignore[rule] reason` is"
        )));
    };
    let after = after.trim_start();
    let Some((list, tail)) = after
        .strip_prefix('[')
        .and_then(|inside| inside.split_once(']'))
    else {
        return Some(Directive::Malformed(
            "the rules must stand in brackets: `ignore[rule] reason`".into(),
        ));
    };
    let mut rules = Vec::new();
    for part in list.split(',') {
        let id = part.trim();
        if id.is_empty() {
            return Some(Directive::Malformed(
                "a rule's name is missing in the brackets".into(),
            ));
        }
        let from = offset_of(id);
        let to = from.saturating_add(u32::try_from(id.len()).unwrap_or(0));
        rules.push(IgnoredRule {
            id: id.to_owned(),
            span: Span::new(from, to),
        });
    }
    let words = ReasonWords::of(tail);
    let end = start.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
    Some(Directive::Ignore(CommentIgnore {
        rules,
        reason: words.others.join(" "),
        until: words.until.and_then(Result::ok),
        bad_until: words.until.and_then(Result::err).map(str::to_owned),
        span: Span::new(start, end),
    }))
}

/// What an ignore holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IgnoreReach {
    /// The lines from the first to the last byte.
    Line(Span),
    /// A whole object (or document).
    Object(Span),
}

/// An ignore of a document with what it holds for.
pub(super) struct PlacedComment {
    pub ignore: CommentIgnore,
    pub reach: IgnoreReach,
    pub place: FileSpan,
}

/// A comment for leaselint that cannot be understood.
pub(super) struct UnclearComment {
    pub place: FileSpan,
    pub reason: String,
}

/// Finds the ignore comments of a document. `objects` are the spans of its objects.
pub(super) fn ignores_of(
    document: &Document,
    objects: &[Span],
) -> (Vec<PlacedComment>, Vec<UnclearComment>) {
    let mut placed = Vec::new();
    let mut unclear = Vec::new();
    for comment in document.comments() {
        let text = comment_text(document, comment);
        let place = FileSpan {
            file: document.file(),
            span: comment.span,
        };
        match directive(text, comment.span.start) {
            None => {}
            Some(Directive::Malformed(reason)) => unclear.push(UnclearComment { place, reason }),
            Some(Directive::Ignore(ignore)) => {
                let reach = reach_of(document, comment, objects);
                placed.push(PlacedComment {
                    ignore,
                    reach,
                    place,
                });
            }
        }
    }
    (placed, unclear)
}

/// A byte of the file, counted from the first byte of its document.
fn offset_in(base: u32, byte: u32) -> usize {
    usize::try_from(byte.saturating_sub(base)).unwrap_or(usize::MAX)
}

fn comment_text<'d>(document: &'d Document, comment: &Comment) -> &'d str {
    let base = document.span().start;
    let from = offset_in(base, comment.span.start);
    let to = offset_in(base, comment.span.end);
    document.text().get(from..to).unwrap_or_default()
}

fn reach_of(document: &Document, comment: &Comment, objects: &[Span]) -> IgnoreReach {
    let base = document.span().start;
    let text = document.text();
    let at = offset_in(base, comment.span.start);
    if !comment.own_line {
        return IgnoreReach::Line(line_around(text, base, at));
    }
    // The next line that holds something: an object's first line makes it hold for the object.
    let mut from = offset_in(base, comment.span.end).min(text.len());
    loop {
        let Some(next) = text
            .get(from..)
            .and_then(|rest| rest.find('\n'))
            .map(|n| from + n + 1)
        else {
            return IgnoreReach::Line(line_around(text, base, at));
        };
        let line = text.get(next..).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') || content.trim_end() == "---" {
            from = next;
            if next >= text.len() {
                return IgnoreReach::Line(line_around(text, base, at));
            }
            continue;
        }
        let indent = line.len() - content.len();
        // A list item's mapping begins after its dash.
        let dash = content.len() - content.trim_start_matches(['-', ' ']).len();
        let starts = [next + indent, next + indent + dash];
        let object = objects.iter().find(|span| {
            starts
                .iter()
                .any(|start| offset_in(base, span.start) == *start)
        });
        return match object {
            Some(span) => IgnoreReach::Object(*span),
            None => IgnoreReach::Line(line_around(text, base, next)),
        };
    }
}

/// The line that holds byte `at` of the document's text, as a span of the file.
fn line_around(text: &str, base: u32, at: usize) -> Span {
    let at = at.min(text.len());
    let start = text
        .get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |n| n + 1);
    let end = text
        .get(at..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |n| at + n);
    let clamp = |n: usize| base.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
    Span::new(clamp(start), clamp(end))
}

impl IgnoreReach {
    pub(super) fn covers(self, span: Span) -> bool {
        match self {
            Self::Line(line) => span.start >= line.start && span.start <= line.end,
            Self::Object(object) => {
                span.start >= object.start && span.start < object.end.max(object.start + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::file::kubectl_view;
    use objects::objects_of;

    use super::*;

    /// The lines, from 1, of which the first word is covered by the only ignore of a text.
    fn covered(text: &str) -> Vec<usize> {
        let (documents, _) = kubectl_view(text.as_bytes());
        let [document] = documents.as_slice() else {
            panic!("{} documents", documents.len());
        };
        let (objects, _) = objects_of(document);
        let spans: Vec<Span> = objects.iter().map(|object| object.node().span()).collect();
        let (placed, unclear) = ignores_of(document, &spans);
        assert!(unclear.is_empty());
        let [ignore] = placed.as_slice() else {
            panic!("{} ignores", placed.len());
        };
        let mut lines = Vec::new();
        let mut start = 0;
        for (line, number) in text.split_inclusive('\n').zip(1..) {
            if let Some(word) = line.find(char::is_alphabetic) {
                let at = u32::try_from(start + word).expect("a short text");
                if !line.starts_with('#') && ignore.reach.covers(Span::new(at, at + 1)) {
                    lines.push(number);
                }
            }
            start += line.len();
        }
        lines
    }

    #[test]
    fn an_ignore_holds_for_a_line_or_an_object() {
        let ignore = "# leaselint: ignore[single-replica] known";
        for (text, lines) in [
            (format!("kind: A\na: 1 {ignore}\nb: 2\n"), vec![2]),
            (format!("kind: A\n{ignore}\na: 1\nb: 2\n"), vec![3]),
            (
                format!("kind: A\n{ignore}\n\n# more\na: 1\nb: 2\n"),
                vec![5],
            ),
            (format!("kind: A\na: 1\n{ignore}\n"), vec![]),
            (format!("{ignore}\nkind: A\na: 1\n"), vec![2, 3]),
            (
                format!(
                    "kind: List\napiVersion: v1\nitems:\n{ignore}\n- kind: A\n  a: 1\n- kind: B\n"
                ),
                vec![5, 6],
            ),
        ] {
            assert_eq!(covered(&text), lines, "{text}");
        }
    }
}
