//! Finding the end of a JSON collection 64 bytes at a time.
//!
//! A block of bytes is searched at once for quotes, backslashes and brackets; what lies in strings
//! follows from the parity of the quotes before it (the way of simdjson: Langdale and Lemire, "Parsing
//! gigabytes of JSON per second", 2019).

use wide::u8x16;

use crate::tree::arena::index;

/// How many bytes are looked at together, a bit of a word each.
const BLOCK: usize = 64;
/// How many of them one instruction looks at.
const LANES: usize = 16;

/// One past the collection that opens at `start`; `None` if the text ends within it. Brackets of both
/// kinds count alike, of strings only their ends are looked for, and a backslash escapes quotes
/// wherever it stands.
pub(super) fn end_of_collection(bytes: &[u8], start: usize) -> Option<usize> {
    let mut state = State::default();
    let mut at = start;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        if let Some(end) = state.end_in(&Marks::of(block)) {
            return Some(at + end);
        }
        at += BLOCK;
    }
    let mut last = [b' '; BLOCK];
    let rest = bytes.get(at..).unwrap_or_default();
    last.iter_mut()
        .zip(rest)
        .for_each(|(into, byte)| *into = *byte);
    Some(at + state.end_in(&Marks::of(&last))?)
}

/// What is known before a block.
#[derive(Default)]
struct State {
    depth: u32,
    /// All ones inside a string.
    in_string: u64,
    /// One if the first byte is escaped.
    escaped: u64,
}

impl State {
    /// One past the byte of this block that closes the collection.
    fn end_in(&mut self, marks: &Marks) -> Option<usize> {
        let quotes = marks.quotes & !self.escaped_in(marks.backslashes);
        // From each quote to the next one.
        let inside = parity(quotes) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(inside >> (BLOCK - 1));
        let opens = marks.opens & !inside;
        let mut closes = marks.closes & !inside;
        if closes.count_ones() < self.depth {
            self.depth += opens.count_ones();
            self.depth -= closes.count_ones();
            return None;
        }
        // It may end here.
        let mut counted = 0;
        while closes != 0 {
            let at = closes.trailing_zeros();
            let before = (1_u64 << at) - 1;
            self.depth += (opens & before & !counted).count_ones();
            counted = before;
            self.depth = self.depth.saturating_sub(1);
            if self.depth == 0 {
                return Some(index(at) + 1);
            }
            closes &= closes - 1;
        }
        self.depth += (opens & !counted).count_ones();
        None
    }

    /// The bytes that a backslash escapes.
    fn escaped_in(&mut self, backslashes: u64) -> u64 {
        let mut escaped = self.escaped;
        self.escaped = 0;
        // An escaped backslash escapes nothing.
        let mut left = backslashes & !escaped;
        while left != 0 {
            let at = left.trailing_zeros();
            let next = (1_u64 << at) << 1;
            if next == 0 {
                self.escaped = 1;
            }
            escaped |= next;
            left &= left - 1;
            left &= !next;
        }
        escaped
    }
}

/// Each bit: whether an odd number of bits is set up to it.
const fn parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}

/// Which bytes of a block mean something, a bit each.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    quotes: u64,
    backslashes: u64,
    /// `{` and `[`.
    opens: u64,
    /// `}` and `]`.
    closes: u64,
}

/// The bit in which `[` and `{`, and `]` and `}`, differ.
const CASE: u8 = 0x20;

impl Marks {
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut marks = Self::default();
        let (parts, _) = block.as_chunks::<LANES>();
        for (number, part) in parts.iter().enumerate() {
            let bytes = u8x16::new(*part);
            let folded = bytes | u8x16::splat(CASE);
            let place = |mask: u8x16| u64::from(mask.to_bitmask()) << (LANES * number);
            marks.quotes |= place(bytes.simd_eq(u8x16::splat(b'"')));
            marks.backslashes |= place(bytes.simd_eq(u8x16::splat(b'\\')));
            marks.opens |= place(folded.simd_eq(u8x16::splat(b'{')));
            marks.closes |= place(folded.simd_eq(u8x16::splat(b'}')));
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Byte by byte, as one would say it.
    fn plainly(text: &[u8], start: usize) -> Option<usize> {
        let (mut depth, mut at) = (0, start);
        loop {
            match text.get(at)? {
                b'{' | b'[' => depth += 1,
                // No JSON; it escapes quotes all the same.
                b'\\' if matches!(text.get(at + 1), Some(b'"' | b'\\')) => at += 1,
                b'}' | b']' => depth -= 1,
                b'"' => {
                    at += 1;
                    while *text.get(at)? != b'"' {
                        at += if *text.get(at)? == b'\\' { 2 } else { 1 };
                    }
                }
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }

    #[test]
    fn ends_are_found_wherever_they_stand() {
        for inner in [
            "",
            "\"}\"",
            "\"\\\"}\"",
            "\"\\\\\"",
            "[[{}]]",
            "\"\\\\\\\"]\",{}",
        ] {
            for before in 0..70 {
                for within in 0..130 {
                    let padding = " ".repeat(within);
                    let text = format!("{}{{{padding}{inner}{padding}}} }}]", "[".repeat(before));
                    let end = text.len() - 3;
                    assert_eq!(
                        end_of_collection(text.as_bytes(), before),
                        Some(end),
                        "{text}"
                    );
                    let cut = text.get(..end - 1).map(str::as_bytes);
                    assert_eq!(cut.and_then(|cut| end_of_collection(cut, before)), None);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_and_bytes_agree(
            text in proptest::collection::vec(
                prop::sample::select(br#"{}[]"\\ax,:"#.to_vec()), 1..400),
        ) {
            let mut text = text;
            text.insert(0, b'{');
            prop_assert_eq!(end_of_collection(&text, 0), plainly(&text, 0));
        }

        #[test]
        fn every_byte_has_its_bit(bytes in proptest::collection::vec(any::<u8>(), BLOCK)) {
            let block = bytes.as_chunks::<BLOCK>().0[0];
            let marks = Marks::of(&block);
            for (number, byte) in block.into_iter().enumerate() {
                let has = |mask: u64| mask >> number & 1 == 1;
                prop_assert_eq!(has(marks.quotes), byte == b'"');
                prop_assert_eq!(has(marks.backslashes), byte == b'\\');
                prop_assert_eq!(has(marks.opens), matches!(byte, b'{' | b'['));
                prop_assert_eq!(has(marks.closes), matches!(byte, b'}' | b']'));
            }
        }
    }
}
