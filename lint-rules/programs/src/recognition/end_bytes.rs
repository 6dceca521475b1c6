//! A filter before patterns are compared.

/// The bytes that some words begin and end with, as two sets of bits: most patterns match none of the words, and
/// this tells so without reading them.
#[derive(Clone, Copy, Default)]
pub(super) struct EndBytes {
    first: u64,
    last: u64,
}

impl EndBytes {
    pub(super) fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        words
            .map(str::as_bytes)
            .fold(Self::default(), |all, word| Self {
                first: all.first | Self::bit(word.first()),
                last: all.last | Self::bit(word.last()),
            })
    }

    /// Bytes share bits, so a bit proves nothing; its absence does.
    fn bit(byte: Option<&u8>) -> u64 {
        byte.map_or(0, |byte| 1 << (byte & 63))
    }

    /// Whether one of the words may begin with a byte of a pattern.
    pub(super) fn may_begin_with(self, byte: u8) -> bool {
        Self::may(self.first, Some(&byte))
    }

    /// Whether one of the words may begin as a pattern does.
    pub(super) fn may_begin(self, pattern: &str) -> bool {
        Self::may(self.first, pattern.as_bytes().first())
    }

    /// Whether one of the words may end as a pattern does.
    pub(super) fn may_end(self, pattern: &str) -> bool {
        Self::may(self.last, pattern.as_bytes().last())
    }

    fn may(bytes: u64, byte: Option<&u8>) -> bool {
        byte == Some(&b'*') || bytes & Self::bit(byte) != 0
    }
}
