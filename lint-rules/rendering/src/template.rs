//! Go templates, cut into literal text and actions as `text/template` cuts them (Go 1.26, text/template/parse/lex.go).

/// What a part of a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// Text that is taken over.
    Literal,
    /// An action that prints something.
    Output,
    /// `if`, `range`, `with` and what else has an end; and whether it defines a template.
    Open { is_definition: bool },
    /// `end`.
    End,
    /// Any other action that prints nothing: `else`, assignments, comments.
    Silent,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TemplatePart<'t> {
    /// Its first byte.
    pub start: usize,
    /// Its text, braces included.
    pub text: &'t str,
    pub kind: PartKind,
    /// An action takes away the space behind it.
    pub trims_right: bool,
}

impl TemplatePart<'_> {
    /// One past the last byte.
    pub(crate) const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The parts of a template, in order. A text that Go refuses ends with one long action.
pub(crate) fn parts(text: &str) -> Vec<TemplatePart<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let literal = rest.find("{{").unwrap_or(rest.len());
        if literal > 0 {
            parts.push(TemplatePart {
                start: at,
                text: rest.get(..literal).unwrap_or_default(),
                kind: PartKind::Literal,
                trims_right: false,
            });
            at += literal;
            continue;
        }
        let length = action_length(rest);
        let action = rest.get(..length).unwrap_or_default();
        parts.push(TemplatePart {
            start: at,
            text: action,
            kind: kind_of(action),
            trims_right: action.ends_with("-}}"),
        });
        at += length.max(1);
    }
    parts
}

/// The bytes of the action at the beginning of a text.
fn action_length(text: &str) -> usize {
    let body = text.get(2..).unwrap_or_default();
    let inner = body.strip_prefix('-').unwrap_or(body);
    if inner.trim_start().starts_with("/*") {
        let end = body.find("*/").and_then(|comment| {
            let after = body.get(comment..)?;
            Some(comment + after.find("}}")? + 2)
        });
        return end.map_or(text.len(), |end| end + 2);
    }
    let mut quote: Option<u8> = None;
    let mut is_escaped = false;
    let bytes = body.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(b'`') if *byte == b'`' => quote = None,
            Some(b'`') => {}
            Some(_) if *byte == b'\\' => is_escaped = true,
            Some(open) if *byte == open => quote = None,
            // Only a raw string goes on behind the end of a line.
            Some(_) if *byte == b'\n' => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'`' | b'\'') => quote = Some(*byte),
            None if *byte == b'}' && bytes.get(at + 1) == Some(&b'}') => return at + 4,
            None => {}
        }
    }
    text.len()
}

fn kind_of(action: &str) -> PartKind {
    let body = inner(action);
    let word = body
        .split(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or_default();
    match word {
        "if" | "range" | "with" => PartKind::Open {
            is_definition: false,
        },
        "define" | "block" => PartKind::Open {
            is_definition: true,
        },
        "end" => PartKind::End,
        "else" | "break" | "continue" | "" => PartKind::Silent,
        _ if word.starts_with("/*") => PartKind::Silent,
        _ if word.starts_with('$') && is_assignment(body) => PartKind::Silent,
        _ => PartKind::Output,
    }
}

/// An action without its braces and trim marks.
pub(crate) fn inner(action: &str) -> &str {
    let body = action.strip_prefix("{{").unwrap_or(action);
    let body = body.strip_suffix("}}").unwrap_or(body);
    let body = body.strip_prefix('-').unwrap_or(body);
    body.strip_suffix('-').unwrap_or(body).trim()
}

/// Whether a body that begins with a variable sets it: `$x := ...`, `$x = ...`.
fn is_assignment(body: &str) -> bool {
    let end = body.find(|c: char| c.is_whitespace() || c == ':' || c == '=');
    let rest = end.and_then(|end| body.get(end..)).unwrap_or_default();
    let rest = rest.trim_start();
    rest.starts_with(":=") || (rest.starts_with('=') && !rest.starts_with("=="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, PartKind)> {
        let whole: String = parts(text).iter().map(|part| part.text).collect();
        assert_eq!(whole, text);
        parts(text)
            .into_iter()
            .map(|part| (part.text, part.kind))
            .collect()
    }

    #[test]
    fn actions_are_sorted_by_what_they_do() {
        use PartKind::{End, Literal, Open, Output, Silent};
        let open = |is_definition| Open { is_definition };
        assert_eq!(
            kinds("a: {{ .x }}\n{{- if eq .y \"}}\" }}b{{ else }}c{{ end -}}"),
            [
                ("a: ", Literal),
                ("{{ .x }}", Output),
                ("\n", Literal),
                ("{{- if eq .y \"}}\" }}", open(false)),
                ("b", Literal),
                ("{{ else }}", Silent),
                ("c", Literal),
                ("{{ end -}}", End),
            ]
        );
        assert_eq!(kinds("{{- /* }} */ -}}x").len(), 2);
        assert_eq!(
            kinds("{{ define \"a\" }}"),
            [("{{ define \"a\" }}", open(true))]
        );
        assert_eq!(kinds("{{- $x := 1 }}"), [("{{- $x := 1 }}", Silent)]);
        assert_eq!(kinds("{{ $x }}"), [("{{ $x }}", Output)]);
        assert_eq!(kinds("{{ `a\n}}` }}b").len(), 2);
    }

    #[test]
    fn what_go_refuses_ends_somewhere() {
        for text in ["{{", "{{ \"", "{{/*", "{{ ` }}", "é{{é", "{{}}"] {
            kinds(text);
        }
    }
}
