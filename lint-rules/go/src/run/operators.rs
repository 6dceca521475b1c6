//! Operators on values.

use crate::fold;
use crate::syntax::Position;
use crate::term::{Operator, Shared, Term, TermKind};

use super::Interpreter;
use super::value::{TypeRef, Value};

impl<'p> Interpreter<'p, '_> {
    pub(super) fn operate(
        &mut self,
        op: &str,
        left: &Value<'p>,
        right: &Value<'p>,
        at: Position,
    ) -> Value<'p> {
        match op {
            "==" | "!=" => return self.compare(op, left, right),
            _ => {}
        }
        let (left, right) = (self.term(left), self.term(right));
        let term = match op {
            "+" => fold::operate(Operator::Add, &left, &right),
            "-" => fold::operate(Operator::Subtract, &left, &right),
            "*" => fold::operate(Operator::Multiply, &left, &right),
            "/" => fold::operate(Operator::Divide, &left, &right),
            "<" => fold::operate(Operator::Less, &left, &right),
            "<=" => fold::operate(Operator::LessOrEqual, &left, &right),
            ">" => fold::operate(Operator::Less, &right, &left),
            ">=" => fold::operate(Operator::LessOrEqual, &right, &left),
            "&&" => fold::operate(Operator::And, &left, &right),
            "||" => fold::operate(Operator::Or, &left, &right),
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
        Value::Term(term.placed(at))
    }

    /// `==` and `!=`. An error is never there: the ways on which something fails are not followed.
    pub(super) fn compare(&mut self, op: &str, left: &Value<'p>, right: &Value<'p>) -> Value<'p> {
        let equal = self.equal(left, right);
        Value::Term(if op == "==" { equal } else { Term::not(&equal) })
    }

    fn equal(&mut self, left: &Value<'p>, right: &Value<'p>) -> Shared {
        let (value, other) = if right.is_nothing() {
            (left, right)
        } else {
            (right, left)
        };
        if other.is_nothing() {
            match value {
                Value::Pointer(_)
                | Value::Function(_)
                | Value::Struct(_)
                | Value::List(_)
                | Value::Outside(_) => return Term::truth(false, None),
                Value::Choice(condition, yes, no) => {
                    let yes = self.equal(yes, other);
                    let no = self.equal(no, other);
                    return Term::choice(condition, &yes, &no);
                }
                Value::Zero(TypeRef::Unknown) => return Term::truth(true, None),
                _ => {}
            }
        }
        let (left, right) = (self.term(left), self.term(right));
        // The name of a visited flag: whether that flag is given.
        for (name, other) in [(&left, &right), (&right, &left)] {
            if crate::libraries::flags::is_visited_name(name)
                && let (Some(flag), Some(at)) = (other.as_text(), other.at)
            {
                return crate::libraries::flags::given(flag, at);
            }
        }
        equal_terms(&left, &right)
    }
}

/// Equality, where `nil` stands for the zero value of a type that is not known.
pub(crate) fn equal_terms(left: &Shared, right: &Shared) -> Shared {
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
    fold::operate(Operator::Equal, left, right)
}
