//! What a YAML 1.1 scalar means, as go-yaml v2 decides it.
//!
//! The rules are those of `resolve` in go-yaml v2, which kubectl and the API
//! machinery use: they differ from YAML 1.2 in booleans (`yes`, `on`, `y`), octal
//! (`010`), binary, underscores and tags.

/// The value of a scalar. Text is not carried: the caller has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ScalarValue {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text,
    /// `!!binary`: the text must be decoded from base64.
    Binary,
}

/// How the scalar is tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// No tag: a plain scalar is resolved, any other is text.
    None,
    TextRange,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    /// Any other tag, `!` included, leaves the scalar as text.
    Other,
}

impl Tag {
    /// The tag by its full name.
    pub(super) fn from_name(name: &str) -> Self {
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("str") => Self::TextRange,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("null") => Self::Null,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::Other,
        }
    }
}

/// Resolves a scalar; `Err` says what the tag wanted and did not get.
pub(super) fn resolve(text: &str, tag: Tag, plain: bool) -> Result<ScalarValue, &'static str> {
    match tag {
        Tag::None if plain => Ok(resolve_plain(text)),
        Tag::None | Tag::TextRange | Tag::Other | Tag::Merge => Ok(ScalarValue::Text),
        Tag::Binary => Ok(ScalarValue::Binary),
        Tag::Bool => match resolve_plain(text) {
            value @ ScalarValue::Bool(_) => Ok(value),
            _ => Err("!!bool"),
        },
        Tag::Null => match resolve_plain(text) {
            ScalarValue::Null => Ok(ScalarValue::Null),
            _ => Err("!!null"),
        },
        Tag::Int => match resolve_plain(text) {
            value @ ScalarValue::Integer(_) => Ok(value),
            _ => Err("!!int"),
        },
        // Only what fits a signed 64-bit integer is widened to a float.
        Tag::Float => match resolve_plain(text) {
            value @ ScalarValue::Float(_) => Ok(value),
            ScalarValue::Integer(value) => match i64::try_from(value) {
                #[allow(clippy::cast_precision_loss, reason = "the conversion Go makes")]
                Ok(value) => Ok(ScalarValue::Float(value as f64)),
                Err(_) => Err("!!float"),
            },
            _ => Err("!!float"),
        },
        // Timestamps stay text; what is not one is refused. The shape is enough here:
        // no field of Kubernetes is tagged so.
        Tag::Timestamp if looks_like_a_date(text) => Ok(ScalarValue::Text),
        Tag::Timestamp => Err("!!timestamp"),
    }
}

fn looks_like_a_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8 && bytes.iter().take(4).all(u8::is_ascii_digit) && bytes.get(4) == Some(&b'-')
}

/// Resolves an untagged plain scalar.
pub(super) fn resolve_plain(text: &str) -> ScalarValue {
    let Some(first) = text.bytes().next() else {
        return ScalarValue::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match text {
            ".nan" | ".NaN" | ".NAN" => ScalarValue::Float(f64::NAN),
            ".inf" | ".Inf" | ".INF" => ScalarValue::Float(f64::INFINITY),
            _ => leading_dot(text),
        },
        b'+' | b'-' | b'0'..=b'9' => match text {
            "+.inf" | "+.Inf" | "+.INF" => ScalarValue::Float(f64::INFINITY),
            "-.inf" | "-.Inf" | "-.INF" => ScalarValue::Float(f64::NEG_INFINITY),
            _ => number(text),
        },
        _ => ScalarValue::Text,
    }
}

fn word(text: &str) -> ScalarValue {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            ScalarValue::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            ScalarValue::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => ScalarValue::Null,
        _ => ScalarValue::Text,
    }
}

/// A scalar that starts with a dot goes to Go's `ParseFloat`, which takes
/// underscores between digits.
fn leading_dot(text: &str) -> ScalarValue {
    let bytes = text.as_bytes();
    let between_digits = bytes.iter().enumerate().all(|(at, byte)| {
        let digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_digit)
        };
        *byte != b'_' || (digit(at.checked_sub(1)) && digit(at.checked_add(1)))
    });
    if !between_digits {
        return ScalarValue::Text;
    }
    float(&text.replace('_', ""))
}

fn number(text: &str) -> ScalarValue {
    // A string that cannot be a number is met far more often than a number with
    // underscores, so only the latter is copied.
    if text.contains('_') {
        number_without_underscores(&text.replace('_', ""))
    } else {
        number_without_underscores(text)
    }
}

