//! This repository's functions, run where they are called.

use std::rc::Rc;

use crate::syntax::ast::{ExprKind, Param, Signature, Stmt};
use crate::term::Term;
use crate::value::{Body, Closure, CodeContext, GoValue, TypeRef};

use super::calls::{CallArguments, outside};
use super::relevance::TypeHome;
use super::{CallFrame, Flow, Interpreter};

/// Calls inside calls; real programs stay below 25 between `main` and a manager.
const MAX_CALL_DEPTH: usize = 32;

impl<'p> Interpreter<'p, '_> {
    /// Runs a function; `None` if all its ways end the process.
    pub(crate) fn run(
        &mut self,
        closure: &Rc<Closure<'p>>,
        args: Vec<GoValue<'p>>,
    ) -> Option<GoValue<'p>> {
        let key = closure.key();
        let (signature, at) = match closure.body {
            Body::Declared(function) => (&function.signature, function.name.at),
            Body::Literal(literal) => {
                let first = literal.body.first();
                let at = first.map(|first| first.at).unwrap_or_default();
                (&literal.signature, at)
            }
        };
        let again = self.frames.iter().filter(|frame| frame.key == key).count();
        if matches!(closure.body, Body::Declared(function) if function.body.is_none()) {
            return Some(GoValue::unknown("a function without a body", at));
        }
        let is_left_out = match closure.body {
            Body::Declared(function) => !self.relevance.follows(key, function),
            Body::Literal(_) => false,
        };
        let because = if again > 0 || self.frames.len() >= MAX_CALL_DEPTH {
            Some("it comes from a function that calls itself")
        } else if self.depth >= super::MAX_RUN_DEPTH || !self.burn() {
            Some("the program is too large to follow")
        } else {
            is_left_out.then_some("it is computed by a function that is not followed")
        };
        if let Some(because) = because {
            let arguments = CallArguments {
                values: args,
                at,
                ty: None,
            };
            self.escape_pointers(&arguments, closure.receiver.as_ref(), key);
            return Some(GoValue::unknown(because, at));
        }
        self.called.insert(key);
        let scope = self.memory.scope(Some(closure.scope));
        self.bind_receiver(closure, scope);
        self.bind(signature, args, scope, closure.context);
        let mut results = Vec::new();
        for result in &signature.results {
            if let Some(name) = result.name {
                let ty = self.ty(&result.ty, closure.context);
                let zero = self.zero(&ty);
                results.push(self.memory.declare(scope, name.name, zero));
            }
        }
        let fails = signature
            .results
            .last()
            .is_some_and(|last| matches!(last.ty.kind, ExprKind::Name("error")));
        self.frames.push(CallFrame {
            key,
            entry: self.memory.mark(),
            path: self.path.len(),
            results,
            returns: Vec::new(),
            fails,
        });
        self.depth += 1;
        let body = self.body_of(closure).unwrap_or_default();
        let flow = self.block(body, scope, closure.context);
        self.depth -= 1;
        self.finish(flow)
    }

    /// A function's statements; `None` if it has no body.
    pub(crate) fn body_of(&self, closure: &Closure<'p>) -> Option<&'p [Stmt<'p>]> {
        match closure.body {
            Body::Declared(function) => {
                let CodeContext { package, file } = closure.context;
                self.repository.body(package, file, function)
            }
            Body::Literal(literal) => Some(&literal.body),
        }
    }

    fn bind_receiver(&mut self, closure: &Closure<'p>, scope: usize) {
        let Body::Declared(function) = closure.body else {
            return;
        };
        let (Some(param), Some(receiver)) = (&function.receiver, &closure.receiver) else {
            return;
        };
        let Some(name) = param.name else {
            return;
        };
        let by_pointer = matches!(param.ty.kind, ExprKind::Star(_));
        let value = match receiver {
            GoValue::Pointer(cell) if !by_pointer => {
                let value = self.memory.read(*cell);
                self.memory.copied(value, 0)
            }
            GoValue::Struct(_) if by_pointer => {
                GoValue::Pointer(self.memory.cell(receiver.clone()))
            }
            other => other.clone(),
        };
        self.memory.declare(scope, name.name, value);
    }

    fn bind(
        &mut self,
        signature: &'p Signature<'p>,
        args: Vec<GoValue<'p>>,
        scope: usize,
        context: CodeContext,
    ) {
        let mut args = args.into_iter();
        for param in &signature.params {
            let value = if param.variadic {
                let rest: Vec<GoValue<'p>> = args.by_ref().collect();
                GoValue::List(Rc::new(rest))
            } else {
                match args.next() {
                    Some(value) => value,
                    None => self.usual_argument(param, context),
                }
            };
            if let Some(name) = param.name {
                self.memory.declare(scope, name.name, value);
            }
        }
    }

    /// What a library passes to a function that it was given.
    fn usual_argument(&mut self, param: &'p Param<'p>, context: CodeContext) -> GoValue<'p> {
        let at = param.ty.at;
        match self.ty(&param.ty, context) {
            TypeRef::Pointer(inner) => match &*inner {
                TypeRef::Outside(_, "Command") if self.commands.current.is_some() => self
                    .commands
                    .current
                    .map_or_else(GoValue::nothing, GoValue::Struct),
                TypeRef::Outside(path, name) => outside(path, name, at),
                _ => GoValue::unknown("a parameter whose caller is not known", at),
            },
            TypeRef::Outside(path, name) => outside(&path, name, at),
            _ => GoValue::unknown("a parameter whose caller is not known", at),
        }
    }

    fn finish(&mut self, flow: Flow) -> Option<GoValue<'p>> {
        if flow != Flow::Ended {
            let results = self.frames.last().map(|frame| frame.results.clone());
            let mut values: Vec<GoValue<'p>> = results
                .unwrap_or_default()
                .iter()
                .map(|cell| self.memory.read(*cell))
                .collect();
            let value = match values.len() {
                0 => GoValue::nothing(),
                1 => values.pop().unwrap_or_else(GoValue::nothing),
                _ => GoValue::tuple(values),
            };
            self.leave(value);
        }
        let frame = self.frames.pop()?;
        self.path.truncate(frame.path);
        let mut returns = frame.returns;
        let last = returns.pop()?;
        if returns.is_empty() {
            if last.now != (self.memory.mark(), self.taken_back) {
                self.memory.take_back(frame.entry);
                self.taken_back += 1;
                self.memory.apply(&last.state);
            }
            return Some(last.value);
        }
        self.memory.take_back(frame.entry);
        self.taken_back += 1;
        let mut value = last.value;
        self.memory.apply(&last.state);
        for other in returns.iter().rev() {
            value = GoValue::choose(&other.condition, &other.value, &value);
            self.memory
                .merge(&other.condition, &other.state, frame.entry);
        }
        Some(value)
    }

    /// Values handed to code that cannot be seen: what pointers lead to is unknown, functions may be run.
    pub(crate) fn escape(&mut self, arguments: &CallArguments<'p>, because: &str) {
        for value in &arguments.values {
            match value {
                GoValue::Function(closure) => {
                    let maybe = Term::unknown(because, Some(arguments.at));
                    let closure = Rc::clone(closure);
                    self.branch(
                        &maybe,
                        |this| match this.run(&closure, Vec::new()) {
                            Some(_) => Flow::On,
                            None => Flow::On,
                        },
                        |_| Flow::On,
                    );
                }
                pointer @ (GoValue::Pointer(_) | GoValue::Choice(..)) => {
                    self.spoil(pointer, because, arguments.at);
                }
                _ => {}
            }
        }
    }

    /// What is handed to a function that is not followed may be changed by it: the members that it assigns to, or
    /// all, if that is not known.
    fn escape_pointers(
        &mut self,
        arguments: &CallArguments<'p>,
        receiver: Option<&GoValue<'p>>,
        key: usize,
    ) {
        let because = "it may be changed by a function that is not followed";
        for value in arguments.values.iter().chain(receiver) {
            let GoValue::Pointer(cell) = value else {
                continue;
            };
            if !self.may_change(value) {
                continue;
            }
            let object = self.object_in(*cell);
            let assigned = object.and_then(|object| {
                let mut types = Vec::new();
                self.types_in(object, &mut types, 0);
                self.relevance.assigned(key, &types)
            });
            match (&assigned, object) {
                (Some(names), Some(object)) => {
                    let unknown = GoValue::unknown(because, arguments.at);
                    self.memory.spoil_members(object, names, &unknown, 0);
                }
                _ => self.spoil(value, because, arguments.at),
            }
        }
    }

    /// The packages of the types of a struct and of those that it holds.
    fn types_in(&self, object: usize, found: &mut Vec<TypeHome>, depth: u32) {
        let Some(of) = self.memory.get(object) else {
            return;
        };
        let home = match &of.ty {
            TypeRef::Named(package, _) => Some(TypeHome::Own(*package)),
            TypeRef::Outside(path, _) => Some(TypeHome::Other(path.to_string())),
            TypeRef::Map(_) => None,
            _ => Some(TypeHome::Anywhere),
        };
        found.extend(home.filter(|home| !found.contains(home)));
        if depth >= 4 {
            return;
        }
        for (_, cell) in &of.fields {
            match self.memory.read(*cell) {
                GoValue::Struct(inner) => self.types_in(inner, found, depth + 1),
                GoValue::Pointer(to) => {
                    if let GoValue::Struct(inner) = self.memory.read(to) {
                        self.types_in(inner, found, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }
}
