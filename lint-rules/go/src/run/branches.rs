//! Both ways of a condition, run one after the other and merged.

use crate::syntax::ast::{Expr, ExprKind, If, Stmt, StmtKind, Switch};
use crate::term::{SharedTerm, Term, TermKind};
use crate::value::CodeContext;

use super::{Flow, GoValue, Interpreter, PathCondition};

/// What a condition is about, as far as electors behind it are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Whether to elect, by its own words.
    Election,
    /// Something else.
    Other,
    /// Which way of a loop or a `select` is gone first: an elector behind it is taken to be come to in time.
    Nothing,
}

impl<'p> Interpreter<'p, '_> {
    /// Runs both ways, unless the condition is constant, and merges what they left.
    pub(crate) fn branch(
        &mut self,
        condition: &SharedTerm,
        yes: impl FnOnce(&mut Self) -> Flow,
        no: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        self.branch_guarded(condition, About::Other, yes, no)
    }

    /// As `branch`, with what the condition is about.
    pub(super) fn branch_guarded(
        &mut self,
        condition: &SharedTerm,
        about: About,
        yes: impl FnOnce(&mut Self) -> Flow,
        no: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        match condition.as_truth() {
            Some(true) => return yes(self),
            Some(false) => return no(self),
            None => {}
        }
        let mark = self.memory.mark();
        let path = self.path.len();
        let opposite = Term::not(condition);
        let step = |condition: &SharedTerm| PathCondition {
            condition: condition.clone(),
            switch: match about {
                About::Election => condition.clone(),
                _ => Term::truth(true, None),
            },
            guard: match about {
                About::Other => condition.clone(),
                _ => Term::truth(true, None),
            },
        };

        let returns = self.returns();
        self.path.push(step(condition));
        let yes_flow = yes(self);
        let yes_returned = self.returns() > returns;
        let yes_path = self.step_since(path + 1);
        self.path.truncate(path);
        let yes_state = self.memory.take_back(mark);
        self.taken_back += 1;

        let returns = self.returns();
        self.path.push(step(&opposite));
        let no_flow = no(self);
        let no_returned = self.returns() > returns;
        let no_path = self.step_since(path + 1);
        self.path.truncate(path);

        self.broke |= yes_flow == Flow::Break || no_flow == Flow::Break;
        match (yes_flow, no_flow) {
            (Flow::Ended, Flow::Ended) => return Flow::Ended,
            (Flow::Ended, flow) => {
                if yes_returned {
                    self.path.push(step(&opposite));
                }
                self.follow(no_path);
                return flow;
            }
            (flow, Flow::Ended) => {
                self.memory.take_back(mark);
                self.taken_back += 1;
                self.memory.apply(&yes_state);
                if no_returned {
                    self.path.push(step(condition));
                }
                self.follow(yes_path);
                return flow;
            }
            _ => {}
        }
        self.memory.merge(condition, &yes_state, mark);
        let both = |yes: &SharedTerm, no: &SharedTerm| match about {
            About::Nothing => Term::and(yes, no),
            _ => Term::choice(condition, yes, no),
        };
        self.follow(PathCondition {
            condition: Term::choice(condition, &yes_path.condition, &no_path.condition),
            switch: both(&yes_path.switch, &no_path.switch),
            guard: both(&yes_path.guard, &no_path.guard),
        });
        if yes_flow == Flow::Break && no_flow == Flow::Break {
            Flow::Break
        } else {
            Flow::On
        }
    }

    fn step_since(&self, index: usize) -> PathCondition {
        PathCondition {
            condition: self.path_since(index),
            switch: self.guard_since(index, true),
            guard: self.guard_since(index, false),
        }
    }

    fn follow(&mut self, step: PathCondition) {
        if step.condition.as_truth() != Some(true) {
            self.path.push(step);
        }
    }

    fn returns(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.returns.len())
    }

    pub(super) fn if_statement(
        &mut self,
        statement: &'p If<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Flow {
        let scope = self.memory.scope(Some(scope));
        if let Some(init) = &statement.init
            && self.statement(init, scope, context) == Flow::Ended
        {
            return Flow::Ended;
        }
        let condition = self.condition(&statement.condition, scope, context);
        if condition.as_truth() == Some(false) && self.found.awaits_error_branch() {
            // The branch that a failed start takes: only whether it ends the process is of interest.
            let ends = self.rehearse(|this| this.block(&statement.then, scope, context));
            self.found.error_branch(ends);
        }
        let about = if speaks_of_election(&statement.condition) || carries_election(&condition) {
            About::Election
        } else {
            About::Other
        };
        self.branch_guarded(
            &condition,
            about,
            |this| this.block(&statement.then, scope, context),
            |this| match &statement.otherwise {
                Some(otherwise) => this.statement(otherwise, scope, context),
                None => Flow::On,
            },
        )
    }

    /// Runs something without any effect; whether all its paths end.
    pub(crate) fn rehearse(&mut self, part: impl FnOnce(&mut Self) -> Flow) -> bool {
        let mark = self.memory.mark();
        let path = self.path.len();
        let returns = self.returns();
        let found = self.found.pause();
        let flow = part(self);
        self.found.resume(found);
        if let Some(frame) = self.frames.last_mut() {
            frame.returns.truncate(returns);
        }
        self.path.truncate(path);
        self.memory.take_back(mark);
        self.taken_back += 1;
        flow == Flow::Ended
    }

    pub(super) fn switch_statement(
        &mut self,
        statement: &'p Switch<'p>,
        scope: usize,
        context: CodeContext,
        at: &Stmt<'p>,
    ) -> Flow {
        let scope = self.memory.scope(Some(scope));
        if let Some(init) = &statement.init
            && self.statement(init, scope, context) == Flow::Ended
        {
            return Flow::Ended;
        }
        let tag = match &statement.tag {
            Some(tag) if !statement.on_type => Some(self.eval(tag, scope, context)),
            _ => None,
        };
        let mut conditions = Vec::new();
        for case in statement.cases.iter().filter(|case| !case.is_default) {
            let mut any = Term::truth(false, None);
            for value in &case.values {
                let one = if statement.on_type {
                    Term::unknown("it depends on a value's type", Some(value.at))
                } else if let Some(tag) = &tag {
                    let value = self.eval(value, scope, context);
                    let compared = self.compare("==", tag, &value);
                    self.term(&compared)
                } else {
                    self.condition(value, scope, context)
                };
                any = crate::fold::operate(crate::term::TermOperator::Or, &any, &one);
            }
            conditions.push((any, case));
        }
        let jumps = statement.cases.iter().any(|case| {
            let last = case.body.last().map(|last| &last.kind);
            matches!(last, Some(StmtKind::Jump("fallthrough")))
        });
        let before = std::mem::replace(&mut self.broke, false);
        let (mark, limit) = (self.memory.written_mark(), self.memory.cells());
        let flow = self.cases(&conditions, statement, scope, context, 0);
        if self.broke || jumps {
            self.forget_written(
                mark,
                limit,
                "it is set in a switch that is left early",
                at.at,
            );
        }
        self.broke = before;
        if flow == Flow::Break { Flow::On } else { flow }
    }

    fn cases(
        &mut self,
        conditions: &[(SharedTerm, &'p crate::syntax::ast::Case<'p>)],
        statement: &'p Switch<'p>,
        scope: usize,
        context: CodeContext,
        depth: u32,
    ) -> Flow {
        let plain = |flow| if flow == Flow::Break { Flow::On } else { flow };
        let Some(((condition, case), rest)) = conditions.split_first() else {
            let default = statement.cases.iter().find(|case| case.is_default);
            return match default {
                Some(case) => plain(self.block(&case.body, scope, context)),
                None => Flow::On,
            };
        };
        if depth > 60 {
            return Flow::On;
        }
        self.branch(
            condition,
            |this| plain(this.block(&case.body, scope, context)),
            |this| this.cases(rest, statement, scope, context, depth + 1),
        )
    }

    /// Cells written since a mark become unknown.
    pub(super) fn forget_written(
        &mut self,
        mark: usize,
        limit: usize,
        because: &str,
        at: crate::syntax::SourcePosition,
    ) {
        for cell in self.memory.written_since(mark, limit) {
            match self.memory.read(cell) {
                GoValue::Struct(_) | GoValue::Function(_) => {}
                _ => self.memory.write(cell, GoValue::unknown(because, at)),
            }
        }
    }
}

