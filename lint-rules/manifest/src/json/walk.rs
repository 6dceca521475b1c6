//! JSON as Go's `encoding/json` reads it: finding where a value ends, and building it.

use std::borrow::Cow;

use crate::text::escape;
use crate::tree::parsed::ParseFailure;
use crate::tree::{NodeId, Style};
use crate::yaml::builder::Builder;

use super::passed_over::PassedOver;
use super::scan::plain_text_end;
use super::skip;

/// How deep Go lets JSON nest.
const DEPTH: usize = 10_000;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The byte at which it shows.
    pub at: usize,
    /// What was wrong.
    pub reason: String,
}

/// The first byte at or after `at` that is not JSON white space.
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

/// One past the end of the JSON value that starts at `start`.
pub(crate) fn end_of_value(bytes: &[u8], start: usize) -> Result<usize, Problem> {
    let mut sink = Check { depth: 0 };
    walk(bytes, start, &mut sink)
}

/// Builds the JSON value at the start of `text` into `builder`, without what `passed_over` names.
/// Returns it, and one past its end.
pub(super) fn build<'t>(
    text: &'t str,
    builder: &mut Builder<'t>,
    passed_over: &'static PassedOver,
) -> Result<(NodeId, usize), ParseFailure> {
    let mut sink = Build {
        text,
        builder,
        passed_over,
        root: None,
        failure: None,
    };
    let walked = walk(text.as_bytes(), 0, &mut sink);
    match (sink.failure, walked, sink.root) {
        (Some(failure), _, _) => Err(failure),
        (None, Err(problem), _) => Err(ParseFailure::syntax(problem.at, problem.reason)),
        (None, Ok(end), Some(root)) => Ok((root, end)),
        (None, Ok(_), None) => Err(ParseFailure::syntax(0, "there is no value")),
    }
}

fn bad(at: usize, reason: impl Into<String>) -> Problem {
    Problem {
        at,
        reason: reason.into(),
    }
}

/// A string as written.
#[derive(Clone, Copy)]
struct Token {
    /// Its opening quote.
    start: usize,
    /// One past its closing quote.
    end: usize,
    /// Whether there is an escape in it.
    escaped: bool,
}

/// What a walk over a JSON value tells.
trait Sink {
    fn open(&mut self, at: usize, mapping: bool) -> Result<(), Problem>;
    fn close(&mut self, end: usize) -> Result<(), Problem>;
    /// Whether the value of this key is to be told, too.
    fn key(&mut self, token: Token) -> Result<bool, Problem>;
    fn string(&mut self, token: Token) -> Result<(), Problem>;
    fn bare(&mut self, start: usize, end: usize) -> Result<(), Problem>;
}

/// Only checks.
struct Check {
    depth: usize,
}

impl Sink for Check {
    fn open(&mut self, at: usize, _: bool) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(bad(at, "exceeded max depth"));
        }
        Ok(())
    }
    fn close(&mut self, _: usize) -> Result<(), Problem> {
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }
    fn key(&mut self, _: Token) -> Result<bool, Problem> {
        Ok(true)
    }
    fn string(&mut self, _: Token) -> Result<(), Problem> {
        Ok(())
    }
    fn bare(&mut self, _: usize, _: usize) -> Result<(), Problem> {
        Ok(())
    }
}

struct Build<'b, 't> {
    text: &'t str,
    builder: &'b mut Builder<'t>,
    passed_over: &'static PassedOver,
    root: Option<NodeId>,
    /// Why the builder would not go on; the walk is stopped with a stand-in.
    failure: Option<ParseFailure>,
}

impl<'t> Build<'_, 't> {
    /// What stands between the quotes.
    fn written(&self, token: Token) -> &'t str {
        self.text
            .get(token.start + 1..token.end - 1)
            .unwrap_or_default()
    }

    fn keep(&mut self, result: Result<Option<NodeId>, ParseFailure>) -> Result<(), Problem> {
        match result {
            Ok(Some(root)) => {
                self.root = Some(root);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(failure) => {
                let problem = bad(failure.at, "");
                self.failure = Some(failure);
                Err(problem)
            }
        }
    }
}

