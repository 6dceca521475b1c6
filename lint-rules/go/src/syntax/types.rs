//! Types, where only a type can stand.

use super::ast::{Expr, ExprKind, Ident, Param, Signature, StructField};
use super::parser::Parser;
use super::token::TokenKind;

impl<'m> Parser<'m> {
    pub(crate) fn ty(&mut self) -> Expr<'m> {
        let at = self.position();
        let kind = self.nested(Self::type_kind).unwrap_or(ExprKind::Bad);
        Expr { kind, at }
    }

    fn type_kind(&mut self) -> ExprKind<'m> {
        let token = self.token();
        match (token.kind, token.text) {
            (TokenKind::Ident, _) => self.named_type(),
            (TokenKind::Op, "*") => {
                self.next();
                ExprKind::Star(Box::new(self.ty()))
            }
            (TokenKind::Op, "(") => {
                self.next();
                let inner = self.ty();
                self.expect_op(")");
                inner.kind
            }
            (TokenKind::Op, "[") => self.list_type(),
            (TokenKind::Op, "...") => {
                self.next();
                ExprKind::ListType(Box::new(self.ty()))
            }
            (TokenKind::Op, "<-") | (TokenKind::Keyword, "chan") => {
                self.next();
                self.take_keyword("chan");
                self.take_op("<-");
                self.ty();
                ExprKind::OtherType
            }
            (TokenKind::Keyword, "map") => {
                self.next();
                self.expect_op("[");
                self.ty();
                self.expect_op("]");
                ExprKind::MapType(Box::new(self.ty()))
            }
            (TokenKind::Keyword, "func") => {
                self.next();
                self.signature();
                ExprKind::OtherType
            }
            (TokenKind::Keyword, "struct") => {
                self.next();
                ExprKind::StructType(self.fields())
            }
            (TokenKind::Keyword, "interface") => {
                self.next();
                if self.is_op("{") {
                    self.skip_balanced();
                }
                ExprKind::OtherType
            }
            _ => {
                self.fail("no type begins like this");
                ExprKind::Bad
            }
        }
    }

    fn named_type(&mut self) -> ExprKind<'m> {
        let Some(name) = self.ident() else {
            return ExprKind::Bad;
        };
        let mut kind = ExprKind::Name(name.name);
        if self.is_op(".") {
            self.next();
            if let Some(member) = self.ident() {
                self.uses(name.name, member.name);
                let package = Expr { kind, at: name.at };
                kind = ExprKind::Selector(Box::new(package), member);
            }
        }
        if self.is_op("[") && !(self.peek(1).kind == TokenKind::Op && self.peek(1).text == "]") {
            // Type arguments say nothing about settings.
            self.skip_balanced();
        }
        kind
    }

    /// After `[`: a slice or an array.
    fn list_type(&mut self) -> ExprKind<'m> {
        self.expect_op("[");
        if !self.take_op("]") {
            if !self.take_op("...") {
                self.outside_head(|parser| parser.expr());
            }
            self.expect_op("]");
        }
        ExprKind::ListType(Box::new(self.ty()))
    }

    fn fields(&mut self) -> Vec<StructField<'m>> {
        let mut fields = Vec::new();
        if !self.expect_op("{") {
            return fields;
        }
        while !self.is_op("}") && !self.at_end() {
            let before = self.index();
            self.field(&mut fields);
            self.take_semicolon();
            if self.index() == before {
                self.skip_balanced();
            }
        }
        self.expect_op("}");
        fields.shrink_to_fit();
        fields
    }

    fn field(&mut self, fields: &mut Vec<StructField<'m>>) {
        let start = self.index();
        let mut names = Vec::new();
        while let Some(name) = self.ident() {
            names.push(name);
            if !self.take_op(",") {
                break;
            }
        }
        let token = self.token();
        let embedded = names.is_empty()
            || matches!(token.kind, TokenKind::Semicolon | TokenKind::Text)
            || matches!(token.text, "." | "}") && token.kind == TokenKind::Op
            || self.is_embedded_generic(names.len());
        if embedded {
            self.back_to(start);
            let ty = self.ty();
            let tag = self.tag();
            if let Some(name) = last_name(&ty) {
                fields.push(StructField {
                    name,
                    ty,
                    tag,
                    embedded,
                });
            }
            return;
        }
        let after_names = self.index();
        for name in names {
            // Each name gets the type parsed anew: types are small, and a tree has one owner.
            self.back_to(after_names);
            let ty = self.ty();
            let tag = self.tag();
            fields.push(StructField {
                name,
                ty,
                tag,
                embedded,
            });
        }
    }

    /// `Name[A, B]` alone on its line; `name [4]T` is an array.
    fn is_embedded_generic(&mut self, names: usize) -> bool {
        if names != 1 || !self.is_op("[") {
            return false;
        }
        let at = self.index();
        self.skip_balanced();
        let alone = self.is_semicolon() || self.is_op("}");
        self.back_to(at);
        alone
    }

    fn tag(&mut self) -> Option<&'m str> {
        let token = self.token();
        (token.kind == TokenKind::Text).then(|| self.next().text)
    }

    /// Parameters and results.
    pub(crate) fn signature(&mut self) -> Signature<'m> {
        let params = self.params();
        let results = if self.is_op("(") {
            self.params()
        } else if self.starts_type() {
            vec![Param {
                name: None,
                ty: self.ty(),
                variadic: false,
            }]
        } else {
            Vec::new()
        };
        Signature { params, results }
    }

    fn starts_type(&self) -> bool {
        let token = self.token();
        match token.kind {
            TokenKind::Ident => true,
            TokenKind::Op => matches!(token.text, "*" | "[" | "<-" | "("),
            TokenKind::Keyword => {
                matches!(token.text, "chan" | "map" | "func" | "struct" | "interface")
            }
            _ => false,
        }
    }

    pub(crate) fn params(&mut self) -> Vec<Param<'m>> {
        let mut params: Vec<Param<'m>> = Vec::new();
        if !self.expect_op("(") {
            return params;
        }
        let mut named = false;
        while !self.is_op(")") && !self.at_end() {
            let before = self.index();
            let variadic = self.take_op("...");
            let first = self.ty();
            let as_name = match &first.kind {
                ExprKind::Name(name) if !variadic => Some(Ident { name, at: first.at }),
                _ => None,
            };
            if as_name.is_some() && !self.is_op(",") && !self.is_op(")") {
                named = true;
                let variadic = self.take_op("...");
                params.push(Param {
                    name: as_name,
                    ty: self.ty(),
                    variadic,
                });
            } else {
                params.push(Param {
                    name: None,
                    ty: first,
                    variadic,
                });
            }
            if !self.take_op(",") || self.index() == before {
                break;
            }
        }
        if !self.expect_op(")") {
            while !self.is_op(")") && !self.at_end() && !self.is_op("{") {
                self.skip_balanced();
            }
            self.take_op(")");
        }
        if named {
            name_all(&mut params);
        }
        params.shrink_to_fit();
        params
    }
}

