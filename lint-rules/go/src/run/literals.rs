//! Literals of structs, lists, maps and numbers.

use std::rc::Rc;

use crate::syntax::ast::{Element, Expr, ExprKind};
use crate::value::{CodeContext, GoValue, TypeRef};

use super::Interpreter;

impl<'p> Interpreter<'p, '_> {
    /// A composite literal.
    pub(super) fn composite(
        &mut self,
        ty: &TypeRef<'p>,
        elements: &'p [Element<'p>],
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> GoValue<'p> {
        let kind = self.underlying(ty);
        if let TypeRef::List(of) = &kind {
            let mut list = Vec::new();
            for element in elements {
                list.push(self.element(of, &element.value, scope, context));
            }
            return GoValue::List(Rc::new(list));
        }
        let object = self.memory.object(
            match &kind {
                TypeRef::Map(_) => kind.clone(),
                _ => ty.clone(),
            },
            expr.at,
        );
        let fields = self.struct_fields(ty);
        for (index, element) in elements.iter().enumerate() {
            let (name, inner) = match (&element.key, &kind) {
                (Some(key), TypeRef::Map(of)) => {
                    let key = self.eval(key, scope, context);
                    let key = self.term(&key).as_text().map(str::to_owned);
                    (key, (**of).clone())
                }
                (Some(key), _) => match &key.kind {
                    ExprKind::Name(name) => {
                        let field = fields.and_then(|(fields, context)| {
                            let field = fields.iter().find(|field| field.name.name == *name);
                            field.map(|field| (&field.ty, context))
                        });
                        let ty = match field {
                            Some((ty, context)) => self.ty(ty, context),
                            None => TypeRef::Unknown,
                        };
                        (Some((*name).to_owned()), ty)
                    }
                    _ => (None, TypeRef::Unknown),
                },
                (None, _) => match fields.and_then(|(fields, _)| fields.get(index)) {
                    Some(field) => (Some(field.name.name.to_owned()), TypeRef::Unknown),
                    None => (None, TypeRef::Unknown),
                },
            };
            let value = self.element(&inner, &element.value, scope, context);
            if let Some(name) = name {
                let cell = self.memory.field_or(object, &name, GoValue::nothing());
                self.memory.write(cell, value);
            }
        }
        self.literal_made(object);
        GoValue::Struct(object)
    }

    fn element(
        &mut self,
        ty: &TypeRef<'p>,
        expr: &'p Expr<'p>,
        scope: usize,
        context: CodeContext,
    ) -> GoValue<'p> {
        if let ExprKind::Composite(None, elements) = &expr.kind {
            // The type is left out; `{...}` of a pointer type is `&T{...}`.
            if let TypeRef::Pointer(inner) = ty {
                let value = self.composite(inner, elements, expr, scope, context);
                return GoValue::Pointer(self.memory.cell(value));
            }
            return self.composite(ty, elements, expr, scope, context);
        }
        self.eval(expr, scope, context)
    }
}

/// The value of an integer literal.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    let lower = text.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok();
        }
    }
    if lower.len() > 1 && lower.starts_with('0') {
        return i64::from_str_radix(&lower, 8).ok();
    }
    lower.parse().ok()
}
