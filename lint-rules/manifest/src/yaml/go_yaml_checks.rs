//! Checks of go-yaml that the parser does not make.
//!
//! go-yaml v2 is a port of libyaml, a YAML 1.1 reader. The functions here repeat the
//! checks of go-yaml's scanner (scannerc.go) and reader (readerc.go) on a token that the
//! parser has accepted.

use wide::u8x16;

/// The byte at which a check fails, and why.
pub(super) type CheckFailure = (usize, &'static str);

/// The first character go-yaml's reader refuses.
pub(super) fn unprintable(text: &str) -> Option<(usize, char)> {
    let (chunks, rest) = text.as_bytes().as_chunks::<CHUNK_BYTES>();
    for (number, chunk) in chunks.iter().enumerate() {
        if may_be_refused(chunk) {
            let refused = refused_in(text, number * CHUNK_BYTES, chunk);
            if refused.is_some() {
                return refused;
            }
        }
    }
    refused_in(text, chunks.len() * CHUNK_BYTES, rest)
}

/// Bytes that one vector instruction compares.
const CHUNK_BYTES: usize = 16;

/// Whether a byte of the chunk is refused or begins a character that may be. Sixteen bytes at a time
/// take a third of the instructions of a loop that the compiler vectorises.
fn may_be_refused(chunk: &[u8; CHUNK_BYTES]) -> bool {
    let bytes = u8x16::new(*chunk);
    let is = |byte| bytes.simd_eq(u8x16::splat(byte));
    let line_ends_and_tabs = is(b'\n') | is(b'\r') | is(b'\t');
    let controls = bytes.simd_lt(u8x16::splat(b' ')) & !line_ends_and_tabs;
    (controls | is(127) | is(0xC2) | is(0xEF)).any()
}

/// The first refused character of a piece of the text that starts at `start`.
fn refused_in(text: &str, start: usize, piece: &[u8]) -> Option<(usize, char)> {
    let first_bytes = piece.iter().enumerate().filter(|(_, byte)| {
        let is_control = **byte < b' ' && !matches!(**byte, b'\n' | b'\r' | b'\t');
        // 0xC2 and 0xEF begin characters.
        is_control || matches!(**byte, 127 | 0xC2 | 0xEF)
    });
    let mut characters = first_bytes.filter_map(|(at, _)| {
        let character = text.get(start + at..)?.chars().next()?;
        Some((start + at, character))
    });
    characters.find(|(_, character)| {
        matches!(character,
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
            | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
    })
}

/// The name of an anchor or alias: letters, digits, `-` and `_`.
pub(super) fn name(name: &str, at: usize) -> Result<(), CheckFailure> {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if name.bytes().all(word) {
        return Ok(());
    }
    Err((
        at,
        "an anchor's name may hold letters, digits, '-' and '_' only",
    ))
}

/// A question mark ends a plain scalar in a flow collection, and is then out of place.
pub(super) fn plain_in_flow(value: &str, at: usize) -> Result<(), CheckFailure> {
    if value.contains('?') {
        return Err((
            at,
            "a question mark in an unquoted scalar of a flow collection",
        ));
    }
    Ok(())
}

/// A key without `?` must be on one line, in flow collections as well.
pub(super) fn key_on_one_line(text: &str, start: usize, end: usize) -> Result<(), CheckFailure> {
    let source = text.get(start..end).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    if source.contains('\n') && !before.trim_end().ends_with('?') {
        return Err((start, "a key must be on one line"));
    }
    Ok(())
}

/// Tabs may separate tokens, but not precede a key in block context: at the start of a line or
/// after `-` or `?` they are refused.
pub(super) fn tabs_before(text: &str, start: usize) -> Result<(), CheckFailure> {
    let before = text.as_bytes().get(..start).unwrap_or_default();
    let blanks = before
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'\t'));
    let (count, tab) = blanks.fold((0, false), |(n, tab), b| (n + 1, tab | (*b == b'\t')));
    let previous = start.checked_sub(count + 1).and_then(|at| before.get(at));
    let indents = matches!(previous, None | Some(b'\n' | b'\r' | b'-' | b'?'));
    if tab && indents {
        return Err((start - count, "a tab where indentation is needed"));
    }
    Ok(())
}

/// `\\/` is an escape of YAML 1.2 and JSON only, and a surrogate pair one of JSON only.
pub(super) fn escapes(text: &str, start: usize, end: usize) -> Result<(), CheckFailure> {
    let bytes = text.as_bytes().get(start..end).unwrap_or_default();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        match bytes.get(at + 1..) {
            Some([b'/', ..]) => return Err((start + at, "the escape \\/ is not known")),
            Some(
                [
                    b'u',
                    b'd' | b'D',
                    b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F',
                    ..,
                ],
            ) => {
                return Err((start + at, "half a surrogate pair is no character"));
            }
            _ => at += 2,
        }
    }
    Ok(())
}

/// A tab must not be within the indentation of a block scalar, not even on its
/// blank lines. `start` is the first byte of its content, `end` where it ends.
pub(super) fn block_scalar(text: &str, start: usize, end: usize) -> Result<(), CheckFailure> {
    const TAB: &str = "a tab in the indentation of a block scalar";
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
    let indent = start - line_start;
    let mut header = "";
    for line in before.get(..line_start).unwrap_or_default().lines().rev() {
        if !line.trim().is_empty() {
            header = line;
            break;
        }
        if line.contains('\t') {
            return Err((line_start, TAB));
        }
    }
    // An indentation indicator decides where content starts; without one it cannot
    // start with a tab.
    let after = header.rfind(['|', '>']).and_then(|at| header.get(at + 1..));
    let is_indent_given =
        after.is_some_and(|after| after.bytes().take(2).any(|b| b.is_ascii_digit()));
    if !is_indent_given && text.as_bytes().get(start) == Some(&b'\t') {
        return Err((start, TAB));
    }
    let mut at = line_start;
    for line in text
        .get(line_start..)
        .unwrap_or_default()
        .split_inclusive('\n')
    {
        if at >= end && !line.trim().is_empty() {
            break;
        }
        let blanks = line.bytes().take_while(|b| *b == b' ').count();
        if blanks < indent && line.as_bytes().get(blanks) == Some(&b'\t') {
            return Err((at, TAB));
        }
        at += line.len();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_characters_are_found_anywhere() {
        for character in ['\0', '\u{1B}', '\u{7F}', '\u{80}', '\u{9F}', '\u{FFFE}'] {
            for before in [0, 1, 62, 63, 64, 65, 200] {
                let text = format!("{}{character}\u{85}é", "x".repeat(before));
                assert_eq!(unprintable(&text), Some((before, character)), "{before}");
            }
        }
        let fine = "\t\n\r é\u{85}\u{A0}\u{FEFF}\u{FFFD}\u{10FFFF}".repeat(20);
        assert_eq!(unprintable(&fine), None);
    }
}