impl Sink for Build<'_, '_> {
    fn open(&mut self, at: usize, mapping: bool) -> Result<(), Problem> {
        let result = self.builder.open(at, mapping, Style::Flow, 0);
        self.keep(result.map(|()| None))
    }
    fn close(&mut self, end: usize) -> Result<(), Problem> {
        let result = self.builder.close(Some(end));
        self.keep(result)
    }
    fn key(&mut self, token: Token) -> Result<bool, Problem> {
        let written = self.written(token);
        let decoded = token.escaped.then(|| decode(written));
        let key = decoded.as_deref().unwrap_or(written);
        if self.builder.is_passed_over(self.passed_over, key) {
            return Ok(false);
        }
        let Token { start, end, .. } = token;
        let result = self.builder.text_key(decoded.as_deref(), start, end);
        self.keep(result.map(|()| None))?;
        Ok(true)
    }
    fn string(&mut self, token: Token) -> Result<(), Problem> {
        let decoded = token.escaped.then(|| decode(self.written(token)));
        let Token { start, end, .. } = token;
        let result = self.builder.text_value(decoded.as_deref(), start, end);
        self.keep(result)
    }
    fn bare(&mut self, start: usize, end: usize) -> Result<(), Problem> {
        let result = self.builder.json_bare(start, end);
        self.keep(result)
    }
}

/// One past the string that opens at `start`, and its decoded text.
pub(super) fn text_at(text: &str, start: usize) -> Result<(usize, Cow<'_, str>), Problem> {
    let token = string(text.as_bytes(), start)?;
    let written = text.get(start + 1..token.end - 1).unwrap_or_default();
    let decoded = if token.escaped {
        Cow::Owned(decode(written))
    } else {
        Cow::Borrowed(written)
    };
    Ok((token.end, decoded))
}

/// The decoded text of a JSON string that has escapes, without its quotes.
fn decode(inner: &str) -> String {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (character, used) = escape(&rest[at..]);
        out.push(character);
        rest = rest.get(at + used..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Walks one JSON value without recursion and returns one past its end.
fn walk(bytes: &[u8], start: usize, sink: &mut impl Sink) -> Result<usize, Problem> {
    // One flag an open container: is it a mapping?
    let mut open: Vec<bool> = Vec::new();
    let mut at = start;
    loop {
        // A value starts here.
        at = skip_space(bytes, at);
        let mut complete = true;
        match bytes.get(at) {
            None => return Err(bad(at, "unexpected end of JSON input")),
            Some(b'{') => {
                sink.open(at, true)?;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) == Some(&b'}') {
                    at += 1;
                    sink.close(at)?;
                } else {
                    open.push(true);
                    (at, complete) = key(bytes, at, sink)?;
                }
            }
            Some(b'[') => {
                sink.open(at, false)?;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) == Some(&b']') {
                    at += 1;
                    sink.close(at)?;
                } else {
                    open.push(false);
                    complete = false;
                }
            }
            Some(b'"') => {
                let token = string(bytes, at)?;
                sink.string(token)?;
                at = token.end;
            }
            Some(_) => {
                let end = bare(bytes, at)?;
                sink.bare(at, end)?;
                at = end;
            }
        }
        // After a complete value: close what closes, go on after a comma.
        while complete {
            let Some(mapping) = open.last().copied() else {
                return Ok(at);
            };
            at = skip_space(bytes, at);
            match (bytes.get(at), mapping) {
                (None, _) => return Err(bad(at, "unexpected end of JSON input")),
                (Some(b','), true) => {
                    (at, complete) = key(bytes, skip_space(bytes, at + 1), sink)?;
                }
                (Some(b','), false) => {
                    at += 1;
                    complete = false;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    at += 1;
                    open.pop();
                    sink.close(at)?;
                }
                (Some(_), true) => {
                    return Err(unexpected(bytes, at, "after object key:value pair"));
                }
                (Some(_), false) => return Err(unexpected(bytes, at, "after array element")),
            }
        }
    }
}

