//! The tokens of JSON, as Go's `encoding/json` reads them.

use std::borrow::Cow;

use crate::text::escape;

use super::collection_end::end_of_collection;
use super::error::JsonError;
use super::string_end::plain_text_end;

/// The error is boxed, so that results of the usual case fit into registers.
pub(super) type Lexed<T> = Result<T, Box<JsonError>>;

/// The first byte at or after `at` that is not JSON white space.
#[inline]
pub(crate) fn skip_space(bytes: &[u8], at: usize) -> usize {
    // What machines write has none.
    if bytes.get(at).is_some_and(|b| *b > b' ') {
        return at;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
        .count()
}

/// A string as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct StringToken {
    /// Its opening quote.
    pub start: usize,
    /// One past its closing quote.
    pub end: usize,
    /// Whether there is an escape in it.
    pub is_escaped: bool,
}

impl StringToken {
    /// What stands between the quotes.
    pub fn written(self, text: &str) -> &str {
        let inner = self.start + 1..self.end.saturating_sub(1);
        text.get(inner).unwrap_or_default()
    }

    /// The text that it stands for.
    pub fn decoded(self, text: &str) -> Cow<'_, str> {
        let written = self.written(text);
        if self.is_escaped {
            Cow::Owned(decode(written))
        } else {
            Cow::Borrowed(written)
        }
    }
}

/// The string that opens at `start`.
#[inline]
pub(super) fn string(bytes: &[u8], start: usize) -> Lexed<StringToken> {
    let end = plain_text_end(bytes, start + 1);
    if bytes.get(end) == Some(&b'"') {
        return Ok(StringToken {
            start,
            end: end + 1,
            is_escaped: false,
        });
    }
    string_with_escapes(bytes, start)
}

#[inline(never)]
fn string_with_escapes(bytes: &[u8], start: usize) -> Lexed<StringToken> {
    let mut is_escaped = false;
    let mut at = start + 1;
    loop {
        at = plain_text_end(bytes, at);
        match bytes.get(at) {
            None => return Err(end_of_input(at)),
            Some(b'"') => {
                let end = at + 1;
                return Ok(StringToken {
                    start,
                    end,
                    is_escaped,
                });
            }
            Some(b'\\') => {
                is_escaped = true;
                at = escape_end(bytes, at)?;
            }
            // Only control characters are left.
            Some(_) => return Err(unexpected(bytes, at, "in string literal")),
        }
    }
}

/// One past the escape whose backslash is at `at`.
fn escape_end(bytes: &[u8], at: usize) -> Lexed<usize> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
            if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                return Err(error(at, "invalid \\u escape in string"));
            }
            Ok(at + 6)
        }
        _ => Err(unexpected(bytes, at + 1, "in string escape code")),
    }
}

/// The decoded text of a JSON string that has escapes, without its quotes.
fn decode(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((plain, from)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let (character, length) = escape(from);
        out.push(character);
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// One past the number or literal that starts at `start`.
#[inline]
pub(super) fn bare(bytes: &[u8], start: usize) -> Lexed<usize> {
    let rest = bytes.get(start..).unwrap_or_default();
    for word in [&b"true"[..], b"false", b"null"] {
        if rest.starts_with(word) {
            return Ok(start + word.len());
        }
    }
    number(bytes, start)
}

fn number(bytes: &[u8], start: usize) -> Lexed<usize> {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        Some(b'1'..=b'9') => digits(at),
        _ => return Err(unexpected(bytes, at, "looking for beginning of value")),
    };
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            let place = "after decimal point in numeric literal";
            return Err(unexpected(bytes, end, place));
        }
        at = end;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        let from = at + 1 + usize::from(sign);
        let end = digits(from);
        if end == from {
            return Err(unexpected(bytes, end, "in exponent of numeric literal"));
        }
        at = end;
    }
    Ok(at)
}

/// One past the value that starts at `start`. Of a collection only brackets and the ends of strings are
/// looked at, so of a text that is no JSON this may let pass what [`super::grammar::walk`] refuses.
pub(super) fn skip_value(bytes: &[u8], start: usize) -> Lexed<usize> {
    match bytes.get(start) {
        Some(b'"') => Ok(string(bytes, start)?.end),
        Some(b'{' | b'[') => {
            end_of_collection(bytes, start).ok_or_else(|| end_of_input(bytes.len()))
        }
        Some(b'}' | b']') => Err(unexpected(bytes, start, "looking for beginning of value")),
        Some(_) => bare(bytes, start),
        None => Err(end_of_input(start)),
    }
}

#[cold]
pub(super) fn error(at: usize, reason: &str) -> Box<JsonError> {
    Box::new(JsonError::new(at, reason))
}

#[cold]
pub(super) fn end_of_input(at: usize) -> Box<JsonError> {
    error(at, "unexpected end of JSON input")
}

/// The character at `at` may not stand in this place; or the text ends there.
#[cold]
pub(super) fn unexpected(bytes: &[u8], at: usize, place: &str) -> Box<JsonError> {
    let rest = bytes.get(at..bytes.len().min(at + 4)).unwrap_or_default();
    let text = String::from_utf8_lossy(rest);
    match text.chars().next() {
        Some(character) => error(at, &format!("invalid character {character:?} {place}")),
        None => end_of_input(at),
    }
}
