//! Expressions.

use super::ast::{Call, Element, Expr, ExprKind, FunctionLiteral};
use super::parser::Parser;
use super::token::TokenKind;

const UNARY: &[&str] = &["+", "-", "!", "^", "&", "<-", "*", "~"];

fn precedence(op: &str) -> u8 {
    if !op.starts_with(['|', '&', '=', '!', '<', '>', '+', '-', '^', '*', '/', '%']) {
        return 0;
    }
    match op {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
        "+" | "-" | "|" | "^" => 4,
        "*" | "/" | "%" | "<<" | ">>" | "&" | "&^" => 5,
        _ => 0,
    }
}

impl<'m> Parser<'m> {
    pub(crate) fn expr(&mut self) -> Expr<'m> {
        self.binary(1)
    }

    pub(crate) fn expr_list(&mut self) -> Vec<Expr<'m>> {
        let mut list = vec![self.expr()];
        while self.take_op(",") {
            list.push(self.expr());
        }
        list
    }

    fn binary(&mut self, lowest: u8) -> Expr<'m> {
        let at = self.position();
        let parsed = self.nested(|parser| parser.binary_inside(lowest));
        parsed.unwrap_or(Expr {
            kind: ExprKind::Bad,
            at,
        })
    }

    fn binary_inside(&mut self, lowest: u8) -> Expr<'m> {
        let mut left = self.unary();
        // A chain of operators is read in a loop, but its tree is as deep as the chain is long.
        let mut chain = 0_u32;
        loop {
            let token = self.token();
            let level = if token.kind == TokenKind::Op {
                precedence(token.text)
            } else {
                0
            };
            if level < lowest || level == 0 {
                return left;
            }
            chain += 1;
            if chain > 400 {
                self.fail("too many operators in one expression");
                return Expr {
                    kind: ExprKind::Bad,
                    at: left.at,
                };
            }
            self.next();
            let right = self.binary(level + 1);
            let at = left.at;
            let kind = ExprKind::Binary(token.text, Box::new(left), Box::new(right));
            left = Expr { kind, at };
        }
    }

    fn unary(&mut self) -> Expr<'m> {
        let token = self.token();
        let may_be = token
            .text
            .starts_with(['+', '-', '!', '^', '&', '<', '*', '~']);
        if token.kind != TokenKind::Op || !may_be || !UNARY.contains(&token.text) {
            return self.primary();
        }
        let at = token.at;
        if token.text == "<-" && self.peek(1).text == "chan" {
            return self.ty();
        }
        self.next();
        let inner = self.nested(Self::unary);
        let Some(inner) = inner else {
            return Expr {
                kind: ExprKind::Bad,
                at,
            };
        };
        let kind = if token.text == "*" {
            ExprKind::Star(Box::new(inner))
        } else {
            ExprKind::Unary(token.text, Box::new(inner))
        };
        Expr { kind, at }
    }

    fn primary(&mut self) -> Expr<'m> {
        let mut expr = self.operand();
        let mut chain = 0_u32;
        loop {
            chain += 1;
            if chain > 400 {
                self.fail("too long a chain of calls");
                return Expr {
                    kind: ExprKind::Bad,
                    at: expr.at,
                };
            }
            let token = self.token();
            if token.kind != TokenKind::Op {
                return expr;
            }
            expr = match token.text {
                "." => self.member(expr),
                "[" => self.index_or_slice(expr),
                "(" => self.call(expr),
                "{" if self.opens_literal(&expr) => self.literal(Some(expr)),
                _ => return expr,
            };
        }
    }

    fn operand(&mut self) -> Expr<'m> {
        let token = self.token();
        let at = token.at;
        let kind = match (token.kind, token.text) {
            (TokenKind::Ident, name) => {
                self.next();
                self.uses("", name);
                ExprKind::Name(name)
            }
            (TokenKind::Int, text) => {
                self.next();
                ExprKind::Int(text)
            }
            (TokenKind::Float, text) => {
                self.next();
                ExprKind::Float(text)
            }
            (TokenKind::Text, text) => {
                self.next();
                ExprKind::Text(text)
            }
            (TokenKind::Char | TokenKind::Imaginary, _) => {
                self.next();
                ExprKind::OtherLiteral
            }
            (TokenKind::Op, "(") => {
                self.next();
                let inner = self.outside_head(|parser| {
                    if parser.is_keyword("chan") || parser.is_keyword("func") {
                        parser.expr()
                    } else {
                        let inner = parser.expr();
                        parser.take_semicolon();
                        inner
                    }
                });
                self.expect_op(")");
                return Expr {
                    kind: inner.kind,
                    at: inner.at,
                };
            }
            (TokenKind::Keyword, "func") => {
                self.next();
                let signature = self.signature();
                if self.is_op("{") {
                    let body = self.outside_head(Self::block);
                    ExprKind::Function(Box::new(FunctionLiteral { signature, body }))
                } else {
                    ExprKind::OtherType
                }
            }
            (TokenKind::Op, "[")
            | (TokenKind::Keyword, "struct" | "map" | "chan" | "interface") => {
                return self.ty();
            }
            _ => {
                self.fail("no expression begins like this");
                ExprKind::Bad
            }
        };
        Expr { kind, at }
    }

    fn member(&mut self, expr: Expr<'m>) -> Expr<'m> {
        self.next();
        let at = expr.at;
        let kind = if self.take_op("(") {
            let ty = if self.take_keyword("type") {
                None
            } else {
                Some(Box::new(self.ty()))
            };
            self.expect_op(")");
            ExprKind::TypeAssertion(Box::new(expr), ty)
        } else if let Some(name) = self.ident() {
            let before = match expr.kind {
                ExprKind::Name(before) => before,
                _ => "",
            };
            self.uses(before, name.name);
            ExprKind::Selector(Box::new(expr), name)
        } else {
            self.fail("a member's name is missing");
            ExprKind::Bad
        };
        Expr { kind, at }
    }

    fn index_or_slice(&mut self, expr: Expr<'m>) -> Expr<'m> {
        let at = expr.at;
        self.next();
        let kind = self.outside_head(|parser| {
            let mut indices = Vec::new();
            let mut slice = false;
            while !parser.is_op("]") && !parser.at_end() {
                let before = parser.index();
                if parser.take_op(":") {
                    slice = true;
                } else {
                    indices.push(parser.expr());
                    parser.take_op(",");
                }
                if parser.index() == before {
                    break;
                }
            }
            parser.expect_op("]");
            if slice {
                ExprKind::Slice(Box::new(expr))
            } else {
                ExprKind::Index(Box::new(expr), indices)
            }
        });
        Expr { kind, at }
    }

    fn call(&mut self, function: Expr<'m>) -> Expr<'m> {
        let at = function.at;
        self.next();
        let kind = self.outside_head(|parser| {
            let mut args = Vec::new();
            let mut spread = false;
            while !parser.is_op(")") && !parser.at_end() {
                let before = parser.index();
                args.push(parser.expr());
                spread |= parser.take_op("...");
                if !parser.take_op(",") || parser.index() == before {
                    break;
                }
            }
            if !parser.take_op(")") {
                parser.fail("a call is not closed");
                while !parser.is_op(")") && !parser.is_semicolon() && !parser.at_end() {
                    parser.skip_balanced();
                }
                parser.take_op(")");
                args.push(Expr {
                    kind: ExprKind::Bad,
                    at,
                });
            }
            args.shrink_to_fit();
            ExprKind::Call(Box::new(Call {
                function,
                args,
                spread,
            }))
        });
        Expr { kind, at }
    }

    fn opens_literal(&self, expr: &Expr<'m>) -> bool {
        match &expr.kind {
            ExprKind::ListType(_) | ExprKind::MapType(_) | ExprKind::StructType(_) => true,
            ExprKind::Name(_) => !self.in_head,
            ExprKind::Selector(package, _) => {
                !self.in_head && matches!(package.kind, ExprKind::Name(_))
            }
            ExprKind::Index(ty, _) => !self.in_head && self.opens_literal(ty),
            _ => false,
        }
    }

    fn literal(&mut self, ty: Option<Expr<'m>>) -> Expr<'m> {
        let at = ty.as_ref().map_or(self.position(), |ty| ty.at);
        let elements = self.nested(|parser| parser.outside_head(Self::elements));
        let kind = match elements {
            Some(elements) => ExprKind::Composite(ty.map(Box::new), elements),
            None => ExprKind::Bad,
        };
        Expr { kind, at }
    }

    fn elements(&mut self) -> Vec<Element<'m>> {
        let mut elements = Vec::new();
        self.expect_op("{");
        while !self.is_op("}") && !self.at_end() {
            let before = self.index();
            let first = self.element();
            let element = if self.take_op(":") {
                Element {
                    key: Some(first),
                    value: self.element(),
                }
            } else {
                Element {
                    key: None,
                    value: first,
                }
            };
            elements.push(element);
            if !self.take_op(",") {
                self.take_semicolon();
                if !self.is_op("}") {
                    self.fail("a literal is not closed");
                    while !self.is_op("}") && !self.is_op(",") && !self.at_end() {
                        self.skip_balanced();
                    }
                    self.take_op(",");
                }
            }
            if self.index() == before {
                self.skip_balanced();
            }
        }
        self.expect_op("}");
        elements.shrink_to_fit();
        elements
    }

    fn element(&mut self) -> Expr<'m> {
        if self.is_op("{") {
            self.literal(None)
        } else {
            self.expr()
        }
    }
}
