//! Places that can be assigned to, and fields of structs.

use crate::syntax::SourcePosition;
use crate::syntax::ast::{Expr, ExprKind};
use crate::term::{Term, TermKind};
use crate::value::{CodeContext, GoValue, TypeRef};

use super::Interpreter;

impl<'p> Interpreter<'p, '_> {
    /// The cell that an expression names, if it names one for certain.
    pub(crate) fn place(
        &mut self,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> Option<usize> {
        match &expr.kind {
            ExprKind::Name(name) => self
                .memory
                .lookup(scope, name)
                .or_else(|| self.global(context.package, name)),
            ExprKind::Selector(of, member) => {
                if let ExprKind::Name(name) = of.kind {
                    let local = self.memory.lookup(scope, name).is_some()
                        || self.global(context.package, name).is_some();
                    if !local && let GoValue::Own(package) = self.package_name(name, context, of.at)
                    {
                        return self.global(package, member.name);
                    }
                }
                let object = self.object(of, scope, context)?;
                self.field_cell(object, member.name, 0)
            }
            ExprKind::Star(inner) => match self.eval(inner, scope, context) {
                GoValue::Pointer(cell) => Some(cell),
                _ => None,
            },
            ExprKind::Index(of, index) => {
                let [index] = index.as_slice() else {
                    return None;
                };
                let object = match self.eval(of, scope, context) {
                    GoValue::Struct(object) => object,
                    _ => return None,
                };
                let ty = self.memory.get(object).map(|object| object.ty.clone());
                let Some(TypeRef::Map(of)) = ty else {
                    return None;
                };
                let key = self.eval(index, scope, context);
                let key = self.term(&key);
                if crate::registries::flags::is_visited_name(&key) {
                    return None;
                }
                let key = key.as_text()?.to_owned();
                let zero = self.zero(&of);
                Some(self.memory.field_or(object, &key, zero))
            }
            _ => None,
        }
    }

    /// The struct that an expression names or points to.
    fn object(&mut self, expr: &'p Expr<'p>, scope: usize, context: CodeContext) -> Option<usize> {
        if let Some(cell) = self.place(expr, scope, context) {
            return self.object_in(cell);
        }
        match self.eval(expr, scope, context) {
            GoValue::Pointer(cell) => self.object_in(cell),
            GoValue::Struct(object) => Some(object),
            _ => None,
        }
    }

    /// The struct in a cell, or that the cell's pointer leads to; a zero value becomes a struct.
    pub(crate) fn object_in(&mut self, cell: usize) -> Option<usize> {
        let mut cell = cell;
        for _ in 0..4 {
            match self.memory.read(cell) {
                GoValue::Struct(object) => return Some(object),
                GoValue::Pointer(next) => cell = next,
                GoValue::Zero(
                    ty @ (TypeRef::Struct(..)
                    | TypeRef::Named(..)
                    | TypeRef::Outside(..)
                    | TypeRef::Unknown),
                ) => {
                    // The same value in more detail, on every path.
                    let object = self.memory.object(ty, SourcePosition::default());
                    self.memory.initialize(cell, GoValue::Struct(object));
                    return Some(object);
                }
                _ => return None,
            }
        }
        None
    }

    /// The cell of a field, also of one that an embedded struct has; `None` if the type has no such field.
    pub(crate) fn field_cell(&mut self, object: usize, name: &str, depth: u32) -> Option<usize> {
        if let Some(cell) = self.memory.field(object, name) {
            return Some(cell);
        }
        let ty = self.memory.get(object)?.ty.clone();
        match &ty {
            TypeRef::Map(_) => return None,
            TypeRef::Outside(..) | TypeRef::Unknown => {
                return Some(
                    self.memory
                        .field_or(object, name, GoValue::Zero(TypeRef::Unknown)),
                );
            }
            _ => {}
        }
        let Some((fields, context)) = self.struct_fields(&ty) else {
            // A type of this repository that is another module's struct under a new name.
            return matches!(self.underlying(&ty), TypeRef::Outside(..)).then(|| {
                self.memory
                    .field_or(object, name, GoValue::Zero(TypeRef::Unknown))
            });
        };
        if let Some(field) = fields.iter().find(|field| field.name.name == name) {
            let ty = self.ty(&field.ty, context);
            let zero = self.zero(&ty);
            return Some(self.memory.field_or(object, name, zero));
        }
        if depth > 4 {
            return None;
        }
        let mut outside = None;
        for field in fields.iter().filter(|field| field.embedded) {
            let cell = self.field_cell(object, field.name.name, depth + 1)?;
            let Some(inner) = self.object_in(cell) else {
                continue;
            };
            let inner_type = self.memory.get(inner).map(|inner| inner.ty.clone());
            if matches!(inner_type, Some(TypeRef::Outside(_, "TypeMeta")))
                && !matches!(name, "Kind" | "APIVersion")
            {
                continue;
            }
            if matches!(inner_type, Some(TypeRef::Outside(..) | TypeRef::Unknown)) {
                // It may have any field; a struct that certainly has it comes first.
                outside = outside.or(Some(inner));
                continue;
            }
            if let Some(cell) = self.field_cell(inner, name, depth + 1) {
                return Some(cell);
            }
        }
        let inner = outside?;
        self.field_cell(inner, name, depth + 1)
    }

    /// The value of a field, or `None` if the value has none of that name.
    pub(crate) fn field(&mut self, of: &GoValue<'p>, name: &str) -> Option<GoValue<'p>> {
        match of {
            GoValue::Struct(object) => {
                let cell = self.field_cell(*object, name, 0)?;
                Some(self.memory.read(cell))
            }
            GoValue::Pointer(cell) => {
                let object = match self.object_in(*cell) {
                    Some(object) => object,
                    None => {
                        let inner = self.memory.read(*cell);
                        return match inner {
                            GoValue::Choice(..) => self.field(&inner, name),
                            _ => None,
                        };
                    }
                };
                let cell = self.field_cell(object, name, 0)?;
                Some(self.memory.read(cell))
            }
            GoValue::Choice(condition, yes, no) => {
                let (yes, no) = (yes.clone(), no.clone());
                let (yes, no) = (self.field(&yes, name), self.field(&no, name));
                // A side without the member is `nil`: the program would end there.
                let missing = GoValue::Term(Term::unknown("a member of nothing", None));
                if yes.is_none() && no.is_none() {
                    return None;
                }
                let yes = yes.unwrap_or_else(|| missing.clone());
                let no = no.unwrap_or(missing);
                Some(GoValue::choose(condition, &yes, &no))
            }
            GoValue::Zero(TypeRef::Unknown) => Some(GoValue::Zero(TypeRef::Unknown)),
            GoValue::Term(term) if matches!(term.kind, TermKind::Unknown(_)) => {
                Some(GoValue::Term(term.clone()))
            }
            _ => None,
        }
    }

    /// A field deep inside, by a path such as `LeaseDuration.Duration`; made if it is not there.
    pub(crate) fn deep_field(&mut self, object: usize, path: &str) -> Option<usize> {
        let mut object = object;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let cell = self.field_cell(object, part, 0)?;
            if parts.peek().is_none() {
                return Some(cell);
            }
            if self.memory.read(cell).is_nothing() {
                self.memory.write(cell, GoValue::Zero(TypeRef::Unknown));
            }
            object = self.object_in(cell)?;
        }
        None
    }

    /// Assigns to whatever an expression names.
    pub(super) fn store(
        &mut self,
        target: &'p Expr<'p>,
        value: GoValue<'p>,
        scope: usize,
        context: CodeContext,
    ) {
        if let Some(cell) = self.place(target, scope, context) {
            self.memory.write(cell, value);
            return;
        }
        match &target.kind {
            ExprKind::Selector(of, member) => {
                let of = self.eval_in_place(of, scope, context);
                self.store_field(&of, member.name, &value);
            }
            ExprKind::Star(inner) => {
                if let Some(of) = table(inner) {
                    let of = self.eval(of, scope, context);
                    self.spoil_plain_targets(&of, 0, target.at);
                }
                let pointer = self.eval(inner, scope, context);
                self.spoil(
                    &pointer,
                    "it is set through a pointer that is not known",
                    target.at,
                );
            }
            ExprKind::Index(of, indices) => {
                let of = self.eval(of, scope, context);
                for index in indices {
                    let index = self.eval(index, scope, context);
                    self.store_visited(&of, &index, &value);
                }
            }
            _ => {}
        }
    }

    fn store_field(&mut self, of: &GoValue<'p>, name: &str, value: &GoValue<'p>) {
        match of {
            GoValue::Choice(condition, yes, no) => {
                for (side, holds) in [(yes.clone(), true), (no.clone(), false)] {
                    let Some(old) = self.field(&side, name) else {
                        continue;
                    };
                    let merged = if holds {
                        GoValue::choose(condition, value, &old)
                    } else {
                        GoValue::choose(condition, &old, value)
                    };
                    self.store_field(&side, name, &merged);
                }
            }
            GoValue::Struct(object) => {
                if let Some(cell) = self.field_cell(*object, name, 0) {
                    self.memory.write(cell, value.clone());
                }
            }
            GoValue::Pointer(cell) => {
                if let Some(object) = self.object_in(*cell) {
                    self.store_field(&GoValue::Struct(object), name, value);
                } else {
                    let inner = self.memory.read(*cell);
                    if matches!(inner, GoValue::Choice(..)) {
                        self.store_field(&inner, name, value);
                    }
                }
            }
            GoValue::Outside(outside) => self.found.set_outside(outside, name, value),
            _ => {}
        }
    }

    /// `seen[f.Name] = true` in a function that visits the flags given on the command line.
    fn store_visited(&mut self, map: &GoValue<'p>, key: &GoValue<'p>, value: &GoValue<'p>) {
        let GoValue::Struct(object) = map else {
            return;
        };
        let key = self.term(key);
        let marks = self.term(value).as_truth() == Some(true);
        if marks && crate::registries::flags::is_visited_name(&key) {
            let yes = GoValue::Term(Term::truth(true, None));
            let cell = self.memory.field_or(
                *object,
                crate::registries::flags::VISITED,
                GoValue::nothing(),
            );
            self.memory.write(cell, yes);
        }
    }
}

/// The list of which an expression is an element's member: `table` of `table[i].to`.
fn table<'e, 'p>(expr: &'e Expr<'p>) -> Option<&'e Expr<'p>> {
    match &expr.kind {
        ExprKind::Index(of, _) => Some(of),
        ExprKind::Selector(of, _) => table(of),
        _ => None,
    }
}
