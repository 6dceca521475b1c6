//! The grammar of JSON: one walk over a value, whatever is made of it.

use super::error::JsonError;
use super::lexer::{
    Lexed, StringToken, bare, end_of_input, error, skip_space, skip_value, string, unexpected,
};

/// How deep Go lets JSON nest (`encoding/json`, `maxNestingDepth`).
const MAX_NESTING_DEPTH: usize = 10_000;

/// What is done with a value while it is walked.
pub(super) trait Visitor {
    /// Why the walk ends early.
    type Error: From<Box<JsonError>>;

    /// A collection opens.
    fn open(&mut self, at: usize, is_mapping: bool) -> Result<(), Self::Error>;
    /// The innermost collection has closed before `end`.
    fn close(&mut self, end: usize) -> Result<(), Self::Error>;
    /// Whether the innermost open collection is a mapping; `None`: all are closed.
    fn is_in_mapping(&self) -> Option<bool>;
    /// A key; whether its value is visited, too.
    fn key(&mut self, token: StringToken) -> Result<bool, Self::Error>;
    /// A string as a value.
    fn string(&mut self, token: StringToken) -> Result<(), Self::Error>;
    /// A number or a literal.
    fn bare(&mut self, start: usize, end: usize) -> Result<(), Self::Error>;
}

/// Walks the JSON value at or after `start`, without recursion, and returns one past its end.
#[inline]
pub(super) fn walk<V: Visitor>(
    bytes: &[u8],
    start: usize,
    visitor: &mut V,
) -> Result<usize, V::Error> {
    let mut at = skip_space(bytes, start);
    'value: loop {
        // A value starts here.
        match bytes.get(at) {
            Some(b'"') => {
                let token = string(bytes, at)?;
                visitor.string(token)?;
                at = token.end;
            }
            Some(bracket @ (b'{' | b'[')) => {
                let is_mapping = *bracket == b'{';
                visitor.open(at, is_mapping)?;
                at = skip_space(bytes, at + 1);
                if bytes.get(at) == Some(if is_mapping { &b'}' } else { &b']' }) {
                    at += 1;
                    visitor.close(at)?;
                } else if is_mapping {
                    let (next, is_visited) = member(bytes, at, visitor)?;
                    at = next;
                    if is_visited {
                        continue 'value;
                    }
                } else {
                    continue 'value;
                }
            }
            Some(_) => {
                let end = bare(bytes, at)?;
                visitor.bare(at, end)?;
                at = end;
            }
            None => return Err(end_of_input(at).into()),
        }
        // After a complete value: close what closes, go on after a comma.
        while let Some(is_mapping) = visitor.is_in_mapping() {
            at = skip_space(bytes, at);
            match (bytes.get(at), is_mapping) {
                (Some(b','), true) => {
                    let (next, is_visited) = member(bytes, skip_space(bytes, at + 1), visitor)?;
                    at = next;
                    if is_visited {
                        continue 'value;
                    }
                }
                (Some(b','), false) => {
                    at = skip_space(bytes, at + 1);
                    continue 'value;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    at += 1;
                    visitor.close(at)?;
                }
                (_, true) => {
                    return Err(unexpected(bytes, at, "after object key:value pair").into());
                }
                (_, false) => return Err(unexpected(bytes, at, "after array element").into()),
            }
        }
        return Ok(at);
    }
}

/// A key and its colon. Returns where its value starts and true, or, of a value that is not visited, where it has
/// ended and false.
#[inline]
fn member<V: Visitor>(bytes: &[u8], at: usize, visitor: &mut V) -> Result<(usize, bool), V::Error> {
    if bytes.get(at) != Some(&b'"') {
        return Err(unexpected(bytes, at, "looking for an object key").into());
    }
    let token = string(bytes, at)?;
    let colon = skip_space(bytes, token.end);
    if bytes.get(colon) != Some(&b':') {
        return Err(unexpected(bytes, colon, "after object key").into());
    }
    let value = skip_space(bytes, colon + 1);
    if visitor.key(token)? {
        Ok((value, true))
    } else {
        Ok((skip_value(bytes, value)?, false))
    }
}

/// One past the end of the JSON value that starts at `start`, all of which is looked at.
pub(crate) fn end_of_value(bytes: &[u8], start: usize) -> Result<usize, JsonError> {
    walk(bytes, start, &mut Syntax::default()).map_err(|error| *error)
}

/// Makes nothing of a value.
#[derive(Default)]
struct Syntax {
    /// For each open collection whether it is a mapping.
    open: Vec<bool>,
}

impl Visitor for Syntax {
    type Error = Box<JsonError>;

    fn open(&mut self, at: usize, is_mapping: bool) -> Lexed<()> {
        self.open.push(is_mapping);
        if self.open.len() > MAX_NESTING_DEPTH {
            return Err(error(at, "exceeded max depth"));
        }
        Ok(())
    }

    fn close(&mut self, _: usize) -> Lexed<()> {
        self.open.pop();
        Ok(())
    }

    fn is_in_mapping(&self) -> Option<bool> {
        self.open.last().copied()
    }

    fn key(&mut self, _: StringToken) -> Lexed<bool> {
        Ok(true)
    }

    fn string(&mut self, _: StringToken) -> Lexed<()> {
        Ok(())
    }

    fn bare(&mut self, _: usize, _: usize) -> Lexed<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_nest_as_deep_as_go_allows() {
        let end = |depth: usize| {
            let text = ["[".repeat(depth), "]".repeat(depth)].concat();
            end_of_value(text.as_bytes(), 0)
        };
        assert_eq!(end(MAX_NESTING_DEPTH), Ok(2 * MAX_NESTING_DEPTH));
        assert!(end(MAX_NESTING_DEPTH + 1).is_err());
    }
}