fn unexpected(bytes: &[u8], at: usize, place: &str) -> Problem {
    let rest = bytes.get(at..bytes.len().min(at + 4)).unwrap_or_default();
    let text = String::from_utf8_lossy(rest);
    match text.chars().next() {
        Some(character) => bad(at, format!("invalid character {character:?} {place}")),
        None => bad(at, "unexpected end of JSON input"),
    }
}

/// A key and its colon; returns where the value starts, or, of a value that is passed over, where
/// it has ended.
fn key(bytes: &[u8], at: usize, sink: &mut impl Sink) -> Result<(usize, bool), Problem> {
    if bytes.get(at) != Some(&b'"') {
        return Err(unexpected(bytes, at, "looking for an object key"));
    }
    let token = string(bytes, at)?;
    let told = sink.key(token)?;
    let colon = skip_space(bytes, token.end);
    if bytes.get(colon) != Some(&b':') {
        return Err(unexpected(bytes, colon, "after object key"));
    }
    if told {
        return Ok((colon + 1, false));
    }
    Ok((pass_over(bytes, skip_space(bytes, colon + 1))?, true))
}

/// One past the value that starts at `start`. Of a collection only brackets and the ends of strings are
/// looked at, so of a text that is no JSON this may let pass what [`walk`] would refuse.
pub(super) fn pass_over(bytes: &[u8], start: usize) -> Result<usize, Problem> {
    match bytes.get(start) {
        Some(b'"') => Ok(string(bytes, start)?.end),
        Some(b'{' | b'[') => skip::end_of_collection(bytes, start)
            .ok_or_else(|| bad(bytes.len(), "unexpected end of JSON input")),
        Some(b'}' | b']') => Err(unexpected(bytes, start, "looking for beginning of value")),
        Some(_) => bare(bytes, start),
        None => Err(bad(start, "unexpected end of JSON input")),
    }
}

/// The string that opens at `start`.
#[inline]
fn string(bytes: &[u8], start: usize) -> Result<Token, Problem> {
    let end = plain_text_end(bytes, start + 1);
    if bytes.get(end) == Some(&b'"') {
        return Ok(Token {
            start,
            end: end + 1,
            escaped: false,
        });
    }
    string_with_escapes(bytes, start)
}

#[inline(never)]
fn string_with_escapes(bytes: &[u8], start: usize) -> Result<Token, Problem> {
    let mut escaped = false;
    let mut at = start + 1;
    loop {
        at = plain_text_end(bytes, at);
        match bytes.get(at) {
            None => return Err(bad(at, "unexpected end of JSON input")),
            Some(b'"') => {
                let end = at + 1;
                return Ok(Token {
                    start,
                    end,
                    escaped,
                });
            }
            Some(b'\\') => {
                escaped = true;
                match bytes.get(at + 1) {
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                    Some(b'u') => {
                        let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
                        if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                            return Err(bad(at, "invalid \\u escape in string"));
                        }
                        at += 6;
                    }
                    _ => return Err(unexpected(bytes, at + 1, "in string escape code")),
                }
            }
            // Only control characters are left.
            Some(_) => return Err(unexpected(bytes, at, "in string literal")),
        }
    }
}

/// One past a number or a literal.
pub(super) fn bare(bytes: &[u8], start: usize) -> Result<usize, Problem> {
    let rest = bytes.get(start..).unwrap_or_default();
    for word in [&b"true"[..], b"false", b"null"] {
        if rest.starts_with(word) {
            return Ok(start + word.len());
        }
    }
    let digits = |from: usize| {
        from + bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = start;
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        Some(b'1'..=b'9') => digits(at),
        _ => return Err(unexpected(bytes, at, "looking for beginning of value")),
    };
    if bytes.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(unexpected(
                bytes,
                end,
                "after decimal point in numeric literal",
            ));
        }
        at = end;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let mut from = at + 1;
        if let Some(b'+' | b'-') = bytes.get(from) {
            from += 1;
        }
        let end = digits(from);
        if end == from {
            return Err(unexpected(bytes, end, "in exponent of numeric literal"));
        }
        at = end;
    }
    Ok(at)
}
