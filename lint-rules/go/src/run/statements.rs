//! Statements.

use crate::syntax::SourcePosition;
use crate::syntax::ast::{ConstSpec, Expr, ExprKind, Stmt, StmtKind, ValueSpec};
use crate::term::Term;
use crate::value::{CodeContext, GoValue};

use super::errors::{ReturnedError, is_zero_literal, names_error, wrapped_failure};
use super::{Flow, Interpreter, Return};

impl<'p> Interpreter<'p, '_> {
    /// Runs statements in a scope of their own.
    pub(crate) fn block(
        &mut self,
        statements: &'p [Stmt<'p>],
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        let scope = self.memory.scope(Some(scope));
        for statement in statements {
            let flow = self.statement(statement, scope, context);
            if flow != Flow::On {
                return flow;
            }
        }
        Flow::On
    }

    pub(crate) fn statement(
        &mut self,
        statement: &'p Stmt<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        if !self.burn() {
            return Flow::Ended;
        }
        self.found.goes_on(&statement.kind);
        match &statement.kind {
            StmtKind::Expr(expr) => self.expression_statement(expr, scope, context),
            StmtKind::Assign(names, values, define) => {
                self.assign(names, values, *define, scope, context)
            }
            StmtKind::Update(target, op, value) => {
                let now = self.eval(target, scope, context);
                let by = match value {
                    Some(value) => self.eval(value, scope, context),
                    None => GoValue::Term(Term::integer(1, None)),
                };
                let result = self.operate(op, &now, &by, statement.at);
                self.store(target, result, scope, context);
                Flow::On
            }
            StmtKind::Variables(specs) => {
                for spec in specs {
                    self.variables(spec, scope, context);
                }
                Flow::On
            }
            StmtKind::Constants(specs) => {
                self.local_constants(specs, scope, context);
                Flow::On
            }
            StmtKind::If(inner) => self.if_statement(inner, scope, context),
            StmtKind::For(inner) => self.for_statement(inner, scope, context, statement.at),
            StmtKind::Switch(inner) => self.switch_statement(inner, scope, context, statement),
            StmtKind::Select(cases) => self.select_statement(cases, scope, context, statement.at),
            StmtKind::Return(values) => self.return_statement(values, scope, context),
            StmtKind::Go(expr) => {
                self.in_go += 1;
                let outer = self.found.enter_goroutine();
                self.eval(expr, scope, context);
                self.found.goroutine = outer;
                self.in_go -= 1;
                Flow::On
            }
            StmtKind::Defer(_) | StmtKind::Empty => Flow::On,
            StmtKind::Block(inner) => self.block(inner, scope, context),
            StmtKind::Jump(word) => match *word {
                "break" | "continue" => Flow::Break,
                "goto" => {
                    self.broke = true;
                    Flow::Break
                }
                _ => Flow::On,
            },
            StmtKind::Send(channel, value) => {
                self.eval(channel, scope, context);
                self.eval(value, scope, context);
                Flow::On
            }
            StmtKind::Bad => {
                for cell in self.memory.visible(scope) {
                    let unknown = GoValue::unknown("a statement could not be parsed", statement.at);
                    self.memory.write(cell, unknown);
                }
                Flow::On
            }
        }
    }

    fn expression_statement(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        if let ExprKind::Unary("<-", _) = &expr.kind {
            self.found.blocks(expr.at, self.in_go);
        }
        match self.eval_flow(expr, scope, context) {
            Some(_) => Flow::On,
            None => Flow::Ended,
        }
    }

    fn assign(
        &mut self,
        names: &'p [Expr<'p>],
        values: &'p [Expr<'p>],
        define: bool,
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        let mut results = Vec::with_capacity(names.len());
        if let ([value], true) = (values, names.len() > 1) {
            let Some(value) = self.eval_many(value, names.len(), scope, context) else {
                return Flow::Ended;
            };
            results = value;
        } else {
            for value in values {
                let Some(value) = self.eval_flow(value, scope, context) else {
                    return Flow::Ended;
                };
                results.push(value);
            }
        }
        for (index, name) in names.iter().enumerate() {
            let value = results.get(index).cloned();
            let value = value.unwrap_or_else(|| GoValue::unknown("it has no value", name.at));
            match &name.kind {
                ExprKind::Name("_") => {}
                ExprKind::Name(word) if define => {
                    if let Some(cell) = self.memory.own_name(scope, word) {
                        self.memory.write(cell, value);
                    } else {
                        self.memory.declare(scope, word, value);
                    }
                }
                _ => self.store(name, value, scope, context),
            }
        }
        Flow::On
    }

    fn variables(&mut self, spec: &'p ValueSpec<'p>, scope: usize, context: CodeContext) {
        let ty = spec.ty.as_ref().map(|ty| self.ty(ty, context));
        let mut results = Vec::new();
        if let ([value], true) = (spec.values.as_slice(), spec.names.len() > 1) {
            results = self
                .eval_many(value, spec.names.len(), scope, context)
                .unwrap_or_default();
        } else {
            for value in &spec.values {
                results.push(self.eval(value, scope, context));
            }
        }
        for (index, name) in spec.names.iter().enumerate() {
            let value = match (results.get(index), &ty) {
                (Some(value), _) => value.clone(),
                (None, Some(ty)) => self.zero(ty),
                (None, None) => GoValue::unknown("it has no value", name.at),
            };
            self.memory.declare(scope, name.name, value);
        }
    }

    fn local_constants(&mut self, specs: &'p [ConstSpec<'p>], scope: usize, context: CodeContext) {
        for spec in specs {
            let iota = GoValue::Term(Term::integer(spec.iota, None));
            let inner = self.memory.scope(Some(scope));
            self.memory.declare(inner, "iota", iota);
            let values = specs.get(spec.like).map_or(&[][..], |like| &like.values);
            for (name, value) in spec.names.iter().zip(values) {
                let value = self.eval(value, inner, context);
                self.memory.declare(scope, name.name, value);
            }
        }
    }

    fn return_statement(
        &mut self,
        values: &'p [Expr<'p>],
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        let (results, fails) = match self.frames.last() {
            Some(frame) => (frame.results.clone(), frame.fails),
            None => return Flow::Ended,
        };
        let mut returned = Vec::new();
        for value in values {
            let Some(value) = self.eval_flow(value, scope, context) else {
                return Flow::Ended;
            };
            returned.push(value);
        }
        let last = values.last();
        match last.filter(|_| fails).map(ReturnedError::of) {
            // An error goes up to a caller that ends the process: this path is no way of running.
            Some(ReturnedError::Certain) => return Flow::Ended,
            Some(ReturnedError::IfAny) => {
                let others = values.split_last().map_or(&[][..], |(_, others)| others);
                let is_failure = !others.is_empty() && others.iter().all(is_zero_literal);
                let failed = returned.pop();
                let failed = failed.as_ref().and_then(wrapped_failure);
                if is_failure || failed.is_some_and(|failed| self.is_on_path(&failed)) {
                    return Flow::Ended;
                }
                returned.push(GoValue::nothing());
            }
            _ => {}
        }
        if fails
            && last
                .is_some_and(|last| matches!(last.kind, ExprKind::Name(name) if names_error(name)))
        {
            match returned.last().and_then(super::expressions::parse_failure) {
                // On the way where it could not be read this is a failure; else the caller looks at it.
                Some(failed) if self.is_on_path(&failed) => return Flow::Ended,
                Some(_) => {}
                None => {
                    returned.pop();
                    returned.push(GoValue::nothing());
                }
            }
        }
        let value = if values.is_empty() && !results.is_empty() {
            let values = results.iter().map(|cell| self.memory.read(*cell)).collect();
            one_or_tuple(values)
        } else {
            one_or_tuple(returned)
        };
        self.leave(value);
        Flow::Ended
    }

    /// Notes that the present path returns from the function.
    pub(super) fn leave(&mut self, value: GoValue<'p>) {
        let now = (self.memory.mark(), self.taken_back);
        let Some((entry, path)) = self.frames.last().map(|frame| (frame.entry, frame.path)) else {
            return;
        };
        let condition = self.path_since(path);
        let state = self.memory.state_since(entry);
        if let Some(frame) = self.frames.last_mut() {
            frame.returns.push(Return {
                condition,
                value,
                state,
                now,
            });
        }
    }

    /// Everything that a pointer leads to is unknown from now on.
    pub(crate) fn spoil(&mut self, value: &GoValue<'p>, because: &str, at: SourcePosition) {
        let unknown = GoValue::unknown(because, at);
        match value {
            GoValue::Pointer(cell) => match self.memory.read(*cell) {
                GoValue::Struct(object) => self.memory.spoil(object, &unknown, 0),
                GoValue::Zero(super::TypeRef::Named(..) | super::TypeRef::Struct(..)) => {
                    if let Some(object) = self.object_in(*cell) {
                        self.memory.spoil(object, &unknown, 0);
                    }
                }
                GoValue::Function(_) | GoValue::Outside(_) => {}
                // It is written first, so that a circle ends.
                inner @ GoValue::Pointer(_) => {
                    self.memory.write(*cell, unknown);
                    self.spoil(&inner, because, at);
                }
                _ => self.memory.write(*cell, unknown),
            },
            GoValue::Choice(_, yes, no) => {
                self.spoil(yes, because, at);
                self.spoil(no, because, at);
            }
            _ => {}
        }
    }
}

fn one_or_tuple(mut values: Vec<GoValue<'_>>) -> GoValue<'_> {
    match values.len() {
        0 => GoValue::nothing(),
        1 => values.pop().unwrap_or_else(GoValue::nothing),
        _ => GoValue::tuple(values),
    }
}
