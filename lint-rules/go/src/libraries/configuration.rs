//! Settings structs of other modules: their defaults, their flags, their conversions.

use std::sync::Arc;

use crate::fold;
use crate::run::{Arguments, Interpreter, TypeRef, Value};
use crate::syntax::Position;
use crate::term::{Flag, Operator, Shared, Syntax, Term, TermKind};

use super::Answer;
use super::bound_flags::{BOUND_FLAGS, BoundFlag, COMPONENT_DEFAULTS};
use super::flags::FlagLibrary;

impl<'p> Interpreter<'p, '_> {
    pub(super) fn configuration_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &Arguments<'p>,
    ) -> Option<Answer<'p>> {
        let of_component_base = package.starts_with("k8s.io/component-base/config");
        if of_component_base && name.starts_with("RecommendedDefaultLeaderElection") {
            self.fill_defaults(&arguments.get(0), arguments.at);
            return Answer::nothing();
        }
        if of_component_base && name.starts_with("RecommendedDefault") {
            return Answer::nothing();
        }
        if name.starts_with("Convert_") && name.contains("LeaderElectionConfiguration") {
            self.convert_fields(&arguments.get(0), &arguments.get(1));
            return Answer::nothing();
        }
        let bound = BOUND_FLAGS
            .iter()
            .find(|bound| !bound.is_method && bound.package == package && bound.function == name)?;
        self.bind_flags(&arguments.get(0), bound.flags, arguments.at);
        Answer::nothing()
    }

    /// A method that binds flags to its receiver's fields.
    pub(super) fn wrapper_method(
        &mut self,
        receiver: &Value<'p>,
        package: &str,
        name: &str,
        arguments: &Arguments<'p>,
    ) -> Option<Answer<'p>> {
        let ty = match self.type_of(receiver) {
            TypeRef::Pointer(inner) => (*inner).clone(),
            other => other,
        };
        if let TypeRef::Outside(path, of) = &ty {
            let bound = BOUND_FLAGS.iter().find(|bound| {
                bound.is_method
                    && bound.package == &**path
                    && bound.function == name
                    && bound.receiver == *of
            });
            if let Some(bound) = bound {
                self.bind_flags(receiver, bound.flags, arguments.at);
                return Answer::nothing();
            }
        }
        self.chained_wrapper(receiver, package, name, arguments)
    }

    fn bind_flags(&mut self, target: &Value<'p>, flags: &[BoundFlag], at: Position) {
        let Some(object) = self.pointed_object(target) else {
            return;
        };
        for bound in flags {
            let Some(cell) = self.deep_field(object, bound.field) else {
                continue;
            };
            let now = self.memory.read(cell);
            let default = match bound.default {
                Some(text) => fold::read(bound.syntax, text, None)
                    .unwrap_or_else(|| Term::unknown("a default of another module", Some(at))),
                None if now.is_nothing() => zero_of(bound.syntax),
                None => self.term(&now),
            };
            let flag = Flag {
                name: Arc::from(bound.flag),
                syntax: bound.syntax,
                default,
                variables: Vec::new(),
            };
            let term = self.flags.define(flag, FlagLibrary::Pflag, None, at);
            self.memory.write(cell, Value::Term(term));
        }
    }

    fn pointed_object(&mut self, value: &Value<'p>) -> Option<usize> {
        match value {
            Value::Pointer(cell) => self.object_in(*cell),
            Value::Struct(object) => Some(*object),
            _ => None,
        }
    }

    /// component-base's defaults, for the fields that are zero.
    fn fill_defaults(&mut self, target: &Value<'p>, at: Position) {
        let Some(object) = self.pointed_object(target) else {
            return;
        };
        for (field, syntax, text) in COMPONENT_DEFAULTS {
            let Some(cell) = self.deep_field(object, field) else {
                continue;
            };
            let Some(default) = fold::read(*syntax, text, Some(at)) else {
                continue;
            };
            let now = self.memory.read(cell);
            let zero = if now.is_nothing() {
                Term::truth(true, None)
            } else if *syntax == Syntax::Boolean {
                // A pointer: only one that is not there is filled.
                match &now {
                    Value::Pointer(_) => Term::truth(false, None),
                    Value::Choice(..) => {
                        let compared = self.compare_nothing(&now);
                        self.term(&compared)
                    }
                    _ => Term::truth(false, None),
                }
            } else {
                let zero = zero_of(*syntax);
                fold::operate(Operator::Equal, &self.term(&now), &zero)
            };
            let default = Value::Term(default);
            let default = if *syntax == Syntax::Boolean {
                self.pointer_to(default)
            } else {
                default
            };
            let value = Value::choose(&zero, &default, &now);
            self.memory.write(cell, value);
        }
    }

    fn compare_nothing(&mut self, value: &Value<'p>) -> Value<'p> {
        match value {
            Value::Choice(condition, yes, no) => {
                let (condition, yes, no) = (condition.clone(), yes.clone(), no.clone());
                let yes = self.compare_nothing(&yes);
                let no = self.compare_nothing(&no);
                Value::choose(&condition, &yes, &no)
            }
            other => Value::Term(Term::truth(other.is_nothing(), None)),
        }
    }

    /// The versioned struct into the internal one: the switch is a pointer in the first alone.
    fn convert_fields(&mut self, from: &Value<'p>, to: &Value<'p>) {
        let (Some(from), Some(to)) = (self.pointed_object(from), self.pointed_object(to)) else {
            return;
        };
        for (field, syntax, _) in COMPONENT_DEFAULTS
            .iter()
            .chain(super::bound_flags::COMPONENT_NAMES)
        {
            let (Some(source), Some(target)) =
                (self.deep_field(from, field), self.deep_field(to, field))
            else {
                continue;
            };
            let mut value = self.memory.read(source);
            if *syntax == Syntax::Boolean {
                value = self.dereferenced(&value, &Value::Term(Term::truth(false, None)));
            }
            self.memory.write(target, value);
        }
    }

    /// `scheme.Convert(&from, &to, nil)`: generated conversions copy the fields of the same names.
    pub(super) fn conversion_method(
        &mut self,
        name: &str,
        arguments: &Arguments<'p>,
    ) -> Option<Answer<'p>> {
        if name != "Convert" || arguments.len() != 3 {
            return None;
        }
        let from = self.pointed_object(&arguments.get(0))?;
        let to = self.pointed_object(&arguments.get(1))?;
        let fields = self.memory.get(from)?.fields.clone();
        for (field, cell) in fields {
            if let Some(target) = self.field_cell(to, &field, 0) {
                let value = self.memory.read(cell);
                let value = self.memory.copied(value, 0);
                self.memory.write(target, value);
            }
        }
        Answer::nothing()
    }

    /// `scheme.Default(&cfg)`: the generated defaulting of this repository's type.
    pub(super) fn defaulting_method(
        &mut self,
        name: &str,
        arguments: &Arguments<'p>,
    ) -> Option<Answer<'p>> {
        if name != "Default" || arguments.len() != 1 {
            return None;
        }
        let target = arguments.get(0);
        let ty = match self.type_of(&target) {
            TypeRef::Pointer(inner) => (*inner).clone(),
            other => other,
        };
        let TypeRef::Named(package, of) = ty else {
            return None;
        };
        let parsed = self.repository.parsed(package)?;
        let Some((file, function)) = parsed.function(&format!("SetDefaults_{of}")) else {
            // Generated defaulting stands in the type's own package; without any this does nothing.
            return Answer::nothing();
        };
        let closure = std::rc::Rc::new(crate::run::Closure {
            body: crate::run::Body::Declared(function),
            context: crate::run::Context { package, file },
            scope: 0,
            receiver: None,
        });
        self.run(&closure, vec![target]);
        Answer::nothing()
    }
}

pub(super) fn zero_of(syntax: Syntax) -> Shared {
    match syntax {
        Syntax::Boolean => Term::truth(false, None),
        Syntax::Text => Term::text("", None),
        Syntax::Duration | Syntax::Integer => Term::integer(0, None),
        Syntax::Real => Term::real(0.0, None),
        Syntax::Other => Term::new(TermKind::Nothing, None),
    }
}
