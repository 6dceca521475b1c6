//! Lines and columns of one text, computed on first use.

use std::sync::{Arc, OnceLock};

use super::{Position, to_index, to_offset};

/// The line starts of one text.
///
/// Most texts are never reported on, so the table is built on first use.
#[derive(Debug)]
pub struct LineIndex {
    text: Arc<str>,
    starts: OnceLock<Vec<u32>>,
    /// How many characters start before each whole block. An object from the API server is one line, and
    /// counting from its start for every position would take quadratic time.
    blocks: OnceLock<Vec<u32>>,
}

/// Bytes of a block.
const BLOCK_BYTES: usize = 4096;

impl LineIndex {
    /// An index over `text`; nothing is scanned yet.
    #[must_use]
    pub fn new(text: Arc<str>) -> Self {
        Self {
            text,
            starts: OnceLock::new(),
            blocks: OnceLock::new(),
        }
    }

    /// The text the index is about.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn count(&self) -> u32 {
        to_offset(self.starts().len())
    }

    /// Line and column of a byte. A byte past the end counts as the end, a byte
    /// inside a character as that character.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = to_index(self.line_start(line).unwrap_or(0));
        let end = to_index(offset).clamp(start, self.text.len().max(start));
        // A character starts at every byte that is not a UTF-8 continuation byte.
        let mut column = if end - start > 2 * BLOCK_BYTES {
            self.characters_before(end)
                .saturating_sub(self.characters_before(start))
        } else {
            count_characters(self.text.as_bytes().get(start..end).unwrap_or_default())
        };
        if self
            .text
            .as_bytes()
            .get(end)
            .is_some_and(|b| is_continuation(*b))
        {
            column = column.saturating_sub(1);
        }
        Position {
            line,
            column: column.saturating_add(1),
        }
    }

    /// The line, from 1, that holds a byte.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        let line = self.starts().partition_point(|start| *start <= offset);
        to_offset(line).max(1)
    }

    /// The byte at which a line, from 1, starts.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.starts().get(index).copied()
    }

    /// The text of a line, from 1, without its line end.
    #[must_use]
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let start = to_index(self.line_start(line)?);
        let rest = self.text.get(start..)?;
        let line = rest.split('\n').next().unwrap_or(rest);
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    fn characters_before(&self, end: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let mut before = 0_u32;
            let count = |block| {
                before = before.saturating_add(count_characters(block));
                Some(before)
            };
            bytes.chunks(BLOCK_BYTES).map_while(count).collect()
        });
        let whole = end / BLOCK_BYTES;
        let before = whole.checked_sub(1).and_then(|block| blocks.get(block));
        let rest = bytes.get(whole * BLOCK_BYTES..end).unwrap_or_default();
        before
            .copied()
            .unwrap_or(0)
            .saturating_add(count_characters(rest))
    }

    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(
                memchr::memchr_iter(b'\n', self.text.as_bytes())
                    .filter_map(|at| u32::try_from(at + 1).ok()),
            );
            starts
        })
    }
}

/// How many characters a piece of UTF-8 starts.
pub(crate) fn count_characters(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return to_offset(bytes.len());
    }
    to_offset(bytes.iter().filter(|b| !is_continuation(**b)).count())
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn columns_count_characters() {
        let lines = LineIndex::new(Arc::from("aé\u{1F600}b\r\n\nlast"));
        assert_eq!(lines.position(0), at(1, 1));
        assert_eq!(lines.position(1), at(1, 2));
        assert_eq!(lines.position(2), at(1, 2), "inside a character");
        assert_eq!(lines.position(3), at(1, 3));
        assert_eq!(lines.position(7), at(1, 4));
        assert_eq!(lines.position(10), at(2, 1));
        assert_eq!(lines.position(11), at(3, 1));
        assert_eq!(lines.position(900), at(3, 5));
        assert_eq!(lines.line_text(1), Some("aé\u{1F600}b"));
        assert_eq!(lines.line_text(2), Some(""));
        assert_eq!(lines.line_text(3), Some("last"));
        assert_eq!(lines.line_text(4), None);
        assert_eq!(lines.line_text(0), None);
        assert_eq!(lines.count(), 3);
    }

    #[test]
    fn columns_far_into_a_line_are_the_same() {
        let text = format!("x\n{}{}", "é\u{1F600}b".repeat(3000), "a".repeat(9000));
        let lines = LineIndex::new(Arc::from(text.as_str()));
        let line = &text[2..];
        for (index, (byte, _)) in line.char_indices().enumerate() {
            if index % 97 == 0 || (8180..8200).contains(&byte) {
                let column = u32::try_from(index + 1).unwrap_or(0);
                let offset = u32::try_from(byte + 2).unwrap_or(0);
                assert_eq!(lines.position(offset), at(2, column));
            }
        }
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let lines = LineIndex::new(Arc::from(""));
        assert_eq!(lines.position(0), at(1, 1));
        assert_eq!(lines.line_text(1), Some(""));
    }
}
