//! alecthomas/kong: long flags with `=` or a word after them, letters in clusters.
//!
//! A switch takes a value only with `=`; a `--no-` form exists only for flags declared so,
//! which the table would list under that name.

use super::reader::{Reader, Stop, split_value};
use super::{CommandLine, FlagKind, FlagTable, ParseErrorKind};

pub(super) fn parse(argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let mut reader = Reader::new(argv, table);
    while let Some((at, word)) = reader.take() {
        if word == "--" {
            reader.rest_is_positional(at);
            break;
        }
        let read = if word.starts_with("--") {
            long(&mut reader, at, word)
        } else if word.len() > 1 && word.starts_with('-') {
            cluster(&mut reader, at, word)
        } else {
            reader.line.positionals.push(at);
            Ok(())
        };
        if read.is_err() {
            break;
        }
    }
    reader.line
}

fn long(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (name, value) = split_value(word, 2);
    let flag = word.get(..2 + name.len()).unwrap_or(word);
    match (reader.table.long(name), value) {
        (Some(_), Some(offset)) => reader.attached(name, at, offset, true),
        (Some(FlagKind::Bool), None) => reader.switch(name, at, false),
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

/// A following word is a value unless it looks like a flag.
fn value_after(reader: &mut Reader<'_>, name: &str, at: usize, flag: &str) -> Result<(), Stop> {
    match reader.peek() {
        Some(word) if word == "-" || !word.starts_with('-') => {
            reader.following(name, at, true);
            Ok(())
        }
        _ => Err(reader.fail(ParseErrorKind::MissingValue, at, flag)),
    }
}

fn cluster(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 1);
    for (offset, letter) in word.char_indices().skip(1) {
        let after = offset + letter.len_utf8();
        let rest = word.get(after..).unwrap_or_default();
        let mut buffer = [0; 4];
        let name: &str = letter.encode_utf8(&mut buffer);
        match reader.table.short(letter) {
            Some(FlagKind::Bool) if rest.starts_with('=') => {
                reader.attached(name, at, after + 1, true);
                return Ok(());
            }
            Some(FlagKind::Bool) => reader.switch(name, at, false),
            Some(FlagKind::Value) if !rest.is_empty() => {
                let equals = usize::from(rest.starts_with('='));
                reader.attached(name, at, after + equals, true);
                return Ok(());
            }
            Some(FlagKind::Value) => return value_after(reader, name, at, word),
            None if letter == 'h' && written == "h" => {
                return Err(reader.fail(ParseErrorKind::Help, at, word));
            }
            None if reader.table.closed() || reader.table.long(written).is_some() => {
                let flag = word.get(..1 + written.len()).unwrap_or(word);
                return Err(reader.fail(ParseErrorKind::UnknownShorthand, at, flag));
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
