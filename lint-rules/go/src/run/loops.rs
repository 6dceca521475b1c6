//! Loops: a body is run once, and what it sets is unknown afterwards.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::syntax::ast::{Case, ExprKind, For, Stmt, StmtKind};
use crate::term::Term;
use crate::value::{CodeContext, TypeRef};

use super::branches::About;
use super::{Flow, GoValue, Interpreter};

/// Lists up to this length are gone through element by element.
const MAX_UNROLLED_ELEMENTS: usize = 16;
/// Lists, structs and pointers within one another, in a table that a loop goes through.
const MAX_TABLE_DEPTH: u32 = 3;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn for_statement(
        &mut self,
        statement: &'p For<'p>,
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Flow {
        let scope = self.memory.scope(Some(scope));
        if let Some((names, over)) = &statement.range {
            let value = self.eval(over, scope, context);
            if let GoValue::List(list) = &value
                && list.len() <= MAX_UNROLLED_ELEMENTS
                && !leaves_early(&statement.body)
            {
                return self.unrolled(statement, names, &Rc::clone(list), scope, context);
            }
            self.spoil_plain_targets(&value, 0, at);
            for name in names {
                let unknown = GoValue::unknown("it is an element of a list or map", name.at);
                if let ExprKind::Name(name) = name.kind {
                    self.memory.declare(scope, name, unknown);
                }
            }
        }
        if let Some(init) = &statement.init {
            self.statement(init, scope, context);
        }
        // The body is run for all turns at once.
        if let Some(StmtKind::Update(counter, ..)) = statement.post.as_ref().map(|post| &post.kind)
        {
            let unknown = GoValue::unknown("it counts the turns of a loop", at);
            self.store(counter, unknown, scope, context);
        }
        let endless =
            statement.condition.is_none() && statement.range.is_none() && !breaks(&statement.body);
        let (mark, limit) = (self.memory.written_mark(), self.memory.cells());
        let before = self.broke;
        self.in_loop += 1;
        let flow = if endless {
            self.block(&statement.body, scope, context)
        } else {
            let maybe = Term::unknown("it depends on a loop", Some(at));
            self.branch_guarded(
                &maybe,
                About::Nothing,
                |this| {
                    let flow = this.block(&statement.body, scope, context);
                    if let Some(post) = &statement.post {
                        this.statement(post, scope, context);
                    }
                    flow
                },
                |_| Flow::On,
            )
        };
        self.in_loop -= 1;
        self.broke = before;
        self.forget_written(mark, limit, "it is set in a loop", at);
        if endless {
            if flow != Flow::Ended {
                self.found.blocks(at, self.in_go);
            }
            return Flow::Ended;
        }
        if flow == Flow::Break { Flow::On } else { flow }
    }

    fn unrolled(
        &mut self,
        statement: &'p For<'p>,
        names: &'p [crate::syntax::ast::Expr<'p>],
        list: &[GoValue<'p>],
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        for (index, value) in list.iter().enumerate() {
            let inner = self.memory.scope(Some(scope));
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            let index = GoValue::Term(Term::integer(index, None));
            for (name, value) in names.iter().zip([index, value.clone()]) {
                if let ExprKind::Name(name) = name.kind {
                    self.memory.declare(inner, name, value);
                }
            }
            if self.block(&statement.body, inner, context) == Flow::Ended {
                return Flow::Ended;
            }
        }
        Flow::On
    }

    /// A table of pointers to plain variables is gone through to set them, and which element sets what is not followed.
    pub(super) fn spoil_plain_targets(
        &mut self,
        value: &GoValue<'p>,
        depth: u32,
        at: SourcePosition,
    ) {
        if depth > MAX_TABLE_DEPTH {
            return;
        }
        match value {
            GoValue::List(list) => {
                for element in &*Rc::clone(list) {
                    self.spoil_plain_targets(element, depth + 1, at);
                }
            }
            GoValue::Struct(object) => {
                let fields = self.memory.get(*object).map(|object| &object.fields);
                let cells: Vec<usize> = fields.into_iter().flatten().map(|field| field.1).collect();
                for cell in cells {
                    let held = self.memory.read(cell);
                    self.spoil_plain_targets(&held, depth + 1, at);
                }
            }
            GoValue::Pointer(to) => {
                let is_plain = match self.memory.read(*to) {
                    GoValue::Zero(ty) => !matches!(ty, TypeRef::Struct(..) | TypeRef::Named(..)),
                    other => matches!(other, GoValue::Term(_)),
                };
                if is_plain {
                    self.spoil(value, "it is set in a loop", at);
                }
            }
            _ => {}
        }
    }

    pub(super) fn select_statement(
        &mut self,
        cases: &'p [Case<'p>],
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Flow {
        if !cases.iter().any(|case| case.is_default) {
            self.found.blocks(at, self.in_go);
        }
        if cases.is_empty() {
            return Flow::Ended;
        }
        self.select_case(cases, scope, context, at)
    }

    fn select_case(
        &mut self,
        cases: &'p [Case<'p>],
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Flow {
        let Some((case, rest)) = cases.split_first() else {
            return Flow::Ended;
        };
        let run = |this: &mut Self| {
            let scope = this.memory.scope(Some(scope));
            if let Some(communication) = &case.communication {
                this.statement(communication, scope, context);
            }
            match this.block(&case.body, scope, context) {
                Flow::Break => Flow::On,
                flow => flow,
            }
        };
        if rest.is_empty() || rest.len() > 40 {
            return run(self);
        }
        let maybe = Term::unknown("it depends on what happens first", Some(at));
        self.branch_guarded(&maybe, About::Nothing, run, |this| {
            this.select_case(rest, scope, context, at)
        })
    }
}

/// Whether a `break` or a `return` stands in a body (not in a function inside it).
fn leaves_early(body: &[Stmt<'_>]) -> bool {
    jumps(body, &mut |kind| {
        matches!(
            kind,
            StmtKind::Jump("break" | "continue" | "goto") | StmtKind::Return(_)
        )
    })
}

/// Whether a `break` that may mean the loop stands in its body.
fn breaks(body: &[Stmt<'_>]) -> bool {
    jumps(body, &mut |kind| {
        matches!(kind, StmtKind::Jump("break" | "goto"))
    })
}

fn jumps(body: &[Stmt<'_>], test: &mut impl FnMut(&StmtKind<'_>) -> bool) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StmtKind::If(inner) => {
            jumps(&inner.then, test)
                || inner
                    .otherwise
                    .as_ref()
                    .is_some_and(|other| jumps(std::slice::from_ref(other), test))
        }
        StmtKind::Block(inner) => jumps(inner, test),
        StmtKind::For(inner) => jumps(&inner.body, test),
        StmtKind::Switch(inner) => inner.cases.iter().any(|case| jumps(&case.body, test)),
        StmtKind::Select(cases) => cases.iter().any(|case| jumps(&case.body, test)),
        kind => test(kind),
    })
}
