//! Ignore comments in files that are no manifests: `// leaselint: ignore[rule] reason` in Go, `# leaselint: ...` in
//! templates, values and bases of what is rendered, and `{{/* leaselint: ... */}}` in templates. On the line itself, alone
//! on the line above, or, where objects are written, above the first line of one.

use super::comment::{Directive, IgnoreReach, PlacedComment, UnclearComment, directive};
use manifest::text::{FileId, FileSpan, Span, to_offset};

/// How comments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentStyle {
    /// `//`.
    Slashes,
    /// `#`, and `{{/* */}}` of Go's templates.
    Hash,
}

/// Finds the ignore comments of a text.
pub(super) fn ignores_in_source(
    file: FileId,
    text: &str,
    style: CommentStyle,
) -> (Vec<PlacedComment>, Vec<UnclearComment>) {
    let mut placed = Vec::new();
    let mut unclear = Vec::new();
    for (at, _) in text.match_indices("leaselint:") {
        let line_start = start_of_line(text, at);
        let before = text.get(line_start..at).unwrap_or_default();
        let Some((code, mark)) = style.code_before(before) else {
            continue;
        };
        // Inside a string it is no comment.
        if code.matches('"').count() % 2 == 1 || code.matches('`').count() % 2 == 1 {
            continue;
        }
        let line_end = end_of_line(text, at);
        let mut end = line_end;
        if mark == "/*" {
            let inside = text.get(at..line_end).unwrap_or_default();
            end = at + inside.find("*/").unwrap_or(inside.len());
        }
        let place = FileSpan {
            file,
            span: Span::new(to_offset(line_start + code.len()), to_offset(end)),
        };
        match directive(text.get(at..end).unwrap_or_default(), to_offset(at)) {
            None => {}
            Some(Directive::Malformed(reason)) => unclear.push(UnclearComment { place, reason }),
            Some(Directive::Ignore(ignore)) => {
                let reach = if code.trim().is_empty() {
                    style.reach_below(text, line_end)
                } else {
                    IgnoreReach::Line(Span::new(to_offset(line_start), to_offset(line_end)))
                };
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

impl CommentStyle {
    /// What stands before the comment that a line's beginning ends with, and the comment's mark.
    fn code_before(self, before: &str) -> Option<(&str, &'static str)> {
        let before = before.trim_end();
        match self {
            Self::Slashes => Some((before.strip_suffix("//")?, "//")),
            Self::Hash => {
                if let Some(code) = before.strip_suffix("/*") {
                    let code = code.trim_end_matches([' ', '\t', '-']);
                    return Some((code.strip_suffix("{{")?, "/*"));
                }
                let code = before.strip_suffix('#')?;
                let is_comment = code.is_empty() || code.ends_with([' ', '\t']);
                is_comment.then_some((code, "#"))
            }
        }
    }

    /// What a comment alone on its line holds for.
    fn reach_below(self, text: &str, mut end: usize) -> IgnoreReach {
        loop {
            let start = (end + 1).min(text.len());
            end = end_of_line(text, start);
            let line = text.get(start..end).unwrap_or_default();
            if start < text.len() && self.is_skipped(line.trim()) {
                continue;
            }
            let is_object = self == Self::Hash
                && ["apiVersion:", "kind:", "metadata:"]
                    .iter()
                    .any(|key| line.starts_with(key));
            if !is_object {
                return IgnoreReach::Line(Span::new(to_offset(start), to_offset(end)));
            }
            let rest = text.get(start..).unwrap_or_default();
            let object_end = rest.find("\n---").map_or(text.len(), |at| start + at);
            return IgnoreReach::Object(Span::new(to_offset(start), to_offset(object_end)));
        }
    }

    /// Whether a line holds nothing that a finding could be about.
    fn is_skipped(self, line: &str) -> bool {
        match self {
            Self::Slashes => line.is_empty() || line.starts_with("//"),
            Self::Hash => {
                line.is_empty()
                    || line.starts_with('#')
                    || line == "---"
                    || (line.starts_with("{{")
                        && line.ends_with("}}")
                        && line.matches("{{").count() == 1)
            }
        }
    }
}

fn start_of_line(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

fn end_of_line(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |newline| at + newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(text: &str) -> String {
        let (placed, unclear) = ignores_in_source(FileId(0), text, CommentStyle::Hash);
        assert!(unclear.is_empty());
        let [comment] = placed.as_slice() else {
            return format!("{} comments", placed.len());
        };
        assert_eq!(comment.ignore.reason, "known");
        let (IgnoreReach::Line(span) | IgnoreReach::Object(span)) = comment.reach;
        text.get(span.range()).expect("inside").to_owned()
    }

    #[test]
    fn comments_of_templates_and_values() {
        let line = "replicas: {{ .Values.n }} # leaselint: ignore[single-replica] known";
        assert_eq!(reach(line), line);
        assert_eq!(
            reach("{{- /* leaselint: ignore[single-replica] known */ -}}\nreplicas: 1\nx: 1\n"),
            "replicas: 1"
        );
        assert_eq!(
            reach(
                "# leaselint: ignore[single-replica] known\n{{- if .x }}\napiVersion: v1\nkind: A\n---\nb: 1\n"
            ),
            "apiVersion: v1\nkind: A"
        );
        assert_eq!(
            reach("a: \"x # leaselint: ignore[a] known\"\n"),
            "0 comments"
        );
        assert_eq!(reach("a: b# leaselint: ignore[a] known\n"), "0 comments");
    }
}
