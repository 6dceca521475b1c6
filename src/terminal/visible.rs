//! Text from manifests, made safe to print: it must not move the cursor, colour the
//! screen, or turn the direction of writing.

use std::borrow::Cow;

use manifest::text::turns_direction;

/// One line of text in which every character shows.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => shown.push('␊'),
            '\t' => shown.push(' '),
            '\u{7f}' => shown.push('␡'),
            // Each control character has a picture of its own.
            '\0'..='\u{1f}' => {
                shown.push(char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'));
            }
            other if is_unsafe(other) => shown.push('\u{fffd}'),
            other => shown.push(other),
        }
    }
    Cow::Owned(shown)
}

/// Source text for a renderer that handles the first 32 control characters itself. Byte
/// lengths stay as they are, so that spans do.
pub fn visible_source(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe_in_source) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|character| {
        if is_unsafe_in_source(character) {
            substitute(character)
        } else {
            character
        }
    });
    Cow::Owned(shown.collect())
}

/// A character that takes as many bytes.
fn substitute(character: char) -> char {
    if character.len_utf8() == 2 {
        '¿'
    } else {
        '\u{fffd}'
    }
}

fn is_unsafe(character: char) -> bool {
    character.is_control() || turns_direction(character)
}

fn is_unsafe_in_source(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}') || turns_direction(character)
}

/// The character boundary at a byte, or before it.
pub fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_pictures() {
        assert_eq!(visible("\u{1b}[31mred\u{7f}\r\n"), "␛[31mred␡␍␊");
        assert_eq!(visible("a\u{9b}31m\u{202e}b"), "a\u{fffd}31m\u{fffd}b");
    }

    #[test]
    fn ordinary_text_is_not_touched() {
        assert!(matches!(visible("größer ✓"), Cow::Borrowed(_)));
    }

    #[test]
    fn source_keeps_its_length() {
        for text in ["a\u{9b}b", "x\u{202e}y\u{2069}", "plain"] {
            assert_eq!(visible_source(text).len(), text.len());
        }
    }
}
