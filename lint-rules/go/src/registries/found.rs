//! What a run of a program came by.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::syntax::ast::{ExprKind, StmtKind};
use crate::term::{SharedTerm, Term};
use crate::value::{GoValue, Outside};

use super::candidate::Candidate;

/// A `go` statement that is gone through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Goroutine {
    /// 0 outside of all.
    pub number: u32,
    /// Something is deferred in it.
    pub defers: bool,
}

/// Everything about elections that a run of the program came by.
#[derive(Default)]
pub(crate) struct FoundElectors<'p> {
    pub candidates: Vec<Candidate<'p>>,
    /// Places where a goroutine waits, with how deep in `go` statements they are, and how many electors ran before.
    pub waits: Vec<(SourcePosition, u32, usize)>,
    pub awaiting: Option<usize>,
    pub goroutine: Goroutine,
    goroutines: u32,
    paused: u32,
    /// Fields set on other modules' values: the value, the path, what was set.
    outside: Vec<(Rc<Outside<'p>>, String, GoValue<'p>)>,
    /// Whether functions are gone through that nothing calls.
    pub unreached: bool,
    /// The first call of another module's framework, which may elect for the program.
    pub handed_over: Option<SourcePosition>,
}

impl<'p> FoundElectors<'p> {
    pub(crate) fn pause(&mut self) -> (usize, usize) {
        self.paused += 1;
        (self.candidates.len(), self.waits.len())
    }

    pub(crate) fn resume(&mut self, (candidates, waits): (usize, usize)) {
        self.paused = self.paused.saturating_sub(1);
        self.candidates.truncate(candidates);
        self.waits.truncate(waits);
    }

    /// Enters a goroutine; gives back the one around it.
    pub(crate) fn enter_goroutine(&mut self) -> Goroutine {
        self.goroutines += 1;
        let entered = Goroutine {
            number: self.goroutines,
            defers: false,
        };
        std::mem::replace(&mut self.goroutine, entered)
    }

    /// Another statement: what stands behind the run of an elector in its goroutine, or is deferred there, may tell
    /// the others of its end.
    pub(crate) fn goes_on(&mut self, statement: &StmtKind<'_>) {
        let number = self.goroutine.number;
        let is_bare_return = match statement {
            StmtKind::Return(values) => values
                .iter()
                .all(|value| matches!(value.kind, ExprKind::Name("nil"))),
            _ => false,
        };
        if number == 0 || is_bare_return {
            return;
        }
        self.goroutine.defers |= matches!(statement, StmtKind::Defer(_));
        let runs = self
            .candidates
            .iter_mut()
            .filter_map(|one| one.run.as_mut());
        for run in runs.filter(|run| run.goroutine == number) {
            run.acted_on = true;
        }
    }

    pub(crate) fn blocks(&mut self, at: SourcePosition, in_go: u32) {
        let ran = self
            .candidates
            .iter()
            .filter(|one| one.run.is_some())
            .count();
        self.waits.push((at, in_go, ran));
    }

    pub(crate) fn awaits_error_branch(&self) -> bool {
        self.awaiting.is_some() && self.paused == 0
    }

    pub(crate) fn error_branch(&mut self, ends: bool) {
        if let Some(one) = self
            .awaiting
            .take()
            .and_then(|at| self.candidates.get_mut(at))
        {
            one.error_exits = Some(ends);
        }
    }

    /// The value where a chain of members begins, and the chain.
    fn root(outside: &Rc<Outside<'p>>, name: &str) -> (Rc<Outside<'p>>, String) {
        let mut root = Rc::clone(outside);
        let mut path = name.to_owned();
        for _ in 0..8 {
            match &root.receiver {
                Some(GoValue::Outside(next)) if root.args.is_empty() => {
                    path = format!("{}.{path}", root.name);
                    root = Rc::clone(next);
                }
                _ => break,
            }
        }
        (root, path)
    }

    pub(crate) fn set_outside(
        &mut self,
        outside: &Rc<Outside<'p>>,
        name: &str,
        value: &GoValue<'p>,
    ) {
        let (root, path) = Self::root(outside, name);
        self.outside.push((root, path, value.clone()));
    }

    pub(crate) fn get_outside(&self, outside: &Rc<Outside<'p>>, name: &str) -> Option<GoValue<'p>> {
        let (root, path) = Self::root(outside, name);
        self.deep_outside(&root, &path)
    }

    pub(crate) fn deep_outside(&self, root: &Rc<Outside<'p>>, path: &str) -> Option<GoValue<'p>> {
        let mut all = self.outside.iter().rev();
        let found = all.find(|(known, set, _)| Rc::ptr_eq(known, root) && set == path)?;
        Some(found.2.clone())
    }

    /// What a library made is run by a command alone.
    pub(crate) fn belongs_to(&mut self, result: &Rc<Outside<'p>>, command: usize) {
        let is_it = |one: &&mut Candidate<'p>| {
            let known = one.result.as_ref();
            known.is_some_and(|known| Rc::ptr_eq(known, result))
        };
        for one in self.candidates.iter_mut().filter(is_it) {
            one.command = Some(command);
        }
    }

    /// A setting changed by a method on what a wrapper returned.
    pub(crate) fn change(
        &mut self,
        result: &Rc<Outside<'p>>,
        setting: &str,
        value: &SharedTerm,
        condition: &SharedTerm,
    ) {
        for one in &mut self.candidates {
            if one
                .result
                .as_ref()
                .is_some_and(|known| Rc::ptr_eq(known, result))
            {
                let (target, condition) = match setting {
                    "namespace" => (&mut one.lock_namespace, condition),
                    "identity" => (&mut one.identity, condition),
                    "lease" => (&mut one.lease, condition),
                    "renew" => (&mut one.renew, condition),
                    "retry" => (&mut one.retry, condition),
                    _ => continue,
                };
                let set = Term::choice(condition, value, target);
                *target = set;
            }
        }
    }
}
