//! Calls: of this repository's functions, which are run, and of others', which `libraries` may know.

use std::rc::Rc;

use crate::syntax::Position;
use crate::syntax::ast::{Call, Expr, ExprKind};

use super::value::{Context, Outside, TypeRef, Value};
use super::{Flow, Interpreter};

/// What a function of another module is called with.
#[derive(Clone, Debug)]
pub(crate) struct Arguments<'p> {
    pub values: Vec<Value<'p>>,
    pub at: Position,
    /// A type argument, as of `ParseAs[T]`.
    pub ty: Option<TypeRef<'p>>,
}

impl<'p> Arguments<'p> {
    pub(crate) fn get(&self, index: usize) -> Value<'p> {
        self.values
            .get(index)
            .cloned()
            .unwrap_or_else(Value::nothing)
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
        context: Context,
    ) -> Option<Value<'p>> {
        let at = position_of(&call.function);
        match &call.function.kind {
            ExprKind::Name(name) if self.memory.lookup(scope, name).is_none() => {
                let function = self.package_name(name, context, at);
                if let Value::Term(_) = function {
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
        context: Context,
        at: Position,
    ) -> Option<Arguments<'p>> {
        let mut values = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            match self.eval_flow(arg, scope, context)? {
                Value::Tuple(results) if call.args.len() == 1 => {
                    values.extend(results.iter().cloned())
                }
                value => values.push(value),
            }
        }
        if call.spread
            && let Some(Value::List(list)) = values.last().cloned()
        {
            values.pop();
            values.extend(list.iter().cloned());
        }
        Some(Arguments {
            values,
            at,
            ty: None,
        })
    }

    fn call_value(
        &mut self,
        function: &Value<'p>,
        call: &'p Call<'p>,
        scope: usize,
        context: Context,
        at: Position,
    ) -> Option<Value<'p>> {
        if let Value::Type(ty) = function {
            let value = match call.args.first() {
                Some(value) => self.eval_flow(value, scope, context)?,
                None => Value::nothing(),
            };
            return Some(self.convert(ty, value));
        }
        let mut arguments = self.arguments(call, scope, context, at)?;
        match function {
            Value::Function(closure) => {
                let closure = Rc::clone(closure);
                self.run(&closure, arguments.values)
            }
            Value::Outside(outside) => {
                if let Some(Value::Type(ty)) = outside.args.first() {
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
            Value::Choice(condition, yes, no) => {
                let (yes, no) = (yes.clone(), no.clone());
                let values = arguments.values;
                let mut results = (None, None);
                self.branch(
                    condition,
                    |this| this.run_into(&yes, values.clone(), &mut results.0),
                    |this| this.run_into(&no, values.clone(), &mut results.1),
                );
                match results {
                    (Some(yes), Some(no)) => Some(Value::choose(condition, &yes, &no)),
                    (one, other) => one.or(other),
                }
            }
            _ => {
                self.escape(&arguments, "it is passed to a function that is not known");
                Some(Value::unknown(
                    "it comes from a function that is not known",
                    at,
                ))
            }
        }
    }

    fn run_into(
        &mut self,
        function: &Value<'p>,
        values: Vec<Value<'p>>,
        result: &mut Option<Value<'p>>,
    ) -> Flow {
        match function {
            Value::Function(closure) => {
                let closure = Rc::clone(closure);
                *result = self.run(&closure, values);
                if result.is_some() {
                    Flow::On
                } else {
                    Flow::Ended
                }
            }
            _ => Flow::On,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call_member(
        &mut self,
        of: &'p Expr<'p>,
        name: &'p str,
        call: &'p Call<'p>,
        scope: usize,
        context: Context,
        at: Position,
        _member: Position,
    ) -> Option<Value<'p>> {
        let receiver = match self.place(of, scope, context) {
            Some(cell) => match self.memory.read(cell) {
                Value::Struct(_) | Value::Zero(_) => Value::Pointer(cell),
                other => other,
            },
            // A call in a chain may end the process.
            None if matches!(of.kind, ExprKind::Call(_)) => self.eval_flow(of, scope, context)?,
            None => self.eval_in_place(of, scope, context),
        };
        match &receiver {
            Value::Own(package) => {
                let function = self
                    .member_of(*package, name)
                    .unwrap_or_else(|| Value::unknown("a name that its package lacks", at));
                return self.call_value(&function, call, scope, context, at);
            }
            Value::Package(path) => {
                let path = path.clone();
                self.note_use(&path);
                if let Some(ty) = self.outside_type(&path, name) {
                    return self.call_value(&Value::Type(ty), call, scope, context, at);
                }
                let arguments = self.arguments(call, scope, context, at)?;
                return self.outside_call(&path, name, &arguments);
            }
            Value::Choice(condition, yes, no) => {
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
                    (Some(yes), Some(no)) => Some(Value::choose(&condition, &yes, &no)),
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
        receiver: &Value<'p>,
        name: &str,
        arguments: &Arguments<'p>,
    ) -> Option<Value<'p>> {
        if let Some(Value::Function(closure)) = self.method(receiver, name) {
            return self.run(&closure, arguments.values.clone());
        }
        let known = match receiver {
            Value::Pointer(_) | Value::Struct(_) => self.known_field(receiver, name),
            _ => None,
        };
        match known {
            Some(Value::Function(closure)) => self.run(&closure, arguments.values.clone()),
            Some(Value::Outside(outside)) => {
                self.outside_call(&outside.package.clone(), &outside.name.clone(), arguments)
            }
            _ => self.outside_method(receiver, name, arguments),
        }
    }

    /// A field that was set, without making one.
    fn known_field(&mut self, of: &Value<'p>, name: &str) -> Option<Value<'p>> {
        let object = match of {
            Value::Pointer(cell) => self.object_in(*cell)?,
            Value::Struct(object) => *object,
            _ => return None,
        };
        let cell = self.memory.field(object, name)?;
        Some(self.memory.read(cell))
    }

    fn member_of(&mut self, package: usize, name: &'p str) -> Option<Value<'p>> {
        self.member(package, name)
    }

    /// A value of another module.
    pub(crate) fn outside_value(
        &mut self,
        receiver: Option<Value<'p>>,
        package: &Rc<str>,
        name: &str,
        args: Vec<Value<'p>>,
        at: Position,
    ) -> Value<'p> {
        Value::Outside(Rc::new(Outside {
            package: package.clone(),
            name: Rc::from(name),
            receiver,
            args,
            at,
        }))
    }
}

pub(super) fn outside<'p>(path: &Rc<str>, name: &str, at: Position) -> Value<'p> {
    Value::Outside(Rc::new(Outside {
        package: path.clone(),
        name: Rc::from(name),
        receiver: None,
        args: Vec::new(),
        at,
    }))
}

/// Where a call is shown: at its function's last name.
fn position_of(function: &Expr<'_>) -> Position {
    function.at
}
