//! Declarations.

use super::ast::{BodyPlace, ConstSpec, File, Function, Import, TypeSpec, ValueSpec};
use super::lexer::unquote;
use super::parser::Parser;
use super::token::TokenKind;

impl<'m> Parser<'m> {
    pub(crate) fn file(&mut self) -> File<'m> {
        let mut file = File::default();
        if !self.take_keyword("package") || self.ident().is_none() {
            self.fail("no package clause");
        }
        self.take_semicolon();
        while !self.at_end() {
            let before = self.index();
            let token = self.token();
            match (token.kind, token.text) {
                (TokenKind::Keyword, "import") => self.imports(&mut file.imports),
                (TokenKind::Keyword, "func") => {
                    let function = self.function(file.functions.len());
                    file.functions.extend(function);
                }
                (TokenKind::Keyword, "var") => file.variables.extend(self.variables()),
                (TokenKind::Keyword, "const") => {
                    let specs = self.constants(file.constants.len());
                    file.constants.extend(specs);
                }
                (TokenKind::Keyword, "type") => file.types.extend(self.types()),
                (TokenKind::Semicolon, _) => {
                    self.next();
                }
                _ => self.skip_to_declaration(),
            }
            if self.index() == before {
                self.skip_balanced();
            }
        }
        file.imports.shrink_to_fit();
        file.functions.shrink_to_fit();
        file.variables.shrink_to_fit();
        file.constants.shrink_to_fit();
        file.types.shrink_to_fit();
        file
    }

    fn skip_to_declaration(&mut self) {
        self.fail("no declaration begins like this");
        while !self.at_end() {
            let token = self.token();
            let begins = matches!(token.text, "func" | "var" | "const" | "type");
            if token.kind == TokenKind::Keyword && begins && token.at.column == 1 {
                return;
            }
            self.next();
        }
    }

    /// One declaration, or all in parentheses.
    fn group(&mut self, mut each: impl FnMut(&mut Self)) {
        self.next();
        if !self.take_op("(") {
            each(self);
            return;
        }
        while !self.is_op(")") && !self.at_end() {
            let before = self.index();
            each(self);
            if !self.take_semicolon() && !self.is_op(")") {
                self.fail("a declaration that cannot be parsed");
                self.skip_statement();
            }
            if self.index() == before {
                self.skip_balanced();
            }
        }
        self.expect_op(")");
    }

    fn imports(&mut self, imports: &mut Vec<Import<'m>>) {
        self.group(|parser| {
            let name = if parser.take_op(".") {
                Some(".")
            } else {
                parser.ident().map(|name| name.name)
            };
            let token = parser.token();
            if token.kind == TokenKind::Text {
                parser.next();
                if let Some(path) = unquote(token.text) {
                    imports.push(Import { name, path });
                }
            } else {
                parser.fail("an import without a path");
            }
        });
    }

    /// A function that will be the one of this index in its file.
    fn function(&mut self, index: usize) -> Option<Function<'m>> {
        self.next();
        self.uses = 0;
        self.names.take();
        self.assigned.take();
        let receiver = if self.is_op("(") {
            self.params().into_iter().next()
        } else {
            None
        };
        let Some(name) = self.ident() else {
            self.fail("a function without a name");
            self.skip_to_declaration();
            return None;
        };
        if self.is_op("[") {
            self.skip_balanced();
        }
        let signature = self.signature();
        let body = self.is_op("{").then(|| {
            let at = self.position();
            self.block();
            let end = self.position().offset;
            BodyPlace { at, end }
        });
        Some(Function {
            name,
            receiver,
            signature,
            body,
            index,
            uses: self.uses,
            names: self.names.take(),
            assigned: self.assigned.take(),
        })
    }

    pub(crate) fn variables(&mut self) -> Vec<ValueSpec<'m>> {
        let mut specs = Vec::new();
        self.group(|parser| {
            let names = parser.names();
            let ty = (!parser.is_op("=") && !parser.is_semicolon()).then(|| parser.ty());
            let values = if parser.take_op("=") {
                parser.expr_list()
            } else {
                Vec::new()
            };
            specs.push(ValueSpec { names, ty, values });
        });
        specs
    }

    /// Constants; `before` of them stand in the list that these will be added to.
    pub(crate) fn constants(&mut self, before: usize) -> Vec<ConstSpec<'m>> {
        let mut specs: Vec<ConstSpec<'m>> = Vec::new();
        let mut iota = 0;
        let mut like = before;
        self.group(|parser| {
            let names = parser.names();
            let typed = !parser.is_op("=") && !parser.is_semicolon() && !parser.is_op(")");
            if typed {
                parser.ty();
            }
            let values = if parser.take_op("=") {
                like = before + specs.len();
                parser.expr_list()
            } else {
                Vec::new()
            };
            specs.push(ConstSpec {
                names,
                like,
                values,
                iota,
            });
            iota += 1;
        });
        specs
    }

    fn names(&mut self) -> Vec<super::ast::Ident<'m>> {
        let mut names = Vec::new();
        while let Some(name) = self.ident() {
            names.push(name);
            if !self.take_op(",") {
                break;
            }
        }
        names.shrink_to_fit();
        names
    }

    pub(crate) fn types(&mut self) -> Vec<TypeSpec<'m>> {
        let mut specs = Vec::new();
        self.group(|parser| {
            let Some(name) = parser.ident() else {
                parser.fail("a type without a name");
                return;
            };
            let params = parser.is_op("[")
                && parser.peek(1).kind == TokenKind::Ident
                && !(parser.peek(2).kind == TokenKind::Op && parser.peek(2).text == "]");
            if params {
                parser.skip_balanced();
            }
            parser.take_op("=");
            specs.push(TypeSpec {
                name,
                ty: parser.ty(),
            });
        });
        specs
    }
}
