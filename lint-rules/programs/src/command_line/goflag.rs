//! Go's standard package `flag` (Go 1.26), and urfave/cli, which calls it for every level.

use super::reader::{Reader, Stop, split_value};
use super::{CommandLine, FlagKind, FlagTable, ParseErrorKind};

/// `subcommands`: words before the first flag name the subcommand and do not stop the reading.
pub(super) fn parse(argv: &[&str], table: &dyn FlagTable, subcommands: bool) -> CommandLine {
    let mut reader = Reader::new(argv, table);
    let mut before_flags = subcommands;
    while let Some((at, word)) = reader.take() {
        // A lone dash and the empty word are no flags.
        if word.len() < 2 || !word.starts_with('-') {
            reader.line.positionals.push(at);
            if before_flags {
                continue;
            }
            reader.rest_is_positional(at);
            break;
        }
        before_flags = false;
        if word == "--" {
            reader.rest_is_positional(at);
            break;
        }
        if flag(&mut reader, at, word).is_err() {
            break;
        }
    }
    reader.line
}

fn flag(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let dashes = if word.starts_with("--") { 2 } else { 1 };
    let (name, value) = split_value(word, dashes);
    if name.is_empty() || name.starts_with('-') {
        return Err(reader.fail(ParseErrorKind::BadSyntax, at, word));
    }
    let flag = word.get(..dashes + name.len()).unwrap_or(word);
    // A Go flag may have a name of one letter; tables keep those apart.
    let kind = reader.table.long(name).or_else(|| {
        let mut letters = name.chars();
        let letter = letters.next()?;
        letters
            .next()
            .is_none()
            .then_some(letter)
            .and_then(|letter| reader.table.short(letter))
    });
    match (kind, value) {
        (Some(_), Some(offset)) => reader.attached(name, at, offset, true),
        (Some(FlagKind::Bool), None) => reader.switch(name, at, false),
        (Some(FlagKind::Value), None) => {
            if !reader.following(name, at, true) {
                return Err(reader.fail(ParseErrorKind::MissingValue, at, flag));
            }
        }
        (None, _) if name == "help" || (name == "h" && reader.table.closed()) => {
            return Err(reader.fail(ParseErrorKind::Help, at, flag));
        }
        (None, _) if reader.table.closed() => {
            return Err(reader.fail(ParseErrorKind::UnknownFlag, at, flag));
        }
        (None, Some(offset)) => reader.attached(name, at, offset, false),
        (None, None) => reader.unknown(name, at),
    }
    Ok(())
}
