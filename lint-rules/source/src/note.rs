//! What was read of a folder's source, and why not more, as a sentence.

use std::fmt::Write as _;

use go::program::{RepositoryReading, SourceElection, SourceProgram};

use crate::folder::SourceFolder;

/// Programs, or files, that are named before the rest is counted.
const MAX_LISTED_NAMES: usize = 8;

/// `Go source of .: 12 files, 3 programs; with an elector: cmd/a; without one: 2`, and what is left out.
pub(crate) fn note(folder: &SourceFolder<'_>, reading: &RepositoryReading) -> String {
    let shown = match folder.prefix.trim_end_matches('/') {
        "" => ".",
        prefix => prefix,
    };
    let programs = &reading.programs;
    let mut text = format!(
        "Go source of {shown}: {}, {}",
        count(folder.files.len(), "file"),
        count(programs.len(), "program")
    );
    let named = |is_meant: &dyn Fn(&&SourceProgram) -> bool| -> Vec<String> {
        programs.iter().filter(is_meant).map(name).collect()
    };
    let elect = named(&|one| one.election == SourceElection::Elects);
    if !elect.is_empty() {
        let _ = write!(text, "; with an elector: {}", listed(elect));
    }
    let never = named(&|one| one.election == SourceElection::Never);
    if !never.is_empty() {
        let _ = write!(text, "; without one: {}", never.len());
    }
    let open: Vec<String> = programs
        .iter()
        .filter_map(|one| match one.election {
            SourceElection::Unknown(at) => {
                Some(format!("{} ({}:{})", name(one), reading.path(at), at.line))
            }
            _ => None,
        })
        .collect();
    if !open.is_empty() {
        let _ = write!(
            text,
            "; not understood, though they speak of elections: {}",
            listed(open)
        );
    }
    let large = named(&|one| one.exhausted);
    if !large.is_empty() {
        let _ = write!(text, "; too large to follow to the end: {}", listed(large));
    }
    if !reading.unread.is_empty() {
        let places = count(reading.unread.len(), "place");
        let _ = write!(text, "; {places} could not be parsed");
    }
    if !folder.unread.is_empty() {
        let unread = listed(folder.unread.clone());
        let _ = write!(text, "; could not be read or too large: {unread}");
    }
    text.push_str("; tests, generated files, examples and vendored modules are left out");
    text
}

fn name(program: &SourceProgram) -> String {
    match program.folder.as_str() {
        "" => ".".to_owned(),
        folder => folder.to_owned(),
    }
}

fn listed(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(MAX_LISTED_NAMES);
    names.truncate(MAX_LISTED_NAMES);
    let mut text = names.join(", ");
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

fn count(number: usize, of: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {of}{end}")
}
