//! Go's own functions, and conversions.

use std::rc::Rc;

use crate::fold;
use crate::syntax::Position;
use crate::syntax::ast::{Call, ExprKind};
use crate::term::{Operator, Term, TermKind};

use super::Interpreter;
use super::statements::names_error;
use super::value::{Context, TypeRef, Value};

impl<'p> Interpreter<'p, '_> {
    /// The value of a call of a function that Go itself has.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        call: &'p Call<'p>,
        scope: usize,
        context: Context,
        at: Position,
    ) -> Option<Value<'p>> {
        let first = call.args.first();
        Some(match name {
            // A list of errors is empty: the ways on which something fails are not followed.
            "len" if matches!(first?.kind, ExprKind::Name(name) if names_error(name)) => {
                Value::Term(Term::integer(0, Some(at)))
            }
            "len" => {
                let value = self.eval(first?, scope, context);
                self.length(&value, at)
            }
            "new" => match self.eval(first?, scope, context) {
                Value::Type(ty) => {
                    let zero = self.zero(&ty);
                    Value::Pointer(self.memory.cell(zero))
                }
                value => Value::Pointer(self.memory.cell(value)),
            },
            "make" => {
                let ty = self.ty(first?, context);
                match self.underlying(&ty) {
                    map @ TypeRef::Map(_) => Value::Struct(self.memory.object(map, at)),
                    TypeRef::List(_) if call.args.len() < 2 => Value::List(Rc::new(Vec::new())),
                    TypeRef::List(_) => match self.eval(call.args.get(1)?, scope, context) {
                        Value::Term(term) if term.as_integer() == Some(0) => {
                            Value::List(Rc::new(Vec::new()))
                        }
                        _ => Value::unknown("a list whose elements are set later", at),
                    },
                    _ => Value::unknown("a channel", at),
                }
            }
            "append" => {
                let list = self.eval(first?, scope, context);
                let mut values: Vec<Value<'p>> = match &list {
                    Value::List(list) => (**list).clone(),
                    value if value.is_nothing() => Vec::new(),
                    _ => {
                        for arg in call.args.iter().skip(1) {
                            self.eval(arg, scope, context);
                        }
                        return Some(Value::unknown("a list that is not known", at));
                    }
                };
                for (index, arg) in call.args.iter().enumerate().skip(1) {
                    let value = self.eval(arg, scope, context);
                    match value {
                        Value::List(more) if call.spread && index + 1 == call.args.len() => {
                            values.extend(more.iter().cloned());
                        }
                        _ if call.spread && index + 1 == call.args.len() => {
                            return Some(Value::unknown("a list that is not known", at));
                        }
                        value => values.push(value),
                    }
                }
                Value::List(Rc::new(values))
            }
            "copy" | "delete" | "close" | "cap" | "clear" | "print" | "println" | "recover"
            | "min" | "max" | "complex" | "real" | "imag" => {
                for arg in &call.args {
                    self.eval(arg, scope, context);
                }
                Value::unknown("a function that is not followed", at)
            }
            _ => return None,
        })
    }

    fn length(&mut self, value: &Value<'p>, at: Position) -> Value<'p> {
        let count = |count: usize| {
            Value::Term(Term::integer(
                i64::try_from(count).unwrap_or(i64::MAX),
                None,
            ))
        };
        match value {
            Value::List(list) => count(list.len()),
            Value::Struct(_) | Value::Zero(_) => {
                Value::unknown("the number of a map's elements", at)
            }
            other => {
                let term = self.term(other);
                if let Some(text) = term.as_text() {
                    return count(text.len());
                }
                if term.as_unknown().is_some() {
                    return Value::Term(term);
                }
                // Only whether it is empty is ever asked.
                let empty = super::operators::equal_terms(&term, &Term::text("", None));
                let zero = Term::integer(0, None);
                let one = Term::integer(1, None);
                Value::Term(Term::choice(&empty, &zero, &one))
            }
        }
    }

    /// A conversion `T(value)`.
    pub(super) fn convert(&mut self, ty: &TypeRef<'p>, value: Value<'p>) -> Value<'p> {
        let to = self.underlying(ty);
        let Value::Term(term) = &value else {
            return value;
        };
        let whole = matches!(&to, TypeRef::Outside(path, "Duration") if &**path == "time")
            || matches!(to, TypeRef::Basic(name) if name.starts_with("int") || name.starts_with("uint"));
        let float = matches!(to, TypeRef::Basic("float32" | "float64"));
        match &term.kind {
            TermKind::Real(bits) if whole => match fold::to_integer(f64::from_bits(*bits)) {
                Some(number) => Value::Term(Term::integer(number, term.at)),
                None => Value::Term(Term::unknown("a number that is too large", term.at)),
            },
            TermKind::Integer(number) if float => {
                Value::Term(Term::real(fold::to_real(*number), term.at))
            }
            TermKind::Operation(Operator::Multiply | Operator::Divide, ..) if whole || float => {
                if term.any(&mut |part| matches!(part.kind, TermKind::Real(_))) {
                    return Value::Term(Term::unknown(
                        "a number that is rounded on the way",
                        term.at,
                    ));
                }
                value
            }
            _ => value,
        }
    }
}
