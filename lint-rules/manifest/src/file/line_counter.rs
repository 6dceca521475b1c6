//! Positions in the text of a whole file.

use crate::text::{Position, count_characters, to_offset};

/// Finds lines and columns of bytes that are asked for mostly in ascending order: the text
/// is scanned once for all documents of a file, and no table of lines is built.
pub(super) struct LineCounter<'t> {
    text: &'t str,
    /// Up to which byte line feeds are counted.
    at: usize,
    feeds: u32,
}

impl<'t> LineCounter<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            feeds: 0,
        }
    }

    /// Line and column of a byte; a byte past the end counts as the end.
    pub fn position(&mut self, at: usize) -> Position {
        let at = at.min(self.text.len());
        let bytes = self.text.as_bytes();
        if at < self.at {
            *self = Self::new(self.text);
        }
        let passed = bytes.get(self.at..at).unwrap_or_default();
        let feeds = memchr::memchr_iter(b'\n', passed).count();
        self.feeds = self.feeds.saturating_add(to_offset(feeds));
        self.at = at;
        let before = bytes.get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1);
        Position {
            line: self.feeds.saturating_add(1),
            column: count_characters(before.get(start..).unwrap_or_default()).saturating_add(1),
        }
    }
}
