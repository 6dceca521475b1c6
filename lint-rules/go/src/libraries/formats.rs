//! Texts that are formatted.

use crate::fold;
use crate::run::{CallArguments, Interpreter};
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term, TermKind, TermOperator};

impl<'p> Interpreter<'p, '_> {
    /// What `Sprintf` makes of its arguments.
    pub(super) fn sprintf(&mut self, arguments: &CallArguments<'p>) -> SharedTerm {
        let at = Some(arguments.at);
        let Some(format) = self.text_argument(arguments, 0) else {
            return Term::unknown("its format is not known", at);
        };
        let mut rest = format.as_str();
        let mut result = Term::text("", at);
        let mut next = 1;
        while let Some((before, after)) = rest.split_once('%') {
            result = fold::operate(TermOperator::Add, &result, &Term::text(before, at));
            let form = after.trim_start_matches(is_flag_or_width);
            let plain = form.len() == after.len();
            let mut verbs = form.chars();
            let part = match verbs.next() {
                Some('%') => Term::text("%", at),
                verb => {
                    let part = self.term(&arguments.get(next));
                    next += 1;
                    formatted(verb, plain, part, at)
                }
            };
            result = fold::operate(TermOperator::Add, &result, &part);
            rest = verbs.as_str();
        }
        fold::operate(TermOperator::Add, &result, &Term::text(rest, at))
    }
}

fn is_flag_or_width(letter: char) -> bool {
    letter.is_ascii_digit() || "+-# .".contains(letter)
}

/// One argument. `plain`: neither flags nor a width stand before the verb.
fn formatted(
    verb: Option<char>,
    plain: bool,
    part: SharedTerm,
    at: Option<SourcePosition>,
) -> SharedTerm {
    match (verb, &part.kind) {
        // Base and width change how it looks, not that it is random.
        (Some('s' | 'v' | 'd' | 'x' | 'X'), TermKind::Random) => part,
        (Some('s' | 'v' | 'd'), TermKind::Integer(number)) if plain => {
            Term::text(&number.to_string(), part.at)
        }
        (_, TermKind::Truth(_) | TermKind::Real(_) | TermKind::Nothing) => {
            Term::unknown("it is formatted", at)
        }
        (Some('s' | 'v' | 'd'), _) if plain => part,
        _ => Term::unknown("it is formatted", at),
    }
}