fn is_election_word(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("leader")
        || name.contains("elect")
        || matches!(&*name, "ha" | "enable-ha" | "enableha")
}

/// Whether a condition asks for a flag, variable or key that is named for elections.
fn carries_election(condition: &SharedTerm) -> bool {
    condition.any(&mut |part| match &part.kind {
        TermKind::Flag(flag) => is_election_word(&flag.name),
        TermKind::FlagGiven(name)
        | TermKind::Variable(name)
        | TermKind::VariableSet(name)
        | TermKind::Lookup(_, name) => is_election_word(name),
        TermKind::Key(of, _) | TermKind::KeyGiven(of) => is_election_word(&of.key),
        _ => false,
    })
}

/// Whether a condition's own words are about elections.
fn speaks_of_election(expr: &Expr<'_>) -> bool {
    let word = is_election_word;
    match &expr.kind {
        ExprKind::Name(name) => word(name),
        ExprKind::Selector(of, member) => word(member.name) || speaks_of_election(of),
        ExprKind::Unary(_, of) | ExprKind::Star(of) => speaks_of_election(of),
        ExprKind::Binary(_, left, right) => speaks_of_election(left) || speaks_of_election(right),
        ExprKind::Call(call) => {
            speaks_of_election(&call.function) || call.args.iter().any(speaks_of_election)
        }
        ExprKind::Index(of, indices) => {
            speaks_of_election(of) || indices.iter().any(speaks_of_election)
        }
        ExprKind::Text(text) => word(text),
        _ => false,
    }
}