fn number_without_underscores(text: &str) -> ScalarValue {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => (Some(b'-'), &text[1..]),
        Some(b'+') => (Some(b'+'), &text[1..]),
        _ => (None, text),
    };
    if let Some(value) = based_integer(sign, digits) {
        return ScalarValue::Integer(value);
    }
    let value = float(text);
    if value != ScalarValue::Text {
        return value;
    }
    // Go's ParseInt is handed what follows `0b`, sign and all.
    if let Some(rest) = text.strip_prefix("0b") {
        let (negative, digits) = match rest.as_bytes().first() {
            Some(b'-') => (true, &rest[1..]),
            Some(b'+') => (false, &rest[1..]),
            _ => (false, rest),
        };
        if let Some(value) = magnitude(digits, 2) {
            let value = if negative { -value } else { value };
            if i64::try_from(value).is_ok() {
                return ScalarValue::Integer(value);
            }
        }
    }
    ScalarValue::Text
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint(text, 0, 64)` which takes no sign.
fn based_integer(sign: Option<u8>, digits: &str) -> Option<i128> {
    let bytes = digits.as_bytes();
    let value = match (bytes.first()?, bytes.get(1)) {
        (b'0', Some(b'x' | b'X')) => magnitude(&digits[2..], 16),
        (b'0', Some(b'b' | b'B')) => magnitude(&digits[2..], 2),
        (b'0', Some(b'o' | b'O')) => magnitude(&digits[2..], 8),
        (b'0', Some(_)) => magnitude(&digits[1..], 8),
        _ => magnitude(digits, 10),
    }?;
    let value = if sign == Some(b'-') { -value } else { value };
    let unsigned = sign.is_none() && u64::try_from(value).is_ok();
    (unsigned || i64::try_from(value).is_ok()).then_some(value)
}

/// Digits only; at most 64 bits and a little, so that `i128` cannot overflow.
fn magnitude(digits: &str, base: u32) -> Option<i128> {
    if digits.is_empty() {
        return None;
    }
    let mut value: i128 = 0;
    for byte in digits.bytes() {
        let digit = char::from(byte).to_digit(base)?;
        value = value * i128::from(base) + i128::from(digit);
        if value > i128::from(u64::MAX) {
            return None;
        }
    }
    Some(value)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and within range: what is
/// too big for a float is text, as `ParseFloat` answers an error.
fn float(text: &str) -> ScalarValue {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !(mantissa_fits && exponent_fits) {
        return ScalarValue::Text;
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => ScalarValue::Float(value),
        _ => ScalarValue::Text,
    }
}

/// A float as a key: Go's `FormatFloat(value, 'g', -1, 32)`, with YAML's words for
/// what is not finite.
pub(super) fn float_key(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the conversion Go makes")]
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let power: i32 = exponent.parse().unwrap_or(0);
    // `%g` with the shortest digits decides as if the precision were 6.
    if (-4..6).contains(&power) {
        return format!("{value}");
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.abs())
}

/// Standard base64 with padding; line ends are passed over, as Go does.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut group: u32 = 0;
    let mut filled = 0_u32;
    let mut padding = 0_u32;
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
            out.extend(
                [a, b, c]
                    .iter()
                    .take(3_usize.saturating_sub(padding as usize)),
            );
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
    fn plain_scalars() {
        for (text, want) in [
            ("", ScalarValue::Null),
            ("~", ScalarValue::Null),
            ("nuLL", ScalarValue::Text),
            ("y", ScalarValue::Bool(true)),
            ("oN", ScalarValue::Text),
            ("010", ScalarValue::Integer(8)),
            ("-010", ScalarValue::Integer(-8)),
            ("08", ScalarValue::Float(8.0)),
            ("0x", ScalarValue::Text),
            ("0b-1", ScalarValue::Integer(-1)),
            ("1__0", ScalarValue::Integer(10)),
            ("+5", ScalarValue::Integer(5)),
            (
                "18446744073709551615",
                ScalarValue::Integer(i128::from(u64::MAX)),
            ),
            (
                "+18446744073709551615",
                ScalarValue::Float(18_446_744_073_709_551_615.0),
            ),
            ("1.", ScalarValue::Float(1.0)),
            (".5", ScalarValue::Float(0.5)),
            (".", ScalarValue::Text),
            (".5_5", ScalarValue::Float(0.55)),
            ("1e400", ScalarValue::Text),
            ("15s", ScalarValue::Text),
            ("-", ScalarValue::Text),
            ("1:30", ScalarValue::Text),
        ] {
            assert_eq!(resolve_plain(text), want, "{text:?}");
        }
    }

    #[test]
    fn tags() {
        assert_eq!(resolve("15", Tag::TextRange, true), Ok(ScalarValue::Text));
        assert_eq!(resolve("15", Tag::Int, false), Ok(ScalarValue::Integer(15)));
        assert_eq!(resolve("1", Tag::Float, true), Ok(ScalarValue::Float(1.0)));
        assert_eq!(resolve("x", Tag::Int, true), Err("!!int"));
    }

    #[test]
    fn base64() {
        assert_eq!(decode_base64("aGk=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("aGk\n=").as_deref(), Some(&b"hi"[..]));
        assert_eq!(decode_base64("").as_deref(), Some(&b""[..]));
        assert_eq!(decode_base64("aGk"), None);
        assert_eq!(decode_base64("a==="), None);
        assert_eq!(decode_base64("aGk=aGk="), None);
    }

    #[test]
    fn float_keys() {
        for (value, want) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (1e6, "1e+06"),
            (1e30, "1e+30"),
            (1e-7, "1e-07"),
        ] {
            assert_eq!(float_key(value), want);
        }
    }
}
