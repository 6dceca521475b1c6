//! Settings structs of other modules: their defaults, their flags, their conversions.

use std::sync::Arc;

use crate::fold;
use crate::registries::flags::FlagLibrary;
use crate::run::{CallArguments, Flow, GoValue, Interpreter, TypeRef};
use crate::syntax::SourcePosition;
use crate::syntax::ast::Function;
use crate::term::{Flag, SharedTerm, Term, TermKind, TermOperator, TextSyntax};

use super::LibraryAnswer;
use super::bound_flags::{BOUND_FLAGS, BoundFlag, COMPONENT_DEFAULTS};

impl<'p> Interpreter<'p, '_> {
    pub(super) fn configuration_call(
        &mut self,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        let of_component_base = package.starts_with("k8s.io/component-base/config");
        if of_component_base && name.starts_with("RecommendedDefaultLeaderElection") {
            self.fill_defaults(&arguments.get(0), arguments.at);
            return LibraryAnswer::nothing();
        }
        if of_component_base && name.starts_with("RecommendedDefault") {
            return LibraryAnswer::nothing();
        }
        if name.starts_with("Convert_") && name.contains("LeaderElectionConfiguration") {
            self.convert_fields(&arguments.get(0), &arguments.get(1));
            return LibraryAnswer::nothing();
        }
        let bound = BOUND_FLAGS
            .iter()
            .find(|bound| !bound.is_method && bound.package == package && bound.function == name)?;
        self.bind_flags(&arguments.get(0), bound.flags, arguments.at);
        LibraryAnswer::nothing()
    }

    /// A method that binds flags to its receiver's fields.
    pub(super) fn wrapper_method(
        &mut self,
        receiver: &GoValue<'p>,
        package: &str,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
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
                return LibraryAnswer::nothing();
            }
        }
        self.chained_wrapper(receiver, package, name, arguments)
            .or_else(|| self.wrapper_command(receiver, package, name, arguments.at))
    }

    fn bind_flags(&mut self, target: &GoValue<'p>, flags: &[BoundFlag], at: SourcePosition) {
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
            self.memory.write(cell, GoValue::Term(term));
        }
    }

    pub(super) fn pointed_object(&mut self, value: &GoValue<'p>) -> Option<usize> {
        match value {
            GoValue::Pointer(cell) => self.object_in(*cell),
            GoValue::Struct(object) => Some(*object),
            _ => None,
        }
    }

    /// component-base's defaults, for the fields that are zero.
    fn fill_defaults(&mut self, target: &GoValue<'p>, at: SourcePosition) {
        if let GoValue::Choice(condition, yes, no) = target {
            self.branch(
                condition,
                |this| {
                    this.fill_defaults(yes, at);
                    Flow::On
                },
                |this| {
                    this.fill_defaults(no, at);
                    Flow::On
                },
            );
            return;
        }
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
            } else if *syntax == TextSyntax::Boolean {
                // A pointer: only one that is not there is filled.
                match &now {
                    GoValue::Pointer(_) => Term::truth(false, None),
                    GoValue::Choice(..) => {
                        let compared = self.compare_nothing(&now);
                        self.term(&compared)
                    }
                    _ => Term::truth(false, None),
                }
            } else {
                let zero = zero_of(*syntax);
                fold::operate(TermOperator::Equal, &self.term(&now), &zero)
            };
            let default = GoValue::Term(default);
            let default = if *syntax == TextSyntax::Boolean {
                self.pointer_to(default)
            } else {
                default
            };
            let value = GoValue::choose(&zero, &default, &now);
            self.memory.write(cell, value);
        }
    }

    fn compare_nothing(&mut self, value: &GoValue<'p>) -> GoValue<'p> {
        match value {
            GoValue::Choice(condition, yes, no) => {
                let (condition, yes, no) = (condition.clone(), yes.clone(), no.clone());
                let yes = self.compare_nothing(&yes);
                let no = self.compare_nothing(&no);
                GoValue::choose(&condition, &yes, &no)
            }
            other => GoValue::Term(Term::truth(other.is_nothing(), None)),
        }
    }

    /// The versioned struct into the internal one: the switch is a pointer in the first alone.
    fn convert_fields(&mut self, from: &GoValue<'p>, to: &GoValue<'p>) {
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
            if *syntax == TextSyntax::Boolean {
                value = self.dereferenced(&value, &GoValue::Term(Term::truth(false, None)));
            }
            self.memory.write(target, value);
        }
    }

    /// `scheme.Convert(&from, &to, nil)`: generated conversions copy the fields of the same names.
    pub(super) fn conversion_method(
        &mut self,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
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
                // What is a pointer in the versioned type alone is a plain value in the other.
                let now = self.memory.read(target);
                let is_plain = matches!(&now, GoValue::Term(_)) && !now.is_nothing();
                let value = match (&value, is_plain) {
                    (GoValue::Pointer(_) | GoValue::Choice(..), true) => {
                        self.dereferenced(&value, &now)
                    }
                    _ => value,
                };
                self.memory.write(target, value);
            }
        }
        LibraryAnswer::nothing()
    }

    /// `IsZero()` of a duration, or of a struct around one.
    pub(super) fn zero_method(
        &mut self,
        receiver: &GoValue<'p>,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if name != "IsZero" || arguments.len() > 0 {
            return None;
        }
        let time = self.duration_of(receiver);
        let zero = Term::integer(0, None);
        LibraryAnswer::term(fold::operate(TermOperator::Equal, &time, &zero))
    }

    /// `DeepEqual` of durations, or of structs around them; of other values it is not known.
    pub(super) fn deep_equal(
        &mut self,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if name != "DeepEqual" || arguments.len() != 2 {
            return None;
        }
        let (left, right) = (arguments.get(0), arguments.get(1));
        let is_duration =
            |value: &GoValue<'p>| matches!(self.type_of(value), TypeRef::Outside(_, "Duration"));
        if !is_duration(&left) && !is_duration(&right) {
            return None;
        }
        let (left, right) = (self.duration_of(&left), self.duration_of(&right));
        LibraryAnswer::term(fold::operate(TermOperator::Equal, &left, &right))
    }

    /// The time of a duration, or of a struct around one; nothing is zero.
    pub(super) fn duration_of(&mut self, value: &GoValue<'p>) -> SharedTerm {
        match value {
            GoValue::Choice(condition, yes, no) => {
                let yes = self.duration_of(yes);
                let no = self.duration_of(no);
                Term::choice(condition, &yes, &no)
            }
            value if value.is_nothing() => Term::integer(0, None),
            GoValue::Term(term) => term.clone(),
            GoValue::Struct(_) | GoValue::Pointer(_) | GoValue::Zero(_) => {
                match self.field(value, "Duration") {
                    Some(inner) => self.duration_of(&inner),
                    None => Term::integer(0, None),
                }
            }
            value => self.term(value),
        }
    }

    /// The function that fills a type's defaults: the generated one, which fills those of its members too, or the one
    /// that it calls. Types that other modules may import are declared apart from it.
    fn defaulting_of(&self, package: usize, of: &str) -> Option<(usize, usize, &'p Function<'p>)> {
        let names = [
            format!("SetObjectDefaults_{of}"),
            format!("SetDefaults_{of}"),
        ];
        let in_package = |package: usize| {
            let parsed = self.repository.parsed(package)?;
            names.iter().find_map(|name| {
                let (file, function) = parsed.function(name)?;
                Some((package, file, function))
            })
        };
        in_package(package).or_else(|| {
            let last = self
                .repository
                .package(package)?
                .folder
                .rsplit('/')
                .next()?;
            let version = |at: &usize| {
                let folder = self
                    .repository
                    .package(*at)
                    .map(|found| found.folder.as_str());
                folder.is_some_and(|folder| folder.rsplit('/').next() == Some(last))
            };
            let all = 0..self.repository.packages.len();
            let of_version = all.filter(version);
            of_version.filter(|at| *at != package).find_map(in_package)
        })
    }

    /// `scheme.Default(&cfg)`: the generated defaulting of this repository's type.
    pub(super) fn defaulting_method(
        &mut self,
        name: &str,
        arguments: &CallArguments<'p>,
    ) -> Option<LibraryAnswer<'p>> {
        if name != "Default" || arguments.len() != 1 {
            return None;
        }
        let target = arguments.get(0);
        let ty = match self.type_of(&target) {
            TypeRef::Pointer(inner) => (*inner).clone(),
            other => other,
        };
        matches!(ty, TypeRef::Named(..)).then_some(())?;
        self.default_value(&target);
        LibraryAnswer::nothing()
    }

    /// Fills the defaults of a type of this repository; without a function that does it there are none.
    pub(super) fn default_value(&mut self, target: &GoValue<'p>) {
        let ty = match self.type_of(target) {
            TypeRef::Pointer(inner) => (*inner).clone(),
            other => other,
        };
        let TypeRef::Named(package, of) = ty else {
            return;
        };
        let Some((package, file, function)) = self.defaulting_of(package, of) else {
            return;
        };
        let closure = std::rc::Rc::new(crate::run::Closure {
            body: crate::run::Body::Declared(function),
            context: crate::run::CodeContext { package, file },
            scope: 0,
            receiver: None,
        });
        self.run(&closure, vec![target.clone()]);
    }
}

pub(super) fn zero_of(syntax: TextSyntax) -> SharedTerm {
    match syntax {
        TextSyntax::Boolean => Term::truth(false, None),
        TextSyntax::Text => Term::text("", None),
        TextSyntax::Duration | TextSyntax::Integer => Term::integer(0, None),
        TextSyntax::Real => Term::real(0.0, None),
        TextSyntax::Other => Term::new(TermKind::Nothing, None),
    }
}
