//! spf13/pflag 1.0: `flag.go`, with flags and positionals interspersed.

use std::borrow::Cow;

use super::reader::{Reader, Stop, split_value};
use super::{CommandLine, FlagKind, FlagTable, ParseErrorKind};

pub(super) fn parse(argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let mut reader = Reader::new(argv, table);
    while let Some((at, word)) = reader.take() {
        let read = match word.strip_prefix('-') {
            None | Some("") => {
                reader.line.positionals.push(at);
                Ok(())
            }
            Some("-") => {
                reader.rest_is_positional(at);
                Ok(())
            }
            Some(rest) if rest.starts_with('-') => long(&mut reader, at, word),
            Some(_) => cluster(&mut reader, at, word),
        };
        if read.is_err() {
            break;
        }
    }
    reader.line
}

fn long(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 2);
    if written.is_empty() || written.starts_with('-') {
        return Err(reader.fail(ParseErrorKind::BadSyntax, at, word));
    }
    let name = if reader.table.normalise_underscore() && written.contains('_') {
        Cow::Owned(written.replace('_', "-"))
    } else {
        Cow::Borrowed(written)
    };
    let flag = word.get(..2 + written.len()).unwrap_or(word);
    match (reader.table.long(&name), value) {
        (Some(_), Some(offset)) => reader.attached(&name, at, offset, true),
        (Some(FlagKind::Bool), None) => reader.switch(&name, at, false),
        (Some(FlagKind::Value), None) => {
            if !reader.following(&name, at, true) {
                return Err(reader.fail(ParseErrorKind::MissingValue, at, flag));
            }
        }
        (None, _) if *name == *"help" => {
            return Err(reader.fail(ParseErrorKind::Help, at, flag));
        }
        (None, _) if reader.table.closed() => {
            return Err(reader.fail(ParseErrorKind::UnknownFlag, at, flag));
        }
        (None, Some(offset)) => reader.attached(&name, at, offset, false),
        (None, None) => reader.unknown(&name, at),
    }
    Ok(())
}

/// A word with one dash: letters, each a flag, until one takes the rest as its value.
fn cluster(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 1);
    // No open table excuses this one: the program has the long name, and its letters would
    // have to be flags of their own.
    if written.chars().nth(1).is_some() && reader.table.long(written).is_some() {
        let letter = written.chars().next().unwrap_or_default();
        if reader.table.short(letter).is_none() {
            let flag = word.get(..1 + written.len()).unwrap_or(word);
            return Err(reader.fail(ParseErrorKind::UnknownShorthand, at, flag));
        }
    }
    for (offset, letter) in word.char_indices().skip(1) {
        let after = offset + letter.len_utf8();
        let rest = word.get(after..).unwrap_or_default();
        let mut buffer = [0; 4];
        let name: &str = letter.encode_utf8(&mut buffer);
        let Some(kind) = reader.table.short(letter) else {
            return unknown_letter(reader, at, word, (letter, written, value));
        };
        if rest.len() > 1 && rest.starts_with('=') {
            reader.attached(name, at, after + 1, true);
            break;
        }
        match kind {
            FlagKind::Bool => reader.switch(name, at, false),
            FlagKind::Value if !rest.is_empty() => {
                reader.attached(name, at, after, true);
                break;
            }
            FlagKind::Value => {
                if !reader.following(name, at, true) {
                    return Err(reader.fail(ParseErrorKind::MissingValue, at, word));
                }
            }
        }
    }
    Ok(())
}

fn unknown_letter(
    reader: &mut Reader<'_>,
    at: usize,
    word: &str,
    (letter, written, value): (char, &str, Option<usize>),
) -> Result<(), Stop> {
    if reader.table.closed() {
        let kind = if letter == 'h' {
            ParseErrorKind::Help
        } else {
            ParseErrorKind::UnknownShorthand
        };
        return Err(reader.fail(kind, at, word));
    }
    match value {
        Some(offset) => reader.attached(written, at, offset, false),
        // `-v4` holds its value already; `-v 4` may not.
        None if written.chars().nth(1).is_none() => reader.unknown(written, at),
        None => reader.attached(written, at, word.len(), false),
    }
    Ok(())
}
