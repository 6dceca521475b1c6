//! From text to tokens, with the semicolons that Go inserts at line ends.

use super::SourcePosition;
use super::token::{KEYWORDS, OPERATORS, Token, TokenKind, code};

/// What could not be read as Go, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub at: SourcePosition,
    pub problem: &'static str,
}

pub(crate) struct GoLexer<'m> {
    text: &'m str,
    at: usize,
    position: SourcePosition,
    pub error: Option<SyntaxError>,
}

/// All tokens of a file, the last one being `End`, and the first error.
pub(crate) fn tokens(text: &str, file: u32) -> (Vec<Token<'_>>, Option<SyntaxError>) {
    all_tokens(GoLexer::new(text, file))
}

/// The tokens of a file's text from a place on.
pub(crate) fn tokens_from(text: &str, from: SourcePosition) -> Vec<Token<'_>> {
    let lexer = GoLexer {
        text,
        at: usize::try_from(from.offset).unwrap_or(usize::MAX),
        position: from,
        error: None,
    };
    all_tokens(lexer).0
}

fn all_tokens(mut lexer: GoLexer<'_>) -> (Vec<Token<'_>>, Option<SyntaxError>) {
    let mut tokens = Vec::with_capacity(lexer.rest().len() / 5);
    loop {
        let newline = lexer.skip_blanks();
        if newline && tokens.last().is_some_and(Token::ends_statement) {
            tokens.push(lexer.empty(TokenKind::Semicolon));
        }
        let Some(token) = lexer.next() else {
            if tokens.last().is_some_and(Token::ends_statement) {
                tokens.push(lexer.empty(TokenKind::Semicolon));
            }
            tokens.push(lexer.empty(TokenKind::End));
            return (tokens, lexer.error);
        };
        tokens.push(token);
    }
}

impl<'m> GoLexer<'m> {
    fn new(text: &'m str, file: u32) -> Self {
        let position = SourcePosition {
            file,
            line: 1,
            column: 1,
            offset: 0,
        };
        let mut lexer = Self {
            text,
            at: 0,
            position,
            error: None,
        };
        if text.starts_with('\u{feff}') {
            lexer.advance(3);
            lexer.position.column = 1;
        }
        lexer
    }

    fn rest(&self) -> &'m str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn empty(&self, kind: TokenKind) -> Token<'m> {
        Token {
            kind,
            text: "",
            code: 0,
            at: self.position,
        }
    }

    /// Goes on by so many bytes, which must end at a character's boundary.
    fn advance(&mut self, bytes: usize) {
        let (passed, _) = self
            .rest()
            .split_at_checked(bytes)
            .unwrap_or((self.rest(), ""));
        for byte in passed.bytes() {
            if byte == b'\n' {
                self.position.line = self.position.line.saturating_add(1);
                self.position.column = 1;
            } else if byte & 0xC0 != 0x80 {
                self.position.column = self.position.column.saturating_add(1);
            }
        }
        self.at += passed.len();
        self.position.offset = u32::try_from(self.at).unwrap_or(u32::MAX);
    }

    fn fail(&mut self, at: SourcePosition, problem: &'static str) {
        if self.error.is_none() {
            self.error = Some(SyntaxError { at, problem });
        }
    }

    /// Skips blanks and comments; whether a line ended among them.
    fn skip_blanks(&mut self) -> bool {
        let mut newline = false;
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            if blanks > 0 {
                newline |= rest.get(..blanks).is_some_and(|text| text.contains('\n'));
                self.advance(blanks);
            } else if rest.starts_with("//") {
                self.advance(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                let at = self.position;
                let end = rest.find("*/").map(|end| end + 2);
                if end.is_none() {
                    self.fail(at, "a comment is not closed");
                }
                let end = end.unwrap_or(rest.len());
                newline |= rest.get(..end).is_some_and(|text| text.contains('\n'));
                self.advance(end);
            } else {
                return newline;
            }
        }
    }

    fn next(&mut self) -> Option<Token<'m>> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let at = self.position;
        let (kind, length) = match first {
            '_' | 'a'..='z' | 'A'..='Z' => word(rest),
            '0'..='9' => number(rest),
            '.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => number(rest),
            '"' | '\'' => self.quoted(rest, first),
            '`' => {
                let end = rest.get(1..).and_then(|inner| inner.find('`'));
                if end.is_none() {
                    self.fail(at, "a raw string is not closed");
                }
                (TokenKind::Text, end.map_or(rest.len(), |end| end + 2))
            }
            ';' => (TokenKind::Semicolon, 1),
            first if first.is_alphabetic() => word(rest),
            _ => match OPERATORS.iter().find(|op| starts_with(rest, op)) {
                Some(op) => (TokenKind::Op, op.len()),
                None => {
                    self.fail(at, "a character that no Go token begins with");
                    (TokenKind::Op, first.len_utf8())
                }
            },
        };
        let text = rest.get(..length).unwrap_or(rest);
        self.advance(length);
        let code = code(text);
        Some(Token {
            kind,
            text,
            code,
            at,
        })
    }

    /// The length of a quoted string or character.
    fn quoted(&mut self, rest: &str, quote: char) -> (TokenKind, usize) {
        let kind = if quote == '"' {
            TokenKind::Text
        } else {
            TokenKind::Char
        };
        let mut escaped = false;
        for (index, character) in rest.char_indices().skip(1) {
            match character {
                '\n' => {
                    self.fail(self.position, "a string is not closed on its line");
                    return (kind, index);
                }
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                character if character == quote => return (kind, index + 1),
                _ => {}
            }
        }
        self.fail(self.position, "a string is not closed");
        (kind, rest.len())
    }
}

