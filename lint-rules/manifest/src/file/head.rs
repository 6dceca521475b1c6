//! The kind and API version of a document, found without parsing it.

use memchr::memmem;

/// What is known of a document without parsing it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'t> {
    /// The raw text of the document.
    pub text: &'t str,
    /// The value of the one column-0 `kind:` line, if it is a plain or simply quoted
    /// word and nothing else in the document could be its `kind`.
    pub kind: Option<&'t str>,
    /// The same for `apiVersion:`.
    pub api_version: Option<&'t str>,
}

impl<'t> Head<'t> {
    /// The head of the text of one document.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self {
            text,
            kind: only_value(text, "kind"),
            api_version: only_value(text, "apiVersion"),
        }
    }
}

/// Whether the text holds the bytes of either key that makes an object. Escapes in
/// JSON or in double quotes could spell them otherwise; no tool writes that, and such
/// an object is not checked.
pub(super) fn mentions_an_object(text: &str) -> bool {
    let bytes = text.as_bytes();
    memmem::find(bytes, b"kind").is_some() || memmem::find(bytes, b"apiVersion").is_some()
}

/// Whether there are lines that look like the keys `kind` and `apiVersion`, quoted or
/// not: the author intended an object.
pub(super) fn looks_like_an_object(text: &str) -> bool {
    has_key(text, "kind") && has_key(text, "apiVersion")
}

fn has_key(text: &str, key: &str) -> bool {
    memmem::find_iter(text.as_bytes(), key.as_bytes()).any(|at| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let after = text.as_bytes().get(at + key.len()..).unwrap_or_default();
        let opened = match before.last() {
            // A template may print nothing before the key: `{{- end }}apiVersion:`.
            None | Some(b'\n' | b'\r' | b' ' | b'\t' | b'{' | b'}' | b',' | b'"' | b'\'') => true,
            Some(_) => false,
        };
        let after = match after.first() {
            Some(b'"' | b'\'') => after.get(1..).unwrap_or_default(),
            _ => after,
        };
        let closed = after
            .iter()
            .find(|b| !matches!(b, b' ' | b'\t'))
            .is_some_and(|b| *b == b':');
        opened && closed
    })
}

/// The value of the only column-0 line for `key`.
fn only_value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    let mut found = None;
    for at in memmem::find_iter(bytes, key.as_bytes()) {
        let end = at + key.len();
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        match (before, bytes.get(end)) {
            (None | Some(b'\n' | b'\r'), Some(b':')) if found.is_some() => return None,
            (None | Some(b'\n' | b'\r'), Some(b':')) => found = Some(end + 1),
            // A quoted key, or one in a flow mapping: the parser decides which one is used.
            (Some(b'"' | b'\''), Some(b'"' | b'\'')) => return None,
            (Some(b'{' | b','), Some(b':')) => return None,
            _ => {}
        }
    }
    let rest = text.get(found?..)?;
    let line = rest.split('\n').next().unwrap_or(rest);
    // `kind:Pod` is one word, not a key.
    if !line.starts_with([' ', '\t']) {
        return None;
    }
    let comment = line.find(" #").or_else(|| line.find("\t#"));
    let line = comment.and_then(|at| line.get(..at)).unwrap_or(line);
    let line = line.trim_matches([' ', '\t', '\r']);
    let word = line
        .strip_prefix('"')
        .and_then(|line| line.strip_suffix('"'))
        .or_else(|| {
            line.strip_prefix('\'')
                .and_then(|line| line.strip_suffix('\''))
        })
        .unwrap_or(line);
    let simple = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'-' | b'_');
    (!word.is_empty() && word.bytes().all(simple)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_line_counts() {
        let head =
            Head::of("apiVersion: apps/v1\nkind: \"Deployment\" # x\nspec:\n  kind: Other\n");
        assert_eq!(head.kind, Some("Deployment"));
        assert_eq!(head.api_version, Some("apps/v1"));
    }

    #[test]
    fn an_ambiguous_kind_is_none() {
        for text in [
            "kind: A\nkind: B\n",
            "kind: A\n\"kind\": B\n",
            "{\"kind\": \"A\"}",
            "kind:A\n",
            "kind: {{ .x }}\n",
            "kind:\n  A\n",
            " kind: A\n",
        ] {
            assert_eq!(Head::of(text).kind, None, "{text:?}");
        }
    }

    #[test]
    fn objects_are_recognised_however_written() {
        assert!(looks_like_an_object(
            "{\"apiVersion\": \"v1\", \"kind\" : \"A\""
        ));
        assert!(looks_like_an_object("'kind': A\n\tapiVersion: v1"));
        assert!(looks_like_an_object(
            "{{- if .x }}apiVersion: v1\nkind: {{ .y }}"
        ));
        assert!(looks_like_an_object("# a\rapiVersion: v1\rkind: A\r"));
        assert!(!looks_like_an_object("mankind: A\napiVersion: v1"));
    }
}
