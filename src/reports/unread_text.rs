//! What could not be read, for people.

use std::fmt::Write;

use manifest::tree::{ReadError, ReadErrorCode};

use super::sources::Sources;
use crate::terminal::{BAD, Terminal, visible};

/// So many lines are shown where something else is asked for.
const MAX_LINES_BESIDE: usize = 5;

/// A line for each entry. `quiet`: of what is not rendered no reason is given.
pub fn unread(
    entries: &[ReadError],
    sources: Sources<'_>,
    quiet: bool,
    terminal: &Terminal,
) -> String {
    let mut text = String::new();
    for unread in entries {
        let head = terminal.paint(BAD, &format!("not read[{}]", unread.code.as_str()));
        let file = visible(sources.name(unread.file));
        let what = unread.reason.split_once(": ");
        let what = what.filter(|_| quiet && unread.code == ReadErrorCode::NotRendered);
        let reason = visible(what.map_or(unread.reason.as_str(), |(what, _)| what));
        let at = unread.position;
        let _ = writeln!(text, "{head}: {file}:{}:{}: {reason}", at.line, at.column);
    }
    text
}

/// The first entries, and how many more there are.
pub fn unread_beside(entries: &[ReadError], sources: Sources<'_>, terminal: &Terminal) -> String {
    let (first, rest) = match entries.split_at_checked(MAX_LINES_BESIDE) {
        // One line more is no shorter than that it is left out.
        Some((first, rest)) if rest.len() > 1 => (first, rest.len()),
        _ => (entries, 0),
    };
    let mut text = unread(first, sources, false, terminal);
    if rest > 0 {
        let _ = writeln!(
            text,
            "{rest} more could not be read: `leaselint lint` lists them."
        );
    }
    text
}
