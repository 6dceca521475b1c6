//! A JSONPath (RFC 9535), checked when it is read: what it costs on one object is bounded.

use jsonpath_rust::parser::errors::JsonPathError;
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use pest::error::InputLocation;

use crate::node::QueryNode;

/// Characters of a query.
const MAX_LENGTH: usize = 1000;
/// Brackets in brackets.
const MAX_NESTING: usize = 16;
/// How often a query may select one value: as often as the selectors of all its brackets multiply to.
const MAX_SELECTIONS: usize = 64;

/// A query that may run.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    parsed: JpQuery,
}

/// Why a text is no query that may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryMistake {
    /// The byte of the text.
    pub at: usize,
    /// What is wrong, lower-case start, no full stop.
    pub message: String,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is no JSONPath, or could take long on a large object: a second `..`, or one in a filter, would visit all
    /// values for each value, as would a path from `$` in a filter that selects several; selectors in brackets multiply;
    /// and a counted repetition in a pattern can be any number of them.
    pub fn parse(text: &str) -> Result<Self, QueryMistake> {
        let mistake = |at: usize, message: &str| QueryMistake {
            at,
            message: message.to_owned(),
        };
        if text.len() > MAX_LENGTH {
            return Err(mistake(MAX_LENGTH, "a query has at most 1000 characters"));
        }
        let bare = without_literals(text);
        let mut open: Vec<Bracket> = Vec::new();
        let mut selections = 1_usize;
        let mut has_descent = false;
        for (at, letter) in bare.char_indices() {
            let depth = open.len();
            match letter {
                '[' => open.push(Bracket::Selectors(1)),
                '(' => open.push(Bracket::Arguments),
                ',' => {
                    if let Some(Bracket::Selectors(selectors)) = open.last_mut() {
                        *selectors += 1;
                    }
                }
                ']' | ')' => {
                    if let Some(Bracket::Selectors(selectors)) = open.pop() {
                        selections = selections.saturating_mul(selectors);
                    }
                    if selections > MAX_SELECTIONS {
                        return Err(mistake(at, "so many selectors would take too long"));
                    }
                }
                '$' if depth > 0 && !selects_one(bare.get(at..).unwrap_or_default()) => {
                    let message = "`$` with several values in a filter would take too long";
                    return Err(mistake(at, message));
                }
                '.' if bare.get(at..).is_some_and(|rest| rest.starts_with("..")) => {
                    if depth > 0 {
                        return Err(mistake(at, "`..` in a filter would take too long"));
                    }
                    if has_descent {
                        return Err(mistake(at, "a second `..` would take too long"));
                    }
                    has_descent = true;
                }
                _ => {}
            }
            if open.len() > MAX_NESTING {
                return Err(mistake(at, "brackets are nested too deeply"));
            }
        }
        let has_pattern = bare.contains("match(") || bare.contains("search(");
        if let Some(at) = text.find('{').filter(|_| has_pattern) {
            let message = "a counted repetition in a pattern would take too long";
            return Err(mistake(at, message));
        }
        match parse_json_path(text) {
            Ok(parsed) => Ok(Self {
                text: text.to_owned(),
                parsed,
            }),
            Err(error) => Err(broken(&error)),
        }
    }

    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it selects, each with its normalised path.
    pub(crate) fn run<'n>(&self, root: &'n QueryNode) -> Vec<(&'n QueryNode, String)> {
        let found = js_path_process(&self.parsed, root).unwrap_or_default();
        found.into_iter().map(|one| (one.val, one.path)).collect()
    }
}

/// A bracket that is open.
enum Bracket {
    /// `[`, and how many selectors it has so far.
    Selectors(usize),
    /// `(`, of a function or of a part of a condition.
    Arguments,
}

/// Whether the path at the start of a text, whose literals are blank, selects at most one value.
fn selects_one(text: &str) -> bool {
    let mut depth = 0_usize;
    for letter in text.chars() {
        match letter {
            '*' | '?' => return false,
            ':' | ',' if depth > 0 => return false,
            '[' => depth += 1,
            ']' if depth > 0 => depth -= 1,
            // A space may stand within a path.
            ']' | ')' | ',' | '&' | '|' | '=' | '!' | '<' | '>' if depth == 0 => return true,
            _ => {}
        }
    }
    true
}

/// A text with the letters of its string literals blanked, byte by byte.
fn without_literals(text: &str) -> String {
    let mut quote = None;
    let mut is_escaped = false;
    text.chars()
        .map(|letter| {
            let is_inside = quote.is_some();
            match quote {
                Some(_) if is_escaped => is_escaped = false,
                Some(_) if letter == '\\' => is_escaped = true,
                Some(open) if letter == open => quote = None,
                None if matches!(letter, '\'' | '"') => quote = Some(letter),
                _ => {}
            }
            if is_inside {
                "_".repeat(letter.len_utf8())
            } else {
                letter.to_string()
            }
        })
        .collect()
}

fn broken(error: &JsonPathError) -> QueryMistake {
    match error {
        JsonPathError::PestError(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            QueryMistake {
                at,
                message: "this is no JSONPath (RFC 9535) from here on".to_owned(),
            }
        }
        other => QueryMistake {
            at: 0,
            message: format!("this is no JSONPath (RFC 9535): {other}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_take_long_is_refused() {
        let at = |text: &str| Query::parse(text).map_err(|mistake| mistake.at).err();
        assert_eq!(at("$.spec.replicas"), None);
        assert_eq!(at("$..image"), None);
        assert_eq!(at("$.a['..'][?@.b == '..']..c"), None);
        assert_eq!(at("$..a..b"), Some(4));
        assert_eq!(at("$.a[?@..b]"), Some(6));
        assert_eq!(at("$[?search(@, 'a{1000}')]"), Some(15));
        // A path from the top in a filter runs for each value.
        assert_eq!(at("$.a[?@.b == $.c['x,*'][0] && @.d]"), None);
        assert_eq!(at("$.a[?@.b == $.c]['x', 'y'][*]"), None);
        assert_eq!(at("$.a[?$.a[?@.b]]"), Some(5));
        assert_eq!(at("$.a[?count($ .a[*]) > 1]"), Some(11));
        assert_eq!(at("$.a[?@.b == 1 && $.a[1:]]"), Some(17));
        // Each pair of brackets doubles what is selected.
        assert_eq!(at(&format!("${}", "['a', 'b']".repeat(6))), None);
        assert_eq!(at(&format!("${}", "[*, *]".repeat(7))), Some(42));
        assert_eq!(at("$[?match(@.a, 'x') || match(@.b, 'y')]"), None);
        assert_eq!(at(&format!("${}", "[?(@".repeat(40))), Some(33));
        assert_eq!(at(&"$".repeat(2000)), Some(1000));
    }

    #[test]
    fn what_is_broken_is_shown_where_it_breaks() {
        let at = |text: &str| Query::parse(text).map_err(|mistake| mistake.at).err();
        assert_eq!(at("$.spec["), Some(7));
        assert_eq!(at("spec"), Some(0));
        assert_eq!(at("$.a[?@.b = 1]"), Some(9));
    }
}
