//! Parts of one rendered line, and what of its template's line gave them.

use super::template::{PartKind, parts};

/// A part of a rendered line, and the part of the template's line that it comes from. Bytes count from the beginning of
/// each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderedPiece {
    /// The first byte in the rendered line. A piece ends where the next one begins.
    pub start: usize,
    /// The first byte in the template's line.
    pub source_start: usize,
    /// One past the last byte there.
    pub source_end: usize,
    /// The same bytes stand there.
    pub is_literal: bool,
}

/// Aligns a rendered line with the line of the template that printed it. Where the literal texts of the template's line
/// do not stand in the rendered one, in order, the whole line is one piece.
#[must_use]
pub fn pieces(rendered: &str, template: &str) -> Vec<RenderedPiece> {
    aligned(rendered, template).unwrap_or_else(|| verbatim(rendered, template))
}

/// A literal text of a line, without spaces at the line's ends.
struct Literal<'t> {
    text: &'t str,
    start: usize,
}

fn aligned(rendered: &str, template: &str) -> Option<Vec<RenderedPiece>> {
    let parts = parts(template);
    // Of alternatives on one line it is not known which one was printed.
    let is_plain = |kind| matches!(kind, PartKind::Literal | PartKind::Output);
    if !parts.iter().all(|part| is_plain(part.kind)) {
        return None;
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut pieces = Vec::new();
    let mut at = indent(rendered);
    let end = rendered.trim_end().len();
    let count = parts.len();
    for (number, part) in parts.iter().enumerate() {
        if part.kind == PartKind::Output {
            pieces.push(RenderedPiece {
                start: at,
                source_start: part.start,
                source_end: part.end(),
                is_literal: false,
            });
            continue;
        }
        let mut literal = Literal {
            text: part.text,
            start: part.start,
        };
        if number == 0 {
            let skipped = indent(literal.text);
            literal.text = literal.text.trim_start();
            literal.start += skipped;
        }
        if number + 1 == count {
            literal.text = literal.text.trim_end();
        }
        if literal.text.is_empty() {
            continue;
        }
        let rest = rendered.get(at..end)?;
        let found = if number == 0 {
            rest.starts_with(literal.text).then_some(0)?
        } else if number + 1 == count {
            rest.strip_suffix(literal.text)?.len()
        } else {
            rest.find(literal.text)?
        };
        at += found;
        pieces.push(RenderedPiece {
            start: at,
            source_start: literal.start,
            source_end: literal.start + literal.text.len(),
            is_literal: true,
        });
        at += literal.text.len();
    }
    // What is left over must be an expression's.
    let is_complete = at == end || pieces.last().is_some_and(|piece| !piece.is_literal);
    // An expression that printed nothing leaves no piece.
    let mut kept: Vec<RenderedPiece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if kept.last().is_some_and(|last| last.start == piece.start) {
            kept.pop();
        }
        kept.push(piece);
    }
    if kept.len() > 1 && kept.last().is_some_and(|last| last.start == end) {
        kept.pop();
    }
    (is_complete && !kept.is_empty()).then_some(kept)
}

/// Words of the rendered line that stand once in the template's line; all else is the whole line of the template.
fn verbatim(rendered: &str, template: &str) -> Vec<RenderedPiece> {
    let content = template.trim();
    let from = template.len() - template.trim_start().len();
    let whole = |start| RenderedPiece {
        start,
        source_start: from,
        source_end: from + content.len(),
        is_literal: false,
    };
    let mut pieces = Vec::new();
    let first = rendered.len() - rendered.trim_start().len();
    let mut at = first;
    for word in rendered.trim().split_inclusive(' ') {
        let bare = word.trim_end();
        let mut found = template.match_indices(bare);
        match (found.next(), found.next()) {
            (Some((source, _)), None) if bare.len() > 2 => {
                pieces.push(RenderedPiece {
                    start: at,
                    source_start: source,
                    source_end: source + bare.len(),
                    is_literal: true,
                });
                pieces.push(whole(at + bare.len()));
            }
            _ => pieces.push(whole(at)),
        }
        at += word.len();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of the rendered line with those of the template's line.
    fn shown<'t>(rendered: &'t str, template: &'t str) -> Vec<(&'t str, &'t str)> {
        let pieces = pieces(rendered, template);
        let ends = pieces.iter().skip(1).map(|piece| piece.start);
        let ends = ends.chain([rendered.len()]);
        pieces
            .iter()
            .zip(ends)
            .map(|(piece, end)| {
                let source = template.get(piece.source_start..piece.source_end).unwrap();
                let text = rendered.get(piece.start..end).unwrap();
                assert!(
                    !piece.is_literal || text.starts_with(source),
                    "{text} {source}"
                );
                (text, source)
            })
            .collect()
    }

    #[test]
    fn literals_and_expressions() {
        assert_eq!(
            shown("  - --elect=true", "    - --elect={{ .Values.elect }}  "),
            [
                ("- --elect=", "- --elect="),
                ("true", "{{ .Values.elect }}")
            ]
        );
        assert_eq!(
            shown("a: \"x:1\"", "a: \"{{ .x }}:{{ .y }}\""),
            [
                ("a: \"", "a: \""),
                ("x", "{{ .x }}"),
                (":", ":"),
                ("1", "{{ .y }}"),
                ("\"", "\"")
            ]
        );
        assert_eq!(
            shown("replicas: 1", "replicas: 1"),
            [("replicas: 1", "replicas: 1")]
        );
        assert_eq!(
            shown("  - --a", "{{- toYaml .x }}"),
            [("- --a", "{{- toYaml .x }}")]
        );
        assert_eq!(shown("a:", "a:{{ .x }}"), [("a:", "a:")]);
    }

    #[test]
    fn where_it_cannot_be_aligned_words_are_found() {
        let template = "- --elect{{ if .x }}=true{{ end }}";
        assert_eq!(
            shown("- --elect=true", template),
            [("- ", template), ("--elect=true", template)]
        );
        let template = "- --name={{ if .x }}a{{ end }} --elect";
        assert_eq!(
            shown("- --name= --elect", template),
            [
                ("- ", template),
                ("--name=", "--name="),
                (" ", template),
                ("--elect", "--elect"),
                ("", template)
            ]
        );
    }
}