/// As `str::starts_with`, with the first byte compared before the rest: most operators differ in it.
fn starts_with(rest: &str, op: &str) -> bool {
    rest.as_bytes().first() == op.as_bytes().first() && rest.starts_with(op)
}

fn word(rest: &str) -> (TokenKind, usize) {
    let end = rest.find(|c: char| !(c == '_' || c.is_alphanumeric()));
    let end = end.unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or_default();
    // Keywords have 2 to 11 small letters: most names differ from them by their length or first letter.
    let may_be = matches!(text.len(), 2..=11) && text.starts_with(|c: char| c.is_ascii_lowercase());
    if may_be
        && KEYWORDS
            .iter()
            .any(|known| starts_with(text, known) && known.len() == text.len())
    {
        (TokenKind::Keyword, end)
    } else {
        (TokenKind::Ident, end)
    }
}

fn number(rest: &str) -> (TokenKind, usize) {
    let hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut kind = TokenKind::Int;
    let mut end = 0;
    let mut previous = ' ';
    for (index, character) in rest.char_indices() {
        let part = match character {
            '.' => {
                kind = TokenKind::Float;
                true
            }
            'e' | 'E' if !hex => {
                kind = TokenKind::Float;
                true
            }
            'p' | 'P' if hex => {
                kind = TokenKind::Float;
                true
            }
            '+' | '-' => matches!(previous, 'e' | 'E') && !hex || matches!(previous, 'p' | 'P'),
            'i' => {
                kind = TokenKind::Imaginary;
                true
            }
            '_' => true,
            character => character.is_ascii_alphanumeric(),
        };
        if !part {
            break;
        }
        previous = character;
        end = index + character.len_utf8();
    }
    (kind, end)
}

/// The value of a string literal; `None` if it is no whole literal.
pub(crate) fn unquote(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.replace('\r', ""));
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        let escape = characters.next()?;
        let plain = match escape {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' | '"' | '\'' => escape,
            'x' | 'u' | 'U' | '0'..='7' => {
                let (digits, radix) = match escape {
                    'x' => (2, 16),
                    'u' => (4, 16),
                    'U' => (8, 16),
                    _ => (2, 8),
                };
                let mut code = escape.to_digit(radix).filter(|_| radix == 8).unwrap_or(0);
                for _ in 0..digits {
                    let digit = characters.next()?.to_digit(radix)?;
                    code = code.checked_mul(radix)?.checked_add(digit)?;
                }
                char::from_u32(code)?
            }
            _ => return None,
        };
        text.push(plain);
    }
    Some(text)
}

/// The package's name, read from the head of a file.
pub(crate) fn package_name(text: &str) -> Option<&str> {
    let mut lexer = GoLexer::new(text, 0);
    lexer.skip_blanks();
    let package = lexer.next()?;
    lexer.skip_blanks();
    let name = lexer.next()?;
    (package.text == "package" && name.kind == TokenKind::Ident).then_some(name.text)
}

/// An import path, and where it stands in its file.
#[derive(Debug)]
pub(crate) struct ImportPath {
    pub path: String,
    pub at: SourcePosition,
}

/// The import paths, read from the head of a file; what follows its first declaration is not looked at.
pub(crate) fn head_imports(text: &str) -> Vec<ImportPath> {
    let mut lexer = GoLexer::new(text, 0);
    let mut paths = Vec::new();
    let mut depth = 0_u32;
    let mut importing = false;
    loop {
        lexer.skip_blanks();
        let Some(token) = lexer.next() else {
            return paths;
        };
        match (token.kind, token.text) {
            (TokenKind::Keyword, "import") => importing = true,
            (TokenKind::Keyword, "package") => importing = false,
            (TokenKind::Keyword, _) => return paths,
            (TokenKind::Op, "(") => depth += 1,
            (TokenKind::Op, ")") => {
                depth = depth.saturating_sub(1);
                importing = false;
            }
            (TokenKind::Text, literal) if importing => {
                let at = token.at;
                paths.extend(unquote(literal).map(|path| ImportPath { path, at }));
                importing = depth > 0;
            }
            _ => {}
        }
    }
}
