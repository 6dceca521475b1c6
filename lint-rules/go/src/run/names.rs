//! What a name means: a variable, a constant, a function, a type, a package.

use std::rc::Rc;

use crate::syntax::SourcePosition;
use crate::term::Term;
use crate::value::{Body, Closure, CodeContext, GoValue, TypeRef};

use super::Interpreter;

const BASIC_TYPES: &[&str] = &[
    "bool",
    "string",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "byte",
    "rune",
    "error",
    "any",
    "comparable",
];

pub(crate) fn basic_type(name: &str) -> Option<&'static str> {
    BASIC_TYPES.iter().find(|known| **known == name).copied()
}

impl<'p> Interpreter<'p, '_> {
    /// The value of a name that is no variable in sight.
    pub(super) fn package_name(
        &mut self,
        name: &'p str,
        context: CodeContext,
        at: SourcePosition,
    ) -> GoValue<'p> {
        if let Some(value) = self.member(context.package, name) {
            return value;
        }
        let parsed = self.repository.parsed(context.package);
        if let Some(import) = parsed.and_then(|parsed| parsed.import(context.file, name)) {
            return match self.own_import(context.package, &import.path) {
                Some(package) => GoValue::Own(package),
                None => GoValue::Package(Rc::from(import.path.as_str())),
            };
        }
        match name {
            "true" => GoValue::Term(Term::truth(true, Some(at))),
            "false" => GoValue::Term(Term::truth(false, Some(at))),
            "nil" => GoValue::nothing(),
            _ => match basic_type(name) {
                Some(basic) => GoValue::Type(TypeRef::Basic(basic)),
                None => self.own_package_named(name, context, at),
            },
        }
    }

    fn own_import(&self, package: usize, path: &str) -> Option<usize> {
        self.repository.package(package)?.own_import(path)
    }

    /// An import of the repository whose package is not called as its folder is.
    fn own_package_named(
        &mut self,
        name: &str,
        context: CodeContext,
        at: SourcePosition,
    ) -> GoValue<'p> {
        let parsed = self.repository.parsed(context.package);
        let file = parsed.and_then(|parsed| parsed.files.get(context.file));
        for import in file.iter().flat_map(|file| &file.imports) {
            if let Some(package) = self.own_import(context.package, &import.path) {
                let found = self.repository.package(package);
                let named = import.name.is_none() || import.name == Some(".");
                if named && found.is_some_and(|found| found.name == name) {
                    return GoValue::Own(package);
                }
                if import.name == Some(".") {
                    // A dot import: rare, and its names are not looked for.
                    continue;
                }
            }
        }
        GoValue::unknown("a name that is declared nowhere in sight", at)
    }

    /// A member of a package of this repository.
    pub(super) fn member(&mut self, package: usize, name: &'p str) -> Option<GoValue<'p>> {
        let parsed = self.repository.parsed(package)?;
        if parsed.constant(name).is_some() {
            return Some(self.constant(package, name));
        }
        if parsed.variable(name).is_some() {
            let cell = self.global(package, name)?;
            return Some(self.memory.read(cell));
        }
        if let Some((file, function)) = parsed.function(name) {
            return Some(GoValue::Function(Rc::new(Closure {
                body: Body::Declared(function),
                context: CodeContext { package, file },
                scope: 0,
                receiver: None,
            })));
        }
        let (_, spec) = parsed.ty(name)?;
        Some(GoValue::Type(TypeRef::Named(package, spec.name.name)))
    }

    fn constant(&mut self, package: usize, name: &'p str) -> GoValue<'p> {
        if let Some(value) = self.constants.get(&(package, name)) {
            return value.clone();
        }
        let parsed = self.repository.parsed(package);
        let Some((file, spec, like)) = parsed.and_then(|parsed| parsed.constant(name)) else {
            return GoValue::nothing();
        };
        let index = spec.names.iter().position(|known| known.name == name);
        let at = spec.names.first().map(|known| known.at).unwrap_or_default();
        let Some(expr) = index.and_then(|index| like.values.get(index)) else {
            return GoValue::unknown("a constant without a value", at);
        };
        if !self.evaluating.insert((package, name)) {
            return GoValue::unknown("a constant that needs itself", at);
        }
        let scope = self.memory.scope(None);
        let iota = GoValue::Term(Term::integer(spec.iota, None));
        self.memory.declare(scope, "iota", iota);
        let value = self.eval(expr, scope, CodeContext { package, file });
        self.evaluating.remove(&(package, name));
        self.constants.insert((package, name), value.clone());
        value
    }

    /// The cell of a package's variable, with its first value.
    pub(crate) fn global(&mut self, package: usize, name: &'p str) -> Option<usize> {
        if let Some(cell) = self.globals.get(&(package, name)) {
            return Some(*cell);
        }
        let parsed = self.repository.parsed(package)?;
        let (file, spec) = parsed.variable(name)?;
        let context = CodeContext { package, file };
        let at = spec.names.first()?.at;
        let placeholder = GoValue::unknown("a variable whose first value needs itself", at);
        let mut cells = Vec::new();
        for known in &spec.names {
            let cell = self.memory.cell(placeholder.clone());
            cells.push(cell);
            self.globals.insert((package, known.name), cell);
        }
        // Its first value holds on all ways, whichever of them came by it first.
        let made = self.memory.first_values();
        let values = match spec.values.as_slice() {
            [value] if spec.names.len() > 1 => self
                .eval_many(value, spec.names.len(), 0, context)
                .unwrap_or_default(),
            values => values
                .iter()
                .map(|value| self.eval(value, 0, context))
                .collect(),
        };
        let ty = spec.ty.as_ref().map(|ty| self.ty(ty, context));
        for (index, cell) in cells.iter().enumerate() {
            let value = match (values.get(index), &ty) {
                (Some(value), _) => value.clone(),
                (None, Some(ty)) => self.zero(ty),
                (None, None) => placeholder.clone(),
            };
            self.memory.initialize(*cell, value);
        }
        self.memory.keep_first_values(made);
        self.globals.get(&(package, name)).copied()
    }
}
