//! Go source as a tree: tokens, expressions, statements, declarations.

pub(crate) mod ast;
mod declarations;
mod distinct;
mod expressions;
mod file_words;
mod lexer;
mod parser;
mod statements;
mod token;
mod types;

pub(crate) use lexer::{ImportPath, head_imports, package_name, unquote};
pub(crate) use parser::{parse, parse_body};
pub(crate) use types::last_name as last_type_name;

/// A place in one of the module's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePosition {
    /// Index of the file in the module's list of files.
    pub file: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes, from 0.
    pub offset: u32,
}

/// The first place where a text is not Go, and what is wrong there. For tests and measurements of the parser alone.
#[must_use]
pub fn syntax_error(text: &str) -> Option<(SourcePosition, &'static str)> {
    let error = parse(text, 0).error?;
    Some((error.at, error.problem))
}
