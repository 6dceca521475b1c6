//! alecthomas/kingpin v2: `parser.go`, `flags.go`.
//!
//! Every switch has a `--no-` form and takes no value, not even with `=`; a value must not
//! look like a flag; a flag given twice is fatal unless it gathers values. Not followed: `--` or
//! `-` in the place of a value.

use super::reader::{Reader, Stop, split_value};
use super::{CommandLine, FlagKind, FlagTable, ParseErrorKind};

pub(super) fn parse(argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let mut reader = Reader::new(argv, table);
    while let Some((at, word)) = reader.take() {
        if !word.starts_with('-') {
            reader.line.positionals.push(at);
            continue;
        }
        if word == "--" {
            reader.rest_is_positional(at);
            break;
        }
        if word == "-" {
            // A short flag without a letter: neither a flag nor an argument to kingpin.
            reader.fail(ParseErrorKind::UnexpectedValue, at, word);
            break;
        }
        let before = reader.line.occurrences.len();
        let read = if word.starts_with("--") {
            long(&mut reader, at, word)
        } else {
            cluster(&mut reader, at, word)
        };
        if read
            .and_then(|()| refuse_repeated(&mut reader, before, word))
            .is_err()
        {
            break;
        }
    }
    reader.line
}

/// Only flags of the table are known to take one value; others may gather several. A flag
/// given once by its letter and once by its long name is not recognised as the same.
fn refuse_repeated(reader: &mut Reader<'_>, before: usize, word: &str) -> Result<(), Stop> {
    let all = &reader.line.occurrences;
    let repeated = all
        .iter()
        .enumerate()
        .skip(before)
        .filter(|(_, new)| new.known)
        .find(|(at, new)| {
            all.iter()
                .take(*at)
                .any(|old| old.known && old.name == new.name)
        })
        .map(|(_, occurrence)| occurrence.argument);
    match repeated {
        Some(at) => {
            let flag = word.split('=').next().unwrap_or(word);
            Err(reader.fail(ParseErrorKind::Repeated, at, flag))
        }
        None => Ok(()),
    }
}

fn long(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 2);
    let flag = word.get(..2 + written.len()).unwrap_or(word);
    let (name, kind, negated) = match reader.table.long(written) {
        Some(kind) => (written, Some(kind), false),
        None => match written.strip_prefix("no-") {
            // Only a switch has the form.
            Some(name) if reader.table.long(name) == Some(FlagKind::Bool) => {
                (name, Some(FlagKind::Bool), true)
            }
            _ => (written, None, false),
        },
    };
    match (kind, value) {
        (Some(FlagKind::Bool), None) => reader.switch(name, at, negated),
        // The text after `=` becomes a positional, of which elector programs have none left.
        (Some(FlagKind::Bool), Some(_)) => {
            return Err(reader.fail(ParseErrorKind::UnexpectedValue, at, flag));
        }
        (Some(FlagKind::Value), Some(offset)) => reader.attached(name, at, offset, true),
        (Some(FlagKind::Value), None) => value_after(reader, name, at, flag)?,
        (None, _) if name == "help" => return Err(reader.fail(ParseErrorKind::Help, at, flag)),
        (None, _) if reader.table.closed() => {
            return Err(reader.fail(ParseErrorKind::UnknownFlag, at, flag));
        }
        (None, Some(offset)) => reader.attached(name, at, offset, false),
        (None, None) => reader.unknown(name, at),
    }
    Ok(())
}

fn value_after(reader: &mut Reader<'_>, name: &str, at: usize, flag: &str) -> Result<(), Stop> {
    match reader.peek() {
        Some(word) if !word.starts_with('-') => {
            reader.following(name, at, true);
            Ok(())
        }
        _ => Err(reader.fail(ParseErrorKind::MissingValue, at, flag)),
    }
}

/// Letters behind one dash; one that takes a value takes the rest of the word, `=` included.
fn cluster(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 1);
    let first = written.chars().next().unwrap_or_default();
    let is_long = written.chars().nth(1).is_some() && reader.table.long(written).is_some();
    if is_long && reader.table.short(first).is_none() {
        return Err(reader.fail(
            ParseErrorKind::UnknownShorthand,
            at,
            word.get(..1 + written.len()).unwrap_or(word),
        ));
    }
    for (offset, letter) in word.char_indices().skip(1) {
        let after = offset + letter.len_utf8();
        let mut buffer = [0; 4];
        let name: &str = letter.encode_utf8(&mut buffer);
        match reader.table.short(letter) {
            Some(FlagKind::Bool) => reader.switch(name, at, false),
            Some(FlagKind::Value) if after < word.len() => {
                reader.attached(name, at, after, true);
                return Ok(());
            }
            Some(FlagKind::Value) => return value_after(reader, name, at, word),
            None if reader.table.closed() => {
                return Err(reader.fail(ParseErrorKind::UnknownShorthand, at, word));
            }
            None => {
                match value {
                    Some(offset) => reader.attached(written, at, offset, false),
                    None if written.chars().nth(1).is_none() => reader.unknown(written, at),
                    None => reader.attached(written, at, word.len(), false),
                }
                return Ok(());
            }
        }
    }
    Ok(())
}
