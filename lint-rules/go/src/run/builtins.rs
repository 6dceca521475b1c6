//! Go's own functions, and conversions.

use std::rc::Rc;

use crate::fold;
use crate::syntax::SourcePosition;
use crate::syntax::ast::{Call, ExprKind};
use crate::term::{Term, TermKind, TermOperator};
use crate::value::{CodeContext, GoValue, TypeRef};

use super::Interpreter;
use super::errors::names_error;

impl<'p> Interpreter<'p, '_> {
    /// The value of a call of a function that Go itself has.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        call: &'p Call<'p>,
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Option<GoValue<'p>> {
        let first = call.args.first();
        Some(match name {
            // A list of errors is empty: the ways on which something fails are not followed.
            "len" if matches!(first?.kind, ExprKind::Name(name) if names_error(name)) => {
                GoValue::Term(Term::integer(0, Some(at)))
            }
            "len" => {
                let value = self.eval(first?, scope, context);
                self.length(&value, at)
            }
            "new" => match self.eval(first?, scope, context) {
                GoValue::Type(ty) => {
                    let zero = self.zero(&ty);
                    GoValue::Pointer(self.memory.cell(zero))
                }
                value => GoValue::Pointer(self.memory.cell(value)),
            },
            "make" => {
                let ty = self.ty(first?, context);
                match self.underlying(&ty) {
                    map @ TypeRef::Map(_) => GoValue::Struct(self.memory.object(map, at)),
                    TypeRef::List(_) if call.args.len() < 2 => GoValue::List(Rc::new(Vec::new())),
                    TypeRef::List(_) => match self.eval(call.args.get(1)?, scope, context) {
                        GoValue::Term(term) if term.as_integer() == Some(0) => {
                            GoValue::List(Rc::new(Vec::new()))
                        }
                        _ => GoValue::unknown("a list whose elements are set later", at),
                    },
                    _ => GoValue::unknown("a channel", at),
                }
            }
            "append" => {
                let list = self.eval(first?, scope, context);
                let mut values: Vec<GoValue<'p>> = match &list {
                    GoValue::List(list) => (**list).clone(),
                    value if value.is_nothing() => Vec::new(),
                    _ => {
                        for arg in call.args.iter().skip(1) {
                            self.eval(arg, scope, context);
                        }
                        return Some(GoValue::unknown("a list that is not known", at));
                    }
                };
                for (index, arg) in call.args.iter().enumerate().skip(1) {
                    let value = self.eval(arg, scope, context);
                    match value {
                        GoValue::List(more) if call.spread && index + 1 == call.args.len() => {
                            values.extend(more.iter().cloned());
                        }
                        _ if call.spread && index + 1 == call.args.len() => {
                            return Some(GoValue::unknown("a list that is not known", at));
                        }
                        value => values.push(value),
                    }
                }
                GoValue::List(Rc::new(values))
            }
            "copy" | "delete" | "close" | "cap" | "clear" | "print" | "println" | "recover"
            | "min" | "max" | "complex" | "real" | "imag" => {
                for arg in &call.args {
                    self.eval(arg, scope, context);
                }
                GoValue::unknown("a function that is not followed", at)
            }
            _ => return None,
        })
    }

    fn length(&mut self, value: &GoValue<'p>, at: SourcePosition) -> GoValue<'p> {
        let count = |count: usize| {
            GoValue::Term(Term::integer(
                i64::try_from(count).unwrap_or(i64::MAX),
                None,
            ))
        };
        match value {
            GoValue::List(list) => count(list.len()),
            // What has a length and was never set is empty.
            GoValue::Zero(_) => count(0),
            GoValue::Struct(_) => GoValue::unknown("the number of a map's elements", at),
            other => {
                let term = self.term(other);
                if let Some(text) = term.as_text() {
                    return count(text.len());
                }
                if term.as_unknown().is_some() {
                    return GoValue::Term(term);
                }
                // Only whether it is empty is ever asked.
                let empty = super::operators::equal_terms(&term, &Term::text("", None));
                let zero = Term::integer(0, None);
                let one = Term::integer(1, None);
                GoValue::Term(Term::choice(&empty, &zero, &one))
            }
        }
    }

    /// A conversion `T(value)`.
    pub(super) fn convert(&mut self, ty: &TypeRef<'p>, value: GoValue<'p>) -> GoValue<'p> {
        let to = self.underlying(ty);
        let GoValue::Term(term) = &value else {
            return value;
        };
        let whole = matches!(&to, TypeRef::Outside(path, "Duration") if &**path == "time")
            || matches!(to, TypeRef::Basic(name) if name.starts_with("int") || name.starts_with("uint"));
        let float = matches!(to, TypeRef::Basic("float32" | "float64"));
        match &term.kind {
            TermKind::Real(bits) if whole => match fold::to_integer(f64::from_bits(*bits)) {
                Some(number) => GoValue::Term(Term::integer(number, term.at)),
                None => GoValue::Term(Term::unknown("a number that is too large", term.at)),
            },
            TermKind::Integer(number) if float => {
                GoValue::Term(Term::real(fold::to_real(*number), term.at))
            }
            TermKind::Operation(TermOperator::Multiply | TermOperator::Divide, ..)
                if whole || float =>
            {
                if term.any(&mut |part| matches!(part.kind, TermKind::Real(_))) {
                    return GoValue::Term(Term::unknown(
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
