//! Cutting a file into documents, as kubectl cuts it.
//!
//! The rules are those of `YAMLOrJSONDecoder` and `YAMLReader` in apimachinery
//! `pkg/util/yaml/decoder.go`: a text that starts with `{` is read as concatenated
//! JSON values until that fails; YAML is cut at column-0 `---` lines and nowhere else.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::json;

/// How many bytes kubectl reads ahead to decide between JSON and YAML.
const PEEKED_BYTES: usize = 4096;

/// One piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// One JSON value, syntactically right.
    Json(Range<usize>),
    /// The text of one YAML document. kubectl does not deliver it if it finds a bad
    /// separator first.
    Yaml {
        range: Range<usize>,
        is_before_bad_separator: bool,
    },
    /// A line that starts with `---` and goes on with something else.
    BadSeparator(Range<usize>),
    /// A JSON syntax error from which kubectl does not fall back to YAML.
    BadJson(json::JsonError),
}

/// The pieces of a text, and the JSON error that made kubectl turn to YAML, if any.
pub(super) fn split(text: &str) -> (Vec<Piece>, Option<json::JsonError>) {
    let mut pieces = Vec::new();
    if !starts_like_json(text) {
        split_yaml(text, 0, &mut pieces);
        return (pieces, None);
    }
    let mut at = 0;
    loop {
        let start = json::skip_space(text.as_bytes(), at);
        if start >= text.len() {
            return (pieces, None);
        }
        match json::end_of_value(text.as_bytes(), start) {
            Ok(end) => {
                pieces.push(Piece::Json(start..end));
                at = end;
            }
            // One value may be the first of a YAML stream; after two the stream is JSON.
            // We read on as YAML all the same, to judge what can be judged.
            Err(problem) if pieces.len() > 1 => {
                pieces.push(Piece::BadJson(problem));
                split_yaml(text, after_blanks(text, at), &mut pieces);
                return (pieces, None);
            }
            Err(problem) => {
                split_yaml(text, after_blanks(text, at), &mut pieces);
                return (pieces, Some(problem));
            }
        }
    }
}

/// Whether the first thing within the peeked bytes, white space aside, is a brace.
fn starts_like_json(text: &str) -> bool {
    let blanks = text.len() - text.trim_start().len();
    blanks < PEEKED_BYTES && text.as_bytes().get(blanks) == Some(&b'{')
}

/// The decoder eats white space up to and including the first line feed before it
/// hands the rest to the YAML reader.
fn after_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    for (offset, character) in rest.char_indices() {
        if character == '\n' {
            return at + offset + 1;
        }
        if !character.is_whitespace() {
            return at + offset;
        }
    }
    text.len()
}

fn split_yaml(text: &str, from: usize, pieces: &mut Vec<Piece>) {
    let bytes = text.as_bytes();
    // `start` is where the document being gathered starts.
    let mut start = from;
    let mut search = from;
    while let Some(line) = next_dashes(bytes, search, from) {
        let end = memchr(b'\n', bytes.get(line..).unwrap_or_default())
            .map_or(bytes.len(), |at| line + at + 1);
        let after = text.get(line + 3..end).unwrap_or_default().trim();
        if after.is_empty() || after.starts_with('#') {
            // With nothing gathered yet the separator becomes the first line of the
            // document; otherwise it ends the document and is dropped.
            if start != line {
                pieces.push(Piece::Yaml {
                    range: start..line,
                    is_before_bad_separator: false,
                });
                start = end;
            }
        } else {
            if start != line {
                pieces.push(Piece::Yaml {
                    range: start..line,
                    is_before_bad_separator: true,
                });
            }
            pieces.push(Piece::BadSeparator(
                line..line + text.get(line..end).unwrap_or_default().trim_end().len(),
            ));
            // YAML itself allows content after `--- `, so that line is still worth
            // reading; `----` is only a decoration.
            let content = bytes
                .get(line + 3)
                .is_some_and(|b| matches!(b, b' ' | b'\t'));
            start = if content { line } else { end };
        }
        search = end;
    }
    if start < bytes.len() {
        pieces.push(Piece::Yaml {
            range: start..bytes.len(),
            is_before_bad_separator: false,
        });
    }
}

/// The start of the next line that begins with `---`, at or after the line start `at`.
fn next_dashes(bytes: &[u8], at: usize, first: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    if rest.starts_with(b"---") {
        return Some(at);
    }
    // `at` is a line start, so its own line feed is the one before it.
    let from = if at > first { at - 1 } else { at };
    memmem::find(bytes.get(from..)?, b"\n---").map(|found| from + found + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        split(text)
            .0
            .into_iter()
            .map(|piece| match piece {
                Piece::Json(range) | Piece::Yaml { range, .. } | Piece::BadSeparator(range) => {
                    text.get(range).unwrap_or("?")
                }
                Piece::BadJson(_) => "!",
            })
            .collect()
    }

    #[test]
    fn separators() {
        assert_eq!(texts("a\n---\nb\n"), ["a\n", "b\n"]);
        assert_eq!(texts("---\na\n---"), ["---\na\n"]);
        assert_eq!(texts("---\n---\na"), ["---\n", "a"]);
        assert_eq!(texts("a\n ---\nb\n"), ["a\n ---\nb\n"]);
        assert_eq!(
            texts("a\n---\n---\nb"),
            ["a\n", "---\n",][..1]
                .iter()
                .copied()
                .chain(["---\nb"])
                .collect::<Vec<_>>()
        );
        assert_eq!(texts("a\n---- x\nb"), ["a\n", "---- x", "b"]);
        assert_eq!(
            texts("a\n--- b: 1\nc: 2"),
            ["a\n", "--- b: 1", "--- b: 1\nc: 2"]
        );
        assert_eq!(texts(""), [""; 0]);
    }

    #[test]
    fn json() {
        assert_eq!(texts("{}{\"a\": 1}\n[]"), ["{}", "{\"a\": 1}", "[]"]);
        assert_eq!(texts("{} \n---\nb"), ["{}", "---\nb"]);
        assert_eq!(texts("{}{}x"), ["{}", "{}", "!", "x"]);
        assert_eq!(texts("  {a: 1}"), ["{a: 1}"]);
    }
}
