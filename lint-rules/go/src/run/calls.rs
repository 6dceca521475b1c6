//! Calls: of this repository's functions, which are run, and of others', which `libraries` may know.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::syntax::ast::{Call, Expr, ExprKind};
use crate::value::{CodeContext, GoValue, Outside, TypeRef};

use super::{Flow, Interpreter};

/// What a function of another module is called with.
#[derive(Clone, Debug)]
pub(crate) struct CallArguments<'p> {
    pub values: Vec<GoValue<'p>>,
    pub at: SourcePosition,
    /// A type argument, as of `ParseAs[T]`.
    pub ty: Option<TypeRef<'p>>,
}

impl<'p> CallArguments<'p> {
    pub(crate) fn get(&self, index: usize) -> GoValue<'p> {
        self.values
            .get(index)
            .cloned()
            .unwrap_or_else(GoValue::nothing)
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

impl<'p> Interpreter<'p, '_> {
    pub(super) fn call_expression(
        &mut self,
        call: &'p Call<'p>,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Option<GoValue<'p>> {
        let at = position_of(&call.function);
        match &call.function.kind {
            ExprKind::Name(name) if self.memory.lookup(scope, name).is_none() => {
                let function = self.package_name(name, context, at);
                if let GoValue::Term(_) = function {
                    if let Some(value) = self.builtin(name, call, scope, context, at) {
                        return value.into();
                    }
                    if *name == "panic" {
                        self.arguments(call, scope, context, at)?;
                        return None;
                    }
                }
                self.call_value(&function, call, scope, context, at)
            }
            ExprKind::Selector(of, member) => {
                self.call_member(of, member.name, call, scope, context, expr.at, member.at)
            }
            _ => {
                let function = self.eval_flow(&call.function, scope, context)?;
                self.call_value(&function, call, scope, context, at)
            }
        }
    }

