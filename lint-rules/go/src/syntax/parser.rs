//! The parser's state, and what all of its parts use.

use super::SourcePosition;
use super::ast::{BodyPlace, Expr, ExprKind, File, Ident, Stmt, UsedName};
use super::distinct::DistinctList;
use super::file_words::WordCollector;
use super::lexer::{SyntaxError, tokens, tokens_from};
use super::token::{Token, TokenKind, code};

/// Deeper nesting than this is hostile: real code stays below 60.
const MAX_NESTING_DEPTH: u32 = 150;

pub(crate) struct Parser<'m> {
    tokens: Vec<Token<'m>>,
    at: usize,
    depth: u32,
    /// Inside the head of `if`, `for` or `switch` a `{` opens the body, not a literal.
    pub in_head: bool,
    pub error: Option<SyntaxError>,
    /// How many names were used since the last function began.
    pub uses: usize,
    /// These names, with what stands before their dot.
    pub names: DistinctList<UsedName>,
    words: WordCollector<'m>,
    /// Last names of what was assigned to since then.
    pub assigned: DistinctList<&'m str>,
}

/// Reads a file. What cannot be parsed is left out, and the first error is in the result.
pub(crate) fn parse(text: &str, file: u32) -> File<'_> {
    let (tokens, error) = tokens(text, file);
    let mut parser = Parser::of(tokens, error);
    let mut file = parser.file();
    file.error = parser.error;
    file.words = parser.words.finish();
    file
}

/// Reads the body of a function of a file that was read. Its errors are known from then.
pub(crate) fn parse_body(text: &str, place: BodyPlace) -> Vec<Stmt<'_>> {
    let end = usize::try_from(place.end).ok();
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    Parser::of(tokens_from(text, place.at), None).block()
}

impl<'m> Parser<'m> {
    fn of(tokens: Vec<Token<'m>>, error: Option<SyntaxError>) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
            in_head: false,
            error,
            uses: 0,
            names: DistinctList::new(),
            words: WordCollector::default(),
            assigned: DistinctList::new(),
        }
    }

    /// Targets are assigned to.
    pub(crate) fn assigns(&mut self, targets: &[Expr<'m>]) {
        for name in targets.iter().filter_map(assigned_name) {
            self.assigned.add(name);
        }
    }

    /// A name is used; `before` stands before its dot.
    pub(crate) fn uses(&mut self, before: &'m str, name: &'m str) {
        self.uses += 1;
        let (before, name) = (self.words.number(before), self.words.number(name));
        self.names.add(UsedName { before, name });
    }

    pub(crate) fn token(&self) -> Token<'m> {
        self.peek(0)
    }

    pub(crate) fn peek(&self, ahead: usize) -> Token<'m> {
        let token = self.tokens.get(self.at.saturating_add(ahead));
        token.or(self.tokens.last()).copied().unwrap_or(Token {
            kind: TokenKind::End,
            text: "",
            code: 0,
            at: SourcePosition::default(),
        })
    }

    pub(crate) fn position(&self) -> SourcePosition {
        self.token().at
    }

    pub(crate) fn index(&self) -> usize {
        self.at
    }

    pub(crate) fn back_to(&mut self, index: usize) {
        self.at = index;
    }

    pub(crate) fn next(&mut self) -> Token<'m> {
        let token = self.token();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    pub(crate) fn at_end(&self) -> bool {
        self.token().kind == TokenKind::End
    }

    #[inline]
    pub(crate) fn is_op(&self, op: &str) -> bool {
        let token = self.token();
        token.kind == TokenKind::Op && token.code == code(op)
    }

    #[inline]
    pub(crate) fn is_keyword(&self, word: &str) -> bool {
        let token = self.token();
        token.kind == TokenKind::Keyword && token.code == code(word)
    }

    pub(crate) fn is_semicolon(&self) -> bool {
        self.token().kind == TokenKind::Semicolon
    }

    pub(crate) fn take_op(&mut self, op: &str) -> bool {
        let found = self.is_op(op);
        if found {
            self.at += 1;
        }
        found
    }

    pub(crate) fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(word);
        if found {
            self.at += 1;
        }
        found
    }

    pub(crate) fn take_semicolon(&mut self) -> bool {
        let found = self.is_semicolon();
        if found {
            self.at += 1;
        }
        found
    }

    pub(crate) fn expect_op(&mut self, op: &str) -> bool {
        let found = self.take_op(op);
        if !found {
            self.fail("a token that Go's grammar does not allow here");
        }
        found
    }

    pub(crate) fn ident(&mut self) -> Option<Ident<'m>> {
        let token = self.token();
        if token.kind != TokenKind::Ident {
            return None;
        }
        self.at += 1;
        Some(Ident {
            name: token.text,
            at: token.at,
        })
    }

    pub(crate) fn fail(&mut self, problem: &'static str) {
        if self.error.is_none() {
            let at = self.position();
            self.error = Some(SyntaxError { at, problem });
        }
    }

    /// Runs a part of the grammar one level deeper; `None` where it is too deep.
    pub(crate) fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_NESTING_DEPTH {
            self.fail("nested too deeply");
            self.skip_balanced();
            return None;
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        Some(result)
    }

    /// Parses inside brackets, where a `{` opens a literal again.
    pub(crate) fn outside_head<T>(&mut self, part: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.in_head, false);
        let result = part(self);
        self.in_head = before;
        result
    }

    /// Skips one token, or all up to the bracket that closes it.
    pub(crate) fn skip_balanced(&mut self) {
        let mut open = 0_u32;
        loop {
            let token = self.next();
            match (token.kind, token.text) {
                (TokenKind::End, _) => return,
                (TokenKind::Op, "(" | "[" | "{") => open = open.saturating_add(1),
                (TokenKind::Op, ")" | "]" | "}") => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// Skips to the end of a statement that could not be parsed; never beyond the block's end.
    pub(crate) fn skip_statement(&mut self) {
        while !self.at_end() && !self.is_op("}") && !self.is_op(")") {
            if self.take_semicolon() {
                return;
            }
            self.skip_balanced();
        }
    }
}

/// The last name of what is assigned to; `*` for what a pointer leads to.
fn assigned_name<'m>(target: &Expr<'m>) -> Option<&'m str> {
    match &target.kind {
        ExprKind::Selector(_, member) => Some(member.name),
        ExprKind::Index(of, _) => assigned_name(of),
        ExprKind::Star(_) => Some("*"),
        _ => None,
    }
}
