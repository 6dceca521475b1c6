//! Expressions.

use std::rc::Rc;

use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::unquote;
use crate::term::{SharedTerm, Term, TermKind};
use crate::value::{Body, Closure, CodeContext, GoValue, TypeRef};

use super::errors::names_error;
use super::literals::integer;
use super::{Interpreter, MAX_RUN_DEPTH};

impl<'p> Interpreter<'p, '_> {
    /// The value of an expression; a call that never returns has an unknown one.
    pub(crate) fn eval(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> GoValue<'p> {
        self.eval_flow(expr, scope, context)
            .unwrap_or_else(|| GoValue::unknown("it comes after the end of the program", expr.at))
    }

    /// The value of an expression; `None` if the process ends in it.
    pub(crate) fn eval_flow(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Option<GoValue<'p>> {
        if self.depth >= MAX_RUN_DEPTH || !self.burn() {
            return Some(GoValue::unknown(
                "the program is too large to follow",
                expr.at,
            ));
        }
        self.depth += 1;
        let value = self.eval_inside(expr, scope, context);
        self.depth -= 1;
        value
    }

    /// Several values of one expression.
    pub(super) fn eval_many(
        &mut self,
        expr: &'p Expr<'p>,
        count: usize,
        scope: usize,
        context: CodeContext,
    ) -> Option<Vec<GoValue<'p>>> {
        let value = self.eval_flow(expr, scope, context)?;
        let spread = |value: &GoValue<'p>| match value {
            GoValue::Tuple(values) => (**values).clone(),
            other => {
                // The last of several results is an error or a flag of success.
                let mut values = vec![other.clone()];
                let last = match &expr.kind {
                    ExprKind::Call(_) => GoValue::nothing(),
                    _ => GoValue::unknown("it depends on what is found", expr.at),
                };
                for index in 1..count {
                    values.push(if index + 1 == count {
                        last.clone()
                    } else {
                        other.clone()
                    });
                }
                values
            }
        };
        Some(spread(&value))
    }

    /// A condition. An error compared with `nil` is always `nil`.
    pub(super) fn condition(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> SharedTerm {
        let value = self.eval(expr, scope, context);
        self.term_at(&value, expr.at)
    }

    fn eval_inside(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Option<GoValue<'p>> {
        let at = expr.at;
        let value = match &expr.kind {
            ExprKind::Name(_) | ExprKind::Selector(..) => {
                let value = self.eval_in_place(expr, scope, context);
                self.memory.copied(value, 0)
            }
            ExprKind::Int(text) => GoValue::Term(match integer(text) {
                Some(number) => Term::integer(number, Some(at)),
                None => Term::unknown("a number that is too large", Some(at)),
            }),
            ExprKind::Float(text) => GoValue::Term(match text.replace('_', "").parse() {
                Ok(number) => Term::real(number, Some(at)),
                Err(_) => Term::unknown("a number that cannot be read", Some(at)),
            }),
            ExprKind::Text(text) => GoValue::Term(match unquote(text) {
                Some(text) => Term::text(&text, Some(at)),
                None => Term::unknown("a string that cannot be read", Some(at)),
            }),
            ExprKind::Composite(ty, elements) => {
                let ty = ty.as_ref().map(|ty| self.ty(ty, context));
                self.composite(
                    &ty.unwrap_or(TypeRef::Unknown),
                    elements,
                    expr,
                    scope,
                    context,
                )
            }
            ExprKind::Function(literal) => GoValue::Function(Rc::new(Closure {
                body: Body::Literal(literal),
                context,
                scope,
                receiver: None,
            })),
            ExprKind::Call(call) => return self.call_expression(call, expr, scope, context),
            ExprKind::Star(inner) => {
                let pointer = self.eval_flow(inner, scope, context)?;
                let value = self.pointee(&pointer, at);
                self.memory.copied(value, 0)
            }
            ExprKind::Unary("&", inner) => self.address(inner, scope, context),
            ExprKind::Unary("!", inner) => {
                let value = self.eval_flow(inner, scope, context)?;
                GoValue::Term(Term::not(&self.term_at(&value, at)))
            }
            ExprKind::Unary("-", inner) => {
                let value = self.eval_flow(inner, scope, context)?;
                let zero = GoValue::Term(Term::integer(0, None));
                self.operate("-", &zero, &value, at)
            }
            ExprKind::Unary("<-", inner) => {
                self.eval_flow(inner, scope, context)?;
                self.found.blocks(at, self.in_go);
                GoValue::unknown("it comes through a channel", at)
            }
            ExprKind::Unary(_, inner) => self.eval_flow(inner, scope, context)?,
            ExprKind::Binary(op, left, right) => {
                return self.binary(op, left, right, expr, scope, context);
            }
            ExprKind::Index(of, indices) => self.index(of, indices, expr, scope, context),
            ExprKind::Slice(of) => {
                let of = self.eval_flow(of, scope, context)?;
                match of {
                    GoValue::Outside(_) | GoValue::List(_) => of,
                    _ => GoValue::unknown("it is a part of another value", at),
                }
            }
            ExprKind::TypeAssertion(of, _) => self.eval_flow(of, scope, context)?,
            ExprKind::ListType(_) | ExprKind::MapType(_) | ExprKind::StructType(_) => {
                GoValue::Type(self.ty(expr, context))
            }
            ExprKind::OtherLiteral => GoValue::unknown("it is a character", at),
            ExprKind::OtherType => GoValue::Type(TypeRef::Unknown),
            ExprKind::Bad => GoValue::unknown("it could not be parsed", at),
        };
        Some(value)
    }

    fn binary(
        &mut self,
        op: &'p str,
        left: &'p Expr<'p>,
        right: &'p Expr<'p>,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Option<GoValue<'p>> {
        let first = self.eval_flow(left, scope, context)?;
        if matches!(op, "&&" | "||") {
            // The right side counts only where the left one does not decide.
            let known = self.term(&first).as_truth();
            if known == Some(op == "||") {
                return Some(first);
            }
        }
        let second = self.eval_flow(right, scope, context)?;
        if matches!(op, "==" | "!=") {
            let error = |side: &Expr<'p>| match &side.kind {
                ExprKind::Name(name) => names_error(name),
                ExprKind::Selector(_, member) => names_error(member.name),
                ExprKind::Call(call) => match &call.function.kind {
                    ExprKind::Selector(_, member) => member.name == "Err",
                    _ => false,
                },
                _ => false,
            };
            let nil = |side: &Expr<'p>| matches!(side.kind, ExprKind::Name("nil"));
            if error(left) && nil(right) || error(right) && nil(left) {
                // Whether a text could be read is a term, and the failure is a way that is followed.
                let value = if nil(right) { &first } else { &second };
                if let Some(failed) = parse_failure(value) {
                    let term = if op == "==" {
                        Term::not(&failed)
                    } else {
                        failed
                    };
                    return Some(GoValue::Term(term));
                }
                return Some(GoValue::Term(Term::truth(op == "==", Some(expr.at))));
            }
            if error(left) {
                // Compared with a certain error.
                return Some(GoValue::Term(Term::truth(op == "!=", Some(expr.at))));
            }
        }
        Some(self.operate(op, &first, &second, expr.at))
    }

    /// A name or a member, without copying a struct.
    pub(crate) fn eval_in_place(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> GoValue<'p> {
        match &expr.kind {
            ExprKind::Name(name) => {
                if let Some(cell) = self.memory.lookup(scope, name) {
                    return self.memory.read(cell);
                }
                self.package_name(name, context, expr.at)
            }
            ExprKind::Selector(of, member) => {
                if let Some(cell) = self.place(expr, scope, context) {
                    return self.memory.read(cell);
                }
                let of = self.eval_in_place(of, scope, context);
                self.select(&of, member.name, expr.at)
            }
            _ => self.eval(expr, scope, context),
        }
    }

    /// A member of a value: of a package, a field, or a method.
    fn select(
        &mut self,
        of: &GoValue<'p>,
        name: &'p str,
        at: crate::syntax::SourcePosition,
    ) -> GoValue<'p> {
        match of {
            GoValue::Own(package) => {
                let member = self.member(*package, name);
                return member
                    .unwrap_or_else(|| GoValue::unknown("a name that its package lacks", at));
            }
            GoValue::Package(path) => {
                let path = path.clone();
                return self.outside_member(&path, name, at);
            }
            _ => {}
        }
        if let Some(method) = self.method(of, name) {
            return method;
        }
        if let Some(value) = self.field(of, name) {
            return value;
        }
        match of {
            GoValue::Outside(outside) => {
                if let Some(value) = self.found.get_outside(outside, name) {
                    return value;
                }
                self.outside_value(
                    Some(of.clone()),
                    &outside.package.clone(),
                    name,
                    Vec::new(),
                    at,
                )
            }
            _ => GoValue::unknown("a member that is not known", at),
        }
    }

    fn pointee(&mut self, pointer: &GoValue<'p>, at: crate::syntax::SourcePosition) -> GoValue<'p> {
        match pointer {
            GoValue::Pointer(cell) => self.memory.read(*cell),
            GoValue::Choice(condition, yes, no) => {
                let yes = self.pointee(yes, at);
                let no = self.pointee(no, at);
                GoValue::choose(condition, &yes, &no)
            }
            GoValue::Outside(_) | GoValue::Struct(_) | GoValue::Zero(_) => pointer.clone(),
            GoValue::Term(term) if term.as_unknown().is_some() => pointer.clone(),
            GoValue::Type(ty) => GoValue::Type(TypeRef::Pointer(Rc::new(ty.clone()))),
            _ => GoValue::unknown("what a pointer leads to is not known", at),
        }
    }

    fn address(&mut self, inner: &'p Expr<'p>, scope: usize, context: CodeContext) -> GoValue<'p> {
        if let Some(cell) = self.place(inner, scope, context) {
            return GoValue::Pointer(cell);
        }
        match self.eval_in_place(inner, scope, context) {
            outside @ GoValue::Outside(_) => outside,
            value => GoValue::Pointer(self.memory.cell(value)),
        }
    }

    fn index(
        &mut self,
        of: &'p Expr<'p>,
        indices: &'p [Expr<'p>],
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> GoValue<'p> {
        let value = self.eval_in_place(of, scope, context);
        // Type arguments of a generic function.
        if matches!(value, GoValue::Function(_) | GoValue::Type(_)) {
            return value;
        }
        let Some(index) = indices.first() else {
            return value;
        };
        if let GoValue::Outside(outside) = &value
            && outside.args.is_empty()
        {
            let ty = GoValue::Type(self.ty(index, context));
            let (package, name) = (outside.package.clone(), outside.name.clone());
            return self.outside_value(None, &package, &name, vec![ty], expr.at);
        }
        let index = self.eval(index, scope, context);
        let index = self.term(&index);
        match &value {
            GoValue::List(list) => {
                let at = index.as_integer().and_then(|at| usize::try_from(at).ok());
                let element = at.and_then(|at| list.get(at));
                return element
                    .cloned()
                    .unwrap_or_else(|| GoValue::unknown("it is an element of a list", expr.at));
            }
            GoValue::Struct(object) => {
                let visited = self
                    .memory
                    .field(*object, crate::registries::flags::VISITED);
                if let (Some(cell), Some(name)) = (visited, index.as_text())
                    && !self.memory.read(cell).is_nothing()
                {
                    return GoValue::Term(crate::registries::flags::given(name, expr.at));
                }
                if let Some(name) = index.as_text()
                    && let Some(cell) = self.memory.field(*object, name)
                {
                    return self.memory.read(cell);
                }
            }
            _ => {}
        }
        GoValue::unknown("it is an element of a map or list", expr.at)
    }
}

/// The error of a text that may not be readable, as the condition that it is not.
pub(super) fn parse_failure(value: &GoValue<'_>) -> Option<SharedTerm> {
    match value {
        GoValue::Term(term) => {
            let parses = term.any(&mut |part| matches!(part.kind, TermKind::Parses(..)));
            parses.then(|| term.clone())
        }
        _ => None,
    }
}
