//! The kubelet's `$(VAR)` expansion of `command`, `args` and `env[].value`.
//!
//! After Kubernetes' forked `expansion` package (kubelet 1.0 to 1.37): `$$` is a dollar sign,
//! `$(NAME)` the variable's value or, if there is none, the text itself; values are not
//! scanned again. Any other use of `$` is literal, and a backslash means nothing.
//!
//! Variables made of variables can double with each step, so what an expansion may bring is bounded.

use std::borrow::Cow;
use std::ops::Range;

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'v> {
    /// Declared, with this value.
    Known(&'v str),
    /// Declared, but its value lies outside the input (a Secret, a field of the running Pod).
    Unknown,
    /// Not declared: the reference stays in the text as it is written.
    Undeclared,
}

/// A text after expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded<'i> {
    /// The result; `None` if a variable of unknown value takes part in it.
    pub text: Option<Cow<'i, str>>,
    /// References to undeclared variables: name, and bytes of `$(NAME)` in the input.
    pub unresolved: Vec<(String, Range<usize>)>,
    /// Names of variables whose value is unknown, in order of use.
    pub unknown: Vec<String>,
    /// Names of every declared variable referred to, in order of use.
    pub used: Vec<String>,
    /// It would bring more bytes than allowed: there is no text, and the rest was not looked at.
    pub excess: bool,
}

/// Expands `input`, asking `lookup` once for every reference. `room` is how many bytes values may
/// bring; what they bring is taken from it.
///
/// A text without `$` is borrowed and costs no allocation. A character outside ASCII after
/// `$` is kept whole, where the kubelet would corrupt it.
pub fn expand<'i, 'v>(
    input: &'i str,
    room: &mut usize,
    lookup: &mut dyn FnMut(&str) -> Lookup<'v>,
) -> Expanded<'i> {
    let mut expanded = Expanded::default();
    let Some(first) = memchr::memchr(b'$', input.as_bytes()) else {
        expanded.text = Some(Cow::Borrowed(input));
        return expanded;
    };
    let mut text = String::with_capacity(input.len());
    text.push_str(input.get(..first).unwrap_or_default());
    let mut at = first;
    // Nothing is closed after this; else every open parenthesis would look for its end anew.
    let last_end = memchr::memrchr(b')', input.as_bytes()).unwrap_or(0);
    loop {
        let left = input.get(at..).unwrap_or_default();
        let Some((literal, rest)) = left.split_once('$') else {
            text.push_str(left);
            break;
        };
        text.push_str(literal);
        let dollar = at + literal.len();
        at = dollar + 1;
        if rest.starts_with('$') {
            text.push('$');
            at += 1;
        } else if let Some(inside) = rest.strip_prefix('(')
            && at < last_end
            && let Some((name, _)) = inside.split_once(')')
        {
            at += name.len() + 2;
            match lookup(name) {
                Lookup::Known(value) => {
                    let Some(left) = room.checked_sub(value.len()) else {
                        *room = 0;
                        expanded.excess = true;
                        return expanded;
                    };
                    *room = left;
                    text.push_str(value);
                    expanded.used.push(name.to_owned());
                }
                Lookup::Unknown => {
                    expanded.used.push(name.to_owned());
                    expanded.unknown.push(name.to_owned());
                }
                Lookup::Undeclared => {
                    text.push_str(input.get(dollar..at).unwrap_or_default());
                    expanded.unresolved.push((name.to_owned(), dollar..at));
                }
            }
        } else {
            text.push('$');
        }
    }
    if expanded.unknown.is_empty() {
        expanded.text = Some(Cow::Owned(text));
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str) -> Lookup<'static> {
        match name {
            "A" => Lookup::Known("x$(A)"),
            "SECRET" => Lookup::Unknown,
            _ => Lookup::Undeclared,
        }
    }

    #[test]
    fn text_without_a_reference_is_borrowed() {
        let expanded = expand("--leader-elect", &mut 0, &mut look);
        assert!(matches!(
            expanded.text,
            Some(Cow::Borrowed("--leader-elect"))
        ));
    }

    #[test]
    fn an_unknown_value_makes_the_text_unknown() {
        let expanded = expand("--a=$(A)-$(SECRET)$(MISSING)", &mut 99, &mut look);
        assert_eq!(expanded.text, None);
        assert_eq!(expanded.unknown, ["SECRET"]);
        assert_eq!(expanded.used, ["A", "SECRET"]);
        assert_eq!(expanded.unresolved, [("MISSING".to_owned(), 18..28)]);
    }

    #[test]
    fn values_bring_no_more_than_there_is_room_for() {
        let mut room = 9;
        let expanded = expand("-$(A)", &mut room, &mut look);
        assert_eq!((expanded.text.as_deref(), room), (Some("-x$(A)"), 4));
        let expanded = expand("$(A)", &mut room, &mut look);
        assert_eq!((expanded.text, expanded.excess, room), (None, true, 0));
        let expanded = expand("$$(A)", &mut room, &mut look);
        assert_eq!(expanded.text.as_deref(), Some("$(A)"));
    }

    #[test]
    fn any_character_may_follow_the_operator() {
        for input in ["$é", "é$", "$($é)", "$$é$(A", "$(é", "$\u{10ffff}$("] {
            assert_eq!(
                expand(input, &mut 99, &mut look)
                    .text
                    .as_deref()
                    .map(str::is_empty),
                Some(false)
            );
        }
    }
}
