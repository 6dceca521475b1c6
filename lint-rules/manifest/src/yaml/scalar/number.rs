//! Numbers in plain scalars, as go-yaml v2 and Go's `strconv` read them.

use super::ScalarValue;

/// A scalar that starts with a dot goes to Go's `ParseFloat`, which takes
/// underscores between digits.
pub(super) fn leading_dot(text: &str) -> ScalarValue {
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

/// A scalar that starts with a sign or a digit.
pub(super) fn number(text: &str) -> ScalarValue {
    // A string that cannot be a number is met far more often than a number with
    // underscores, so only the latter is copied.
    if text.contains('_') {
        number_without_underscores(&text.replace('_', ""))
    } else {
        number_without_underscores(text)
    }
}

fn number_without_underscores(text: &str) -> ScalarValue {
    if let Some(value) = integer(text) {
        return ScalarValue::Integer(value);
    }
    let value = float(text);
    if value != ScalarValue::Text {
        return value;
    }
    // Go's ParseInt is handed what follows `0b`, sign and all.
    if let Some(rest) = text.strip_prefix("0b") {
        let (sign, digits) = split_sign(rest);
        let value = magnitude(digits, 2).map(|value| sign.apply(value));
        if let Some(value) = value.filter(|value| i64::try_from(*value).is_ok()) {
            return ScalarValue::Integer(value);
        }
    }
    ScalarValue::Text
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Plus,
    Minus,
}

impl Sign {
    fn apply(self, magnitude: i128) -> i128 {
        match self {
            Self::None | Self::Plus => magnitude,
            Self::Minus => -magnitude,
        }
    }
}

fn split_sign(text: &str) -> (Sign, &str) {
    if let Some(digits) = text.strip_prefix('-') {
        (Sign::Minus, digits)
    } else if let Some(digits) = text.strip_prefix('+') {
        (Sign::Plus, digits)
    } else {
        (Sign::None, text)
    }
}

/// Go's `ParseInt(text, 0, 64)`, then `ParseUint(text, 0, 64)` which takes no sign.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = split_sign(text);
    let value = match digits.strip_prefix('0') {
        None | Some("") => magnitude(digits, 10),
        Some(rest) => match rest.split_at_checked(1) {
            Some(("x" | "X", digits)) => magnitude(digits, 16),
            Some(("b" | "B", digits)) => magnitude(digits, 2),
            Some(("o" | "O", digits)) => magnitude(digits, 8),
            _ => magnitude(rest, 8),
        },
    }?;
    let value = sign.apply(value);
    let unsigned = sign == Sign::None && u64::try_from(value).is_ok();
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
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
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
pub(crate) fn float_key(value: f64) -> String {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "the conversion Go makes; an `f64` converts to `f32` in no other way"
    )]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float_keys() {
        for (value, want) in [
            (1.5, "1.5"),
            (1000.0, "1000"),
            (1e6, "1e+06"),
            (1e30, "1e+30"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1e-7, "1e-07"),
        ] {
            assert_eq!(float_key(value), want);
        }
    }
}
