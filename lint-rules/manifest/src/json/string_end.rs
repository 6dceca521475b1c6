//! Looking for bytes sixteen at a time: strings of JSON are short, so that starting a vectorised search
//! for each costs more than the string itself.

use wide::u8x16;

use crate::tree::arena::index;

const LANES: usize = 16;

/// The first byte at or after `at` that is a quote, a backslash or a control character; the length of
/// `bytes` if there is none.
#[inline]
pub(super) fn plain_text_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<LANES>) {
        let chunk = u8x16::new(*chunk);
        let found = chunk.simd_eq(u8x16::splat(b'"'))
            | chunk.simd_eq(u8x16::splat(b'\\'))
            | chunk.simd_lt(u8x16::splat(0x20));
        let found = found.to_bitmask();
        if found != 0 {
            return at + index(found.trailing_zeros());
        }
        at += LANES;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let found = rest.iter().position(|b| matches!(b, b'"' | b'\\' | ..0x20));
    at + found.unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_is_found_wherever_it_stands() {
        for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
            for length in 0..40 {
                for place in 0..length {
                    let mut bytes = vec![0xe9; length];
                    bytes[place] = special;
                    if place + 3 < length {
                        bytes[place + 3] = b'"';
                    }
                    assert_eq!(plain_text_end(&bytes, 0), place);
                    assert_eq!(plain_text_end(&bytes, place), place);
                }
                let plain: Vec<u8> = (0..length)
                    .map(|at| [b' ', b'!', b'#', 0x7f, 0x80, 0xff][at % 6])
                    .collect();
                assert_eq!(plain_text_end(&plain, 0), length);
            }
        }
    }
}
