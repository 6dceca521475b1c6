//! Python's click (8.x): switches take no value at all; options and words may be mixed.

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
        (Some(FlagKind::Bool), None) => reader.switch(name, at, false),
        (Some(FlagKind::Bool), Some(_)) => {
            return Err(reader.fail(ParseErrorKind::UnexpectedValue, at, flag));
        }
        (Some(FlagKind::Value), Some(offset)) => reader.attached(name, at, offset, true),
        (Some(FlagKind::Value), None) => {
            if !reader.following(name, at, true) {
                return Err(reader.fail(ParseErrorKind::MissingValue, at, flag));
            }
        }
        (None, _) if name == "help" => return Err(reader.fail(ParseErrorKind::Help, at, flag)),
        (None, _) if reader.table.closed() => {
            return Err(reader.fail(ParseErrorKind::UnknownFlag, at, flag));
        }
        (None, Some(offset)) => reader.attached(name, at, offset, false),
        (None, None) => reader.unknown(name, at),
    }
    Ok(())
}

/// Letters behind one dash; one that takes a value takes the rest of the word, `=` included.
fn cluster(reader: &mut Reader<'_>, at: usize, word: &str) -> Result<(), Stop> {
    let (written, value) = split_value(word, 1);
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
            Some(FlagKind::Value) => {
                if !reader.following(name, at, true) {
                    return Err(reader.fail(ParseErrorKind::MissingValue, at, word));
                }
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