/// In `(a, b string)` the `a` was read as a type.
fn name_all(params: &mut [Param<'_>]) {
    for param in params.iter_mut().filter(|param| param.name.is_none()) {
        if let ExprKind::Name(name) = param.ty.kind {
            param.name = Some(Ident {
                name,
                at: param.ty.at,
            });
            param.ty.kind = ExprKind::OtherType;
        }
    }
    // The type of a group stands at its last name.
    let mut of_group: Option<ExprKind<'_>> = None;
    for param in params.iter_mut().rev() {
        match &param.ty.kind {
            ExprKind::OtherType => {
                if let Some(kind) = &of_group {
                    param.ty.kind = simple_copy(kind);
                }
            }
            kind => of_group = Some(simple_copy(kind)),
        }
    }
}

/// A copy of the types that matter for parameters: names, pointers to them, and members of packages.
fn simple_copy<'m>(kind: &ExprKind<'m>) -> ExprKind<'m> {
    match kind {
        ExprKind::Name(name) => ExprKind::Name(name),
        ExprKind::Star(inner) => ExprKind::Star(Box::new(Expr {
            kind: simple_copy(&inner.kind),
            at: inner.at,
        })),
        ExprKind::Selector(package, member) => ExprKind::Selector(
            Box::new(Expr {
                kind: simple_copy(&package.kind),
                at: package.at,
            }),
            *member,
        ),
        _ => ExprKind::OtherType,
    }
}

/// The name that an embedded field has.
pub(crate) fn last_name<'m>(ty: &Expr<'m>) -> Option<Ident<'m>> {
    match &ty.kind {
        ExprKind::Name(name) => Some(Ident { name, at: ty.at }),
        ExprKind::Selector(_, member) => Some(*member),
        ExprKind::Star(inner) => last_name(inner),
        _ => None,
    }
}