    fn arguments(
        &mut self,
        call: &'p Call<'p>,
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Option<CallArguments<'p>> {
        let mut values = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            match self.eval_flow(arg, scope, context)? {
                GoValue::Tuple(results) if call.args.len() == 1 => {
                    values.extend(results.iter().cloned())
                }
                value => values.push(value),
            }
        }
        if call.spread
            && let Some(GoValue::List(list)) = values.last().cloned()
        {
            values.pop();
            values.extend(list.iter().cloned());
        }
        Some(CallArguments {
            values,
            at,
            ty: None,
        })
    }

    fn call_value(
        &mut self,
        function: &GoValue<'p>,
        call: &'p Call<'p>,
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
    ) -> Option<GoValue<'p>> {
        if let GoValue::Type(ty) = function {
            let value = match call.args.first() {
                Some(value) => self.eval_flow(value, scope, context)?,
                None => GoValue::nothing(),
            };
            return Some(self.convert(ty, value));
        }
        let mut arguments = self.arguments(call, scope, context, at)?;
        match function {
            GoValue::Function(closure) => {
                let closure = Rc::clone(closure);
                self.run(&closure, arguments.values)
            }
            GoValue::Outside(outside) => {
                if let Some(GoValue::Type(ty)) = outside.args.first() {
                    arguments.ty = Some(ty.clone());
                }
                match &outside.receiver {
                    Some(receiver) => {
                        let receiver = receiver.clone();
                        self.outside_method(&receiver, &outside.name.clone(), &arguments)
                    }
                    None => self.outside_call(
                        &outside.package.clone(),
                        &outside.name.clone(),
                        &arguments,
                    ),
                }
            }
            GoValue::Choice(condition, yes, no) => {
                let (yes, no) = (yes.clone(), no.clone());
                let mut results = (None, None);
                self.branch(
                    condition,
                    |this| this.run_into(&yes, &arguments, &mut results.0),
                    |this| this.run_into(&no, &arguments, &mut results.1),
                );
                match results {
                    (Some(yes), Some(no)) => Some(GoValue::choose(condition, &yes, &no)),
                    (one, other) => one.or(other),
                }
            }
            _ => {
                self.escape(&arguments, "it is passed to a function that is not known");
                Some(GoValue::unknown(
                    "it comes from a function that is not known",
                    at,
                ))
            }
        }
    }

    fn run_into(
        &mut self,
        function: &GoValue<'p>,
        arguments: &CallArguments<'p>,
        result: &mut Option<GoValue<'p>>,
    ) -> Flow {
        *result = match function {
            GoValue::Function(closure) => {
                let closure = Rc::clone(closure);
                self.run(&closure, arguments.values.clone())
            }
            _ => {
                let because = "it comes from a function that is not known";
                self.escape(arguments, "it is passed to a function that is not known");
                Some(GoValue::unknown(because, arguments.at))
            }
        };
        match result {
            Some(_) => Flow::On,
            None => Flow::Ended,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call_member(
        &mut self,
        of: &'p Expr<'p>,
        name: &'p str,
        call: &'p Call<'p>,
        scope: usize,
        context: CodeContext,
        at: SourcePosition,
        _member: SourcePosition,
    ) -> Option<GoValue<'p>> {
        let receiver = match self.place(of, scope, context) {
            Some(cell) => match self.memory.read(cell) {
                GoValue::Struct(_) | GoValue::Zero(_) => GoValue::Pointer(cell),
                other => other,
            },
            // A call in a chain may end the process.
            None if matches!(of.kind, ExprKind::Call(_)) => self.eval_flow(of, scope, context)?,
            None => self.eval_in_place(of, scope, context),
        };
        match &receiver {
            GoValue::Own(package) => {
                let function = self
                    .member_of(*package, name)
                    .unwrap_or_else(|| GoValue::unknown("a name that its package lacks", at));
                return self.call_value(&function, call, scope, context, at);
            }
            GoValue::Package(path) => {
                let path = path.clone();
                self.note_use(&path);
                if let Some(ty) = self.outside_type(&path, name) {
                    return self.call_value(&GoValue::Type(ty), call, scope, context, at);
                }
                let arguments = self.arguments(call, scope, context, at)?;
                return self.outside_call(&path, name, &arguments);
            }
            GoValue::Choice(condition, yes, no) => {
                let (condition, yes, no) = (condition.clone(), yes.clone(), no.clone());
                let arguments = self.arguments(call, scope, context, at)?;
                let mut results = (None, None);
                self.branch(
                    &condition,
                    |this| {
                        results.0 = this.call_on(&yes, name, &arguments);
                        if results.0.is_some() {
                            Flow::On
                        } else {
                            Flow::Ended
                        }
                    },
                    |this| {
                        results.1 = this.call_on(&no, name, &arguments);
                        if results.1.is_some() {
                            Flow::On
                        } else {
                            Flow::Ended
                        }
                    },
                );
                return match results {
                    (Some(yes), Some(no)) => Some(GoValue::choose(&condition, &yes, &no)),
                    (one, other) => one.or(other),
                };
            }
            _ => {}
        }
        let arguments = self.arguments(call, scope, context, at)?;
        self.call_on(&receiver, name, &arguments)
    }

    /// A method of a value, or a function in one of its fields.
    pub(crate) fn call_on(
        &mut self,
        receiver: &GoValue<'p>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<GoValue<'p>> {
        if let Some(GoValue::Function(closure)) = self.method(receiver, name) {
            return self.run(&closure, arguments.values.clone());
        }
        let known = match receiver {
            GoValue::Pointer(_) | GoValue::Struct(_) => self.known_field(receiver, name),
            _ => None,
        };
        match known {
            Some(GoValue::Function(closure)) => self.run(&closure, arguments.values.clone()),
            Some(GoValue::Outside(outside)) => {
                self.outside_call(&outside.package.clone(), &outside.name.clone(), arguments)
            }
            _ => self.outside_method(receiver, name, arguments),
        }
    }

    /// A field that was set, without making one.
    fn known_field(&mut self, of: &GoValue<'p>, name: &str) -> Option<GoValue<'p>> {
        let object = match of {
            GoValue::Pointer(cell) => self.object_in(*cell)?,
            GoValue::Struct(object) => *object,
            _ => return None,
        };
        let cell = self.memory.field(object, name)?;
        Some(self.memory.read(cell))
    }

    fn member_of(&mut self, package: usize, name: &'p str) -> Option<GoValue<'p>> {
        self.member(package, name)
    }

    /// A value of another module.
    pub(crate) fn outside_value(
        &mut self,
        receiver: Option<GoValue<'p>>,
        package: &Rc<str>,
        name: &str,
        args: Vec<GoValue<'p>>,
        at: SourcePosition,
    ) -> GoValue<'p> {
        GoValue::Outside(Rc::new(Outside {
            package: package.clone(),
            name: Rc::from(name),
            receiver,
            args,
            at,
        }))
    }
}

pub(super) fn outside<'p>(path: &Rc<str>, name: &str, at: SourcePosition) -> GoValue<'p> {
    GoValue::Outside(Rc::new(Outside {
        package: path.clone(),
        name: Rc::from(name),
        receiver: None,
        args: Vec::new(),
        at,
    }))
}

/// Where a call is shown: at its function's last name.
fn position_of(function: &Expr<'_>) -> SourcePosition {
    function.at
}
