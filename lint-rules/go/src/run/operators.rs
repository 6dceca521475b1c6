//! Operators on values.

use crate::fold;
use crate::syntax::SourcePosition;
use crate::term::{SharedTerm, Term, TermKind, TermOperator};
use crate::value::{GoValue, TypeRef};

use super::Interpreter;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn operate(
        &mut self,
        op: &str,
        left: &GoValue<'p>,
        right: &GoValue<'p>,
        at: SourcePosition,
    ) -> GoValue<'p> {
        match op {
            "==" | "!=" => return self.compare(op, left, right),
            _ => {}
        }
        let (left, right) = (self.term(left), self.term(right));
        let term = match op {
            "+" => fold::operate(TermOperator::Add, &left, &right),
            "-" => fold::operate(TermOperator::Subtract, &left, &right),
            "*" => fold::operate(TermOperator::Multiply, &left, &right),
            "/" => fold::operate(TermOperator::Divide, &left, &right),
            "<" => fold::operate(TermOperator::Less, &left, &right),
            "<=" => fold::operate(TermOperator::LessOrEqual, &left, &right),
            ">" => fold::operate(TermOperator::Less, &right, &left),
            ">=" => fold::operate(TermOperator::LessOrEqual, &right, &left),
            "&&" => fold::operate(TermOperator::And, &left, &right),
            "||" => fold::operate(TermOperator::Or, &left, &right),
            "<<" => match (left.as_integer(), right.as_integer()) {
                (Some(number), Some(by @ 0..=62)) => {
                    let factor = u32::try_from(by).ok().and_then(|by| 1_i64.checked_shl(by));
                    match factor.and_then(|factor| number.checked_mul(factor)) {
                        Some(number) => Term::integer(number, left.at),
                        None => Term::unknown("a constant that overflows", Some(at)),
                    }
                }
                _ => Term::unknown("it is computed bit by bit", Some(at)),
            },
            _ => Term::unknown("it is computed bit by bit", Some(at)),
        };
        GoValue::Term(term.placed(at))
    }

    /// `==` and `!=`. An error is never there: the ways on which something fails are not followed.
    pub(crate) fn compare(
        &mut self,
        op: &str,
        left: &GoValue<'p>,
        right: &GoValue<'p>,
    ) -> GoValue<'p> {
        let equal = self.equal(left, right);
        GoValue::Term(if op == "==" { equal } else { Term::not(&equal) })
    }

    fn equal(&mut self, left: &GoValue<'p>, right: &GoValue<'p>) -> SharedTerm {
        let (value, other) = if right.is_nothing() {
            (left, right)
        } else {
            (right, left)
        };
        if other.is_nothing() {
            match value {
                GoValue::Pointer(_)
                | GoValue::Function(_)
                | GoValue::Struct(_)
                | GoValue::List(_)
                | GoValue::Outside(_) => return Term::truth(false, None),
                GoValue::Choice(condition, yes, no) => {
                    let yes = self.equal(yes, other);
                    let no = self.equal(no, other);
                    return Term::choice(condition, &yes, &no);
                }
                GoValue::Zero(TypeRef::Unknown) => return Term::truth(true, None),
                _ => {}
            }
        }
        let (left, right) = (self.term(left), self.term(right));
        // The name of a visited flag: whether that flag is given.
        for (name, other) in [(&left, &right), (&right, &left)] {
            if crate::registries::flags::is_visited_name(name)
                && let (Some(flag), Some(at)) = (other.as_text(), other.at)
            {
                return crate::registries::flags::given(flag, at);
            }
        }
        equal_terms(&left, &right)
    }
}

/// Equality, where `nil` stands for the zero value of a type that is not known.
pub(crate) fn equal_terms(left: &SharedTerm, right: &SharedTerm) -> SharedTerm {
    for (zero, other) in [(left, right), (right, left)] {
        if zero.kind == TermKind::Nothing {
            match &other.kind {
                TermKind::Nothing => return Term::truth(true, None),
                TermKind::Text(text) => return Term::truth(text.is_empty(), None),
                TermKind::Integer(number) => return Term::truth(*number == 0, None),
                TermKind::Truth(truth) => return Term::truth(!truth, None),
                TermKind::Choice(condition, yes, no) => {
                    let yes = equal_terms(yes, zero);
                    let no = equal_terms(no, zero);
                    return Term::choice(condition, &yes, &no);
                }
                _ => {}
            }
        }
    }
    fold::operate(TermOperator::Equal, left, right)
}
