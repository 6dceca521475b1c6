//! Texts and places in them: file ids, byte spans, lines and columns.

mod escape;
mod line_index;

pub(crate) use escape::escape;
pub use line_index::LineIndex;
pub(crate) use line_index::count_characters;

use std::ops::Range;

/// Whether a character turns the direction of writing, so that text shows in another order than it is read. Some languages
/// need the marks; no manifest needs these.
#[must_use]
pub const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A file of the input, by its number in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in the (decoded) text of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// The span as a range of indexes, for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        to_index(self.start)..to_index(self.end)
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// A byte offset as an index.
#[must_use]
pub fn to_index(offset: u32) -> usize {
    // Every supported target has pointers of 32 bits or more, so this never saturates.
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// An index or a count as an offset. Saturates; no text that is read has 4 GiB.
#[must_use]
pub fn to_offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A span in a known file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileSpan {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The first character of a text.
    pub const FIRST: Self = Self { line: 1, column: 1 };
}
