//! Statements.

use super::ast::{Case, Expr, ExprKind, For, If, Stmt, StmtKind, Switch};
use super::parser::Parser;
use super::token::TokenKind;

const ASSIGNMENTS: &[&str] = &[
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "&^=",
];

impl<'m> Parser<'m> {
    /// `{ statements }`
    pub(crate) fn block(&mut self) -> Vec<Stmt<'m>> {
        if !self.expect_op("{") {
            return Vec::new();
        }
        let body = self.nested(|parser| parser.outside_head(Self::statements));
        self.expect_op("}");
        body.unwrap_or_default()
    }

    /// Statements up to a closing brace or the next case.
    fn statements(&mut self) -> Vec<Stmt<'m>> {
        let mut statements = Vec::new();
        while !self.is_op("}")
            && !self.at_end()
            && !self.is_keyword("case")
            && !self.is_keyword("default")
        {
            let before = self.index();
            let errors = self.error.is_some();
            let statement = self.statement();
            let ended = self.take_semicolon()
                || self.is_op("}")
                || self.is_keyword("case")
                || self.is_keyword("default")
                || matches!(statement.kind, StmtKind::Empty);
            statements.push(statement);
            let failed = !errors && self.error.is_some();
            if !ended || failed && self.index() == before {
                self.fail("a statement that cannot be parsed");
                let at = self.position();
                self.skip_statement();
                statements.push(Stmt {
                    kind: StmtKind::Bad,
                    at,
                });
            }
            if self.index() == before {
                self.skip_balanced();
            }
        }
        statements.shrink_to_fit();
        statements
    }

    fn statement(&mut self) -> Stmt<'m> {
        let token = self.token();
        let at = token.at;
        let kind = match (token.kind, token.text) {
            (TokenKind::Semicolon, _) => StmtKind::Empty,
            (TokenKind::Keyword, "var") => StmtKind::Variables(self.variables()),
            (TokenKind::Keyword, "const") => StmtKind::Constants(self.constants(0)),
            (TokenKind::Keyword, "type") => {
                self.types();
                StmtKind::Empty
            }
            (TokenKind::Keyword, "if") => self.if_statement(),
            (TokenKind::Keyword, "for") => self.for_statement(),
            (TokenKind::Keyword, "switch") => self.switch_statement(),
            (TokenKind::Keyword, "select") => {
                self.next();
                StmtKind::Select(self.cases(true))
            }
            (TokenKind::Keyword, "return") => {
                self.next();
                let ends = self.is_semicolon() || self.is_op("}");
                StmtKind::Return(if ends { Vec::new() } else { self.expr_list() })
            }
            (TokenKind::Keyword, "go") => {
                self.next();
                StmtKind::Go(self.expr())
            }
            (TokenKind::Keyword, "defer") => {
                self.next();
                StmtKind::Defer(self.expr())
            }
            (TokenKind::Keyword, word @ ("break" | "continue" | "goto" | "fallthrough")) => {
                self.next();
                self.ident();
                StmtKind::Jump(word)
            }
            (TokenKind::Op, "{") => StmtKind::Block(self.block()),
            (TokenKind::Ident, _)
                if self.peek(1).kind == TokenKind::Op && self.peek(1).text == ":" =>
            {
                self.next();
                self.next();
                self.take_semicolon();
                return if self.is_op("}") {
                    Stmt {
                        kind: StmtKind::Empty,
                        at,
                    }
                } else {
                    let inner = self.nested(Self::statement);
                    inner.unwrap_or(Stmt {
                        kind: StmtKind::Bad,
                        at,
                    })
                };
            }
            _ => self.simple().kind,
        };
        Stmt { kind, at }
    }

    /// An expression, an assignment, a send.
    fn simple(&mut self) -> Stmt<'m> {
        let at = self.position();
        let mut left = self.expr_list();
        let token = self.token();
        if token.kind == TokenKind::Op {
            match token.text {
                ":=" | "=" => {
                    self.next();
                    let define = token.text == ":=";
                    if !define {
                        self.assigns(&left);
                    }
                    let kind = if self.is_keyword("range") {
                        // Only a `for` clause reads this; it looks for the keyword itself.
                        StmtKind::Assign(left, Vec::new(), define)
                    } else {
                        StmtKind::Assign(left, self.expr_list(), define)
                    };
                    return Stmt { kind, at };
                }
                op if ASSIGNMENTS.contains(&op) => {
                    self.next();
                    self.assigns(&left);
                    let right = self.expr();
                    let first = left.into_iter().next();
                    let kind = first.map_or(StmtKind::Bad, |first| {
                        let op = op.strip_suffix('=').unwrap_or(op);
                        StmtKind::Update(Box::new(first), op, Some(Box::new(right)))
                    });
                    return Stmt { kind, at };
                }
                "++" | "--" => {
                    self.next();
                    let op = if token.text == "++" { "+" } else { "-" };
                    let first = left.into_iter().next();
                    let kind = first.map_or(StmtKind::Bad, |first| {
                        StmtKind::Update(Box::new(first), op, None)
                    });
                    return Stmt { kind, at };
                }
                "<-" => {
                    self.next();
                    let value = self.expr();
                    let first = left.into_iter().next();
                    let kind = first.map_or(StmtKind::Bad, |first| {
                        StmtKind::Send(Box::new(first), Box::new(value))
                    });
                    return Stmt { kind, at };
                }
                _ => {}
            }
        }
        let kind = match left.pop() {
            Some(expr) if left.is_empty() => StmtKind::Expr(expr),
            _ => StmtKind::Bad,
        };
        Stmt { kind, at }
    }

    fn head<T>(&mut self, part: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.in_head, true);
        let result = part(self);
        self.in_head = before;
        result
    }

    fn if_statement(&mut self) -> StmtKind<'m> {
        self.next();
        let (init, condition) = self.head(|parser| {
            let first = if parser.is_semicolon() {
                None
            } else {
                Some(parser.simple())
            };
            if parser.take_semicolon() {
                (first, Some(parser.simple()))
            } else {
                (None, first)
            }
        });
        let at = self.position();
        let condition = match condition.map(|statement| statement.kind) {
            Some(StmtKind::Expr(condition)) => condition,
            _ => {
                self.fail("no condition");
                Expr {
                    kind: ExprKind::Bad,
                    at,
                }
            }
        };
        let then = self.block();
        let otherwise = if self.take_keyword("else") {
            let at = self.position();
            let kind = if self.is_keyword("if") {
                self.nested(Self::if_statement).unwrap_or(StmtKind::Bad)
            } else {
                StmtKind::Block(self.block())
            };
            Some(Stmt { kind, at })
        } else {
            None
        };
        StmtKind::If(Box::new(If {
            init,
            condition,
            then,
            otherwise,
        }))
    }

    fn for_statement(&mut self) -> StmtKind<'m> {
        self.next();
        let mut parsed = self.head(|parser| {
            let mut parsed = For {
                init: None,
                condition: None,
                post: None,
                range: None,
                body: Vec::new(),
            };
            if parser.is_op("{") {
                return parsed;
            }
            if parser.take_keyword("range") {
                parsed.range = Some((Vec::new(), parser.expr()));
                return parsed;
            }
            let first = if parser.is_semicolon() {
                None
            } else {
                Some(parser.simple())
            };
            if parser.take_keyword("range") {
                let names = match first.map(|statement| statement.kind) {
                    Some(StmtKind::Assign(names, _, _)) => names,
                    _ => Vec::new(),
                };
                parsed.range = Some((names, parser.expr()));
                return parsed;
            }
            if !parser.take_semicolon() {
                if let Some(StmtKind::Expr(condition)) = first.map(|statement| statement.kind) {
                    parsed.condition = Some(condition);
                }
                return parsed;
            }
            parsed.init = first;
            if !parser.is_semicolon() && !parser.is_op("{") {
                parsed.condition = Some(parser.expr());
            }
            if parser.take_semicolon() && !parser.is_op("{") {
                parsed.post = Some(parser.simple());
            }
            parsed
        });
        parsed.body = self.block();
        StmtKind::For(Box::new(parsed))
    }

    fn switch_statement(&mut self) -> StmtKind<'m> {
        self.next();
        let (init, tag) = self.head(|parser| {
            if parser.is_op("{") {
                return (None, None);
            }
            let first = if parser.is_semicolon() {
                None
            } else {
                Some(parser.simple())
            };
            if !parser.take_semicolon() {
                return (None, first);
            }
            if parser.is_op("{") {
                return (first, None);
            }
            (first, Some(parser.simple()))
        });
        let mut init = init;
        let tag = match tag.map(|statement| (statement.kind, statement.at)) {
            Some((StmtKind::Expr(tag), _)) => Some(tag),
            Some((StmtKind::Assign(names, mut values, define), at)) if define => {
                // `switch x := y.(type)`
                let tag = values.pop();
                let bad = Expr {
                    kind: ExprKind::Bad,
                    at,
                };
                init = init.or(Some(Stmt {
                    kind: StmtKind::Assign(names, vec![bad], true),
                    at,
                }));
                tag
            }
            _ => None,
        };
        let on_type = matches!(
            &tag,
            Some(Expr {
                kind: ExprKind::TypeAssertion(_, None),
                ..
            })
        );
        let cases = self.cases(false);
        StmtKind::Switch(Box::new(Switch {
            init,
            tag,
            on_type,
            cases,
        }))
    }

    fn cases(&mut self, communication: bool) -> Vec<Case<'m>> {
        let mut cases = Vec::new();
        if !self.expect_op("{") {
            return cases;
        }
        while !self.is_op("}") && !self.at_end() {
            let before = self.index();
            let case =
                self.nested(|parser| parser.outside_head(|parser| parser.case(communication)));
            cases.extend(case.flatten());
            if self.index() == before {
                self.skip_balanced();
            }
        }
        self.expect_op("}");
        cases.shrink_to_fit();
        cases
    }

    fn case(&mut self, communication: bool) -> Option<Case<'m>> {
        let mut case = Case {
            values: Vec::new(),
            communication: None,
            is_default: false,
            body: Vec::new(),
        };
        if self.take_keyword("default") {
            case.is_default = true;
        } else if self.take_keyword("case") {
            if communication {
                case.communication = Some(self.simple());
            } else {
                case.values = self.expr_list();
            }
        } else {
            self.fail("no case begins like this");
            return None;
        }
        self.expect_op(":");
        case.body = self.statements();
        Some(case)
    }
}
