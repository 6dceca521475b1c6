//! Types: what a type expression means, zero values, methods.

use std::rc::Rc;

use crate::syntax::ast::{Expr, ExprKind, Function, StructField};
use crate::term::{SharedTerm, Term};
use crate::value::{Body, Closure, CodeContext, GoValue, TypeRef};

use super::Interpreter;
use super::names::basic_type;

impl<'p> Interpreter<'p, '_> {
    /// What a type expression means.
    pub(crate) fn ty(&mut self, expr: &'p Expr<'p>, context: CodeContext) -> TypeRef<'p> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let parsed = self.repository.parsed(context.package);
                if let Some((_, spec)) = parsed.and_then(|parsed| parsed.ty(name)) {
                    return TypeRef::Named(context.package, spec.name.name);
                }
                basic_type(name).map_or(TypeRef::Unknown, TypeRef::Basic)
            }
            ExprKind::Selector(package, member) => {
                let ExprKind::Name(name) = package.kind else {
                    return TypeRef::Unknown;
                };
                match self.package_name(name, context, expr.at) {
                    GoValue::Own(package) => TypeRef::Named(package, member.name),
                    GoValue::Package(path) => TypeRef::Outside(path, member.name),
                    _ => TypeRef::Unknown,
                }
            }
            ExprKind::Star(inner) => TypeRef::Pointer(Rc::new(self.ty(inner, context))),
            ExprKind::ListType(inner) => TypeRef::List(Rc::new(self.ty(inner, context))),
            ExprKind::MapType(inner) => TypeRef::Map(Rc::new(self.ty(inner, context))),
            ExprKind::StructType(fields) => TypeRef::Struct(fields, context),
            ExprKind::Index(inner, _) => self.ty(inner, context),
            _ => TypeRef::Unknown,
        }
    }

    /// A named type's own expression, followed through other names.
    pub(crate) fn underlying(&mut self, ty: &TypeRef<'p>) -> TypeRef<'p> {
        let mut ty = ty.clone();
        for _ in 0..16 {
            let TypeRef::Named(package, name) = ty else {
                return ty;
            };
            let parsed = self.repository.parsed(package);
            let Some((file, spec)) = parsed.and_then(|parsed| parsed.ty(name)) else {
                return TypeRef::Unknown;
            };
            ty = self.ty(&spec.ty, CodeContext { package, file });
        }
        TypeRef::Unknown
    }

    /// The fields of a struct type of this repository.
    pub(crate) fn struct_fields(
        &mut self,
        ty: &TypeRef<'p>,
    ) -> Option<(&'p [StructField<'p>], CodeContext)> {
        match self.underlying(ty) {
            TypeRef::Struct(fields, context) => Some((fields, context)),
            _ => None,
        }
    }

    pub(crate) fn zero(&mut self, ty: &TypeRef<'p>) -> GoValue<'p> {
        match ty {
            TypeRef::Named(..) => match self.underlying(ty) {
                TypeRef::Struct(..) => GoValue::Zero(ty.clone()),
                TypeRef::Named(..) => GoValue::nothing(),
                other => self.zero(&other),
            },
            TypeRef::Basic(_) => GoValue::Term(self.zero_term(ty)),
            TypeRef::Outside(path, "Duration") if &**path == "time" => {
                GoValue::Term(Term::integer(0, None))
            }
            TypeRef::Outside(..) | TypeRef::Struct(..) | TypeRef::Unknown => {
                GoValue::Zero(ty.clone())
            }
            TypeRef::Pointer(_) | TypeRef::List(_) | TypeRef::Map(_) => GoValue::nothing(),
        }
    }

    pub(super) fn zero_term(&self, ty: &TypeRef<'p>) -> SharedTerm {
        match ty {
            TypeRef::Basic("bool") => Term::truth(false, None),
            TypeRef::Basic("string") => Term::text("", None),
            TypeRef::Basic("float32" | "float64") => Term::real(0.0, None),
            TypeRef::Basic("error" | "any" | "comparable") => Term::nothing(),
            TypeRef::Basic(_) => Term::integer(0, None),
            _ => Term::nothing(),
        }
    }

    /// The type of a value, as far as it is known.
    pub(crate) fn type_of(&self, value: &GoValue<'p>) -> TypeRef<'p> {
        match value {
            GoValue::Struct(object) => self
                .memory
                .get(*object)
                .map_or(TypeRef::Unknown, |object| object.ty.clone()),
            GoValue::Zero(ty) => ty.clone(),
            GoValue::Pointer(cell) => {
                TypeRef::Pointer(Rc::new(self.type_of(&self.memory.read(*cell))))
            }
            _ => TypeRef::Unknown,
        }
    }

    /// A method of a type of this repository, bound to its receiver; embedded fields are looked into.
    pub(crate) fn method(&mut self, receiver: &GoValue<'p>, name: &str) -> Option<GoValue<'p>> {
        self.method_at(receiver, name, 0)
    }

    fn method_at(&mut self, receiver: &GoValue<'p>, name: &str, depth: u32) -> Option<GoValue<'p>> {
        if depth > 5 {
            return None;
        }
        let mut ty = self.type_of(receiver);
        if let TypeRef::Pointer(inner) = &ty {
            ty = (**inner).clone();
        }
        if let TypeRef::Named(package, of) = ty {
            let parsed = self.repository.parsed(package)?;
            if let Some((file, function)) = parsed.method(of, name) {
                let context = CodeContext { package, file };
                return Some(bound(function, context, receiver.clone()));
            }
        }
        let (fields, _) = self.struct_fields(&ty)?;
        for field in fields.iter().filter(|field| field.embedded) {
            let object = match receiver {
                GoValue::Pointer(cell) => self.object_in(*cell)?,
                GoValue::Struct(object) => *object,
                _ => return None,
            };
            let cell = self.field_cell(object, field.name.name, 0)?;
            let inner = match self.memory.read(cell) {
                pointer @ GoValue::Pointer(_) => pointer,
                _ => GoValue::Pointer(cell),
            };
            if let Some(method) = self.method_at(&inner, name, depth + 1) {
                return Some(method);
            }
        }
        None
    }
}

fn bound<'p>(
    function: &'p Function<'p>,
    context: CodeContext,
    receiver: GoValue<'p>,
) -> GoValue<'p> {
    GoValue::Function(Rc::new(Closure {
        body: Body::Declared(function),
        context,
        scope: 0,
        receiver: Some(receiver),
    }))
}
