//! Checks of go-yaml that the parser does not make.
//!
//! go-yaml v2 is a port of libyaml, a YAML 1.1 reader. The functions here repeat the
//! checks of go-yaml's scanner (scannerc.go) and reader (readerc.go) on a token that the
//! parser has accepted.

/// The byte at which a check fails, and why.
pub(super) type CheckFailure = (usize, &'static str);

/// The first character go-yaml's reader refuses.
pub(super) fn unprintable(text: &str) -> Option<(usize, char)> {
    // Without an early exit the compiler checks a chunk in a few vector instructions.
    const CHUNK_BYTES: usize = 64;
    let suspicious = |b: u8| {
        (b < 32) & (b != b'\t') & (b != b'\n') & (b != b'\r')
            | (b == 127)
            | (b == 0xC2)
            | (b == 0xEF)
    };
    let refused = |character: char| {
        matches!(character,
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
            | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
    };
    for (number, piece) in text.as_bytes().chunks(CHUNK_BYTES).enumerate() {
        if !piece.iter().fold(false, |any, b| any | suspicious(*b)) {
            continue;
        }
        for (inner, _) in piece.iter().enumerate().filter(|(_, b)| suspicious(**b)) {
            // Each of these bytes begins a character.
            let at = number * CHUNK_BYTES + inner;
            let character = text.get(at..).and_then(|rest| rest.chars().next());
            if let Some(character) = character.filter(|character| refused(*character)) {
                return Some((at, character));
            }
        }
    }
    None
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

/// Tabs may separate tokens, but not precede a key: at the start of a line or after `-`
/// or `?` they are refused.
pub(super) fn tabs_before(text: &str, start: usize, in_flow: bool) -> Result<(), CheckFailure> {
    let before = text.as_bytes().get(..start).unwrap_or_default();
    let blanks = before
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'\t'));
    let (count, tab) = blanks.fold((0, false), |(n, tab), b| (n + 1, tab | (*b == b'\t')));
    let previous = start.checked_sub(count + 1).and_then(|at| before.get(at));
    let indents = matches!(previous, None | Some(b'\n' | b'\r' | b'-' | b'?'));
    if tab && indents && !in_flow {
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
