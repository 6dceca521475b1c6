//! JSON to a tree, as Go's `encoding/json` reads it.

mod object;
mod passed_over;
mod pull;
mod quick;
mod scan;
mod skip;
mod walk;

pub use object::{read_object, says_the_same};
pub use pull::{NotJson, Pull};

pub(crate) use passed_over::{NOTHING, PassedOver};
pub(crate) use walk::{Problem, end_of_value, skip_space};

use crate::tree::ReadLimits;
use crate::tree::parsed::{ParseFailure, ParsedTree};
use crate::yaml::builder::Builder;

/// Reads the JSON value at the start of a text, without what `passed_over` names. Returns one past
/// its end, too.
pub(crate) fn parse(
    text: &str,
    limits: ReadLimits,
    passed_over: &'static PassedOver,
) -> Result<(ParsedTree, usize), ParseFailure> {
    let Some((arena, root, end)) = quick::build(text, limits, passed_over) else {
        return thoroughly(text, limits, passed_over);
    };
    let parsed = ParsedTree {
        arena,
        root: Some(root),
        comments: Vec::new(),
        duplicates: Vec::new(),
        ignored: None,
    };
    Ok((parsed, end))
}

/// As [`parse`], whatever is written there, and with the reason if it cannot be read.
pub(crate) fn thoroughly(
    text: &str,
    limits: ReadLimits,
    passed_over: &'static PassedOver,
) -> Result<(ParsedTree, usize), ParseFailure> {
    let mut builder = Builder::for_json(text, limits);
    let (root, end) = walk::build(text, &mut builder, passed_over)?;
    builder.finish(root)?;
    let parsed = ParsedTree {
        arena: builder.arena,
        root: Some(root),
        comments: Vec::new(),
        duplicates: builder.duplicates,
        ignored: None,
    };
    Ok((parsed, end))
}
