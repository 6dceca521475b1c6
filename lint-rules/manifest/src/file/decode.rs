//! Bytes to text: byte-order marks and bytes that are no UTF-8.

use std::borrow::Cow;

/// The text of a file, without a byte-order mark.
pub(super) struct Decoded<'b> {
    pub text: Cow<'b, str>,
    /// The byte of the text at which the first bad byte was replaced.
    pub bad: Option<usize>,
}

/// Decodes a file as kubectl does: a byte-order mark chooses UTF-8 or UTF-16, and what
/// cannot be decoded becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            bad: None,
        },
        Err(error) => Decoded {
            // Up to the first bad byte the decoded text is the same, so its offset holds.
            text: String::from_utf8_lossy(bytes),
            bad: Some(error.valid_up_to()),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded<'_> {
    let mut text = String::with_capacity(bytes.len());
    let mut bad = None;
    let (pairs, odd) = bytes.as_chunks::<2>();
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => {
                bad.get_or_insert(text.len());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    if !odd.is_empty() {
        bad.get_or_insert(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Decoded {
        text: Cow::Owned(text),
        bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_bad_bytes() {
        assert_eq!(decode(b"\xEF\xBB\xBFa").text, "a");
        assert_eq!(decode(b"\xFF\xFEa\0\xE9\0").text, "aé");
        assert_eq!(decode(b"\xFE\xFF\0a\xD8\0").bad, Some(1));
        let bad = decode(b"a\xFFb");
        assert_eq!((bad.text.as_ref(), bad.bad), ("a\u{FFFD}b", Some(1)));
    }
}
