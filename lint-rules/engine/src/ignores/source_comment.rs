//! Ignore comments in files of source: `// leaselint: ignore[rule] reason`, on the line itself or alone on the line above.

use super::comment::{Directive, IgnoreReach, PlacedComment, UnclearComment, directive};
use manifest::text::{FileId, FileSpan, Span, to_offset};

/// Finds the ignore comments of a text.
pub(super) fn ignores_in_source(
    file: FileId,
    text: &str,
) -> (Vec<PlacedComment>, Vec<UnclearComment>) {
    let mut placed = Vec::new();
    let mut unclear = Vec::new();
    for (at, _) in text.match_indices("leaselint:") {
        let line_start = start_of_line(text, at);
        let before = text.get(line_start..at).unwrap_or_default();
        let Some(code) = before.trim_end().strip_suffix("//") else {
            continue;
        };
        // Inside a string it is no comment.
        if code.matches('"').count() % 2 == 1 || code.matches('`').count() % 2 == 1 {
            continue;
        }
        let end = end_of_line(text, at);
        let place = FileSpan {
            file,
            span: Span::new(to_offset(line_start + code.len()), to_offset(end)),
        };
        match directive(text.get(at..end).unwrap_or_default(), to_offset(at)) {
            None => {}
            Some(Directive::Malformed(reason)) => unclear.push(UnclearComment { place, reason }),
            Some(Directive::Ignore(ignore)) => {
                let line = if code.trim().is_empty() {
                    next_code_line(text, end)
                } else {
                    Span::new(to_offset(line_start), to_offset(end))
                };
                placed.push(PlacedComment {
                    ignore,
                    reach: IgnoreReach::Line(line),
                    place,
                });
            }
        }
    }
    (placed, unclear)
}

fn start_of_line(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

fn end_of_line(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |newline| at + newline)
}

/// The next line that holds more than a comment.
fn next_code_line(text: &str, mut end: usize) -> Span {
    loop {
        let start = (end + 1).min(text.len());
        end = end_of_line(text, start);
        let line = text.get(start..end).unwrap_or_default().trim_start();
        if start >= text.len() || !(line.is_empty() || line.starts_with("//")) {
            return Span::new(to_offset(start), to_offset(end));
        }
    }
}
