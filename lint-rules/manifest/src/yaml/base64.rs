//! The content of `!!binary` scalars.

/// Standard base64 with padding; line ends are skipped, as in Go.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut group: u32 = 0;
    let mut filled = 0_u32;
    let mut padding = 0_usize;
    for byte in text.bytes() {
        let six = match byte {
            b'\r' | b'\n' => continue,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if filled >= 2 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        // Nothing may follow the padding.
        if padding > 0 && byte != b'=' {
            return None;
        }
        group = group << 6 | u32::from(six);
        filled += 1;
        if filled == 4 {
            let [_, a, b, c] = group.to_be_bytes();
            out.extend([a, b, c].iter().take(3_usize.saturating_sub(padding)));
            group = 0;
            filled = if padding > 0 { 5 } else { 0 };
        } else if filled > 4 {
            return None;
        }
    }
    (filled == 0 || filled == 5).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64() {
        assert_eq!(decode_base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("aGk\n=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("").as_deref(), Some(&b""[..]));
        assert_eq!(decode_base64("aGk"), None);
        assert_eq!(decode_base64("a==="), None);
        assert_eq!(decode_base64("aGk=aGk="), None);
    }
}
