//! JSON to trees, as Go's `encoding/json` reads it.
//!
//! One lexer and one grammar: files, reviews, lists and events of watches are read with them, and what a
//! [`FieldMask`](crate::tree::FieldMask) leaves out is skipped while it is lexed.

mod collection_end;
mod cursor;
mod duplicate_keys;
mod equality;
mod error;
mod grammar;
mod lexer;
mod object;
mod open_collection;
mod string_end;
mod tree_builder;
mod writer;

pub use cursor::Cursor;
pub use equality::are_same;
pub use error::JsonError;
pub use object::{ObjectOptions, read_json};
pub use writer::to_json;

pub(crate) use grammar::end_of_value;
pub(crate) use lexer::skip_space;

use crate::tree::ReadLimits;
use crate::tree::parsed::{ParseFailure, ParsedTree};

/// Reads the JSON value at the start of a text, all of it.
pub(crate) fn parse(text: &str, limits: ReadLimits) -> Result<ParsedTree, ParseFailure> {
    let built = tree_builder::build(text, limits, None)?;
    Ok(ParsedTree {
        arena: built.arena,
        root: Some(built.root),
        comments: Vec::new(),
        duplicates: built.duplicates,
        ignored: None,
    })
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tree_tests;
