//! Go's `time.ParseDuration`.

use super::{DurationError, MAX_MAGNITUDE_NANOS, Nanos};

/// Reads a duration exactly as Go's `time.ParseDuration` does (Go 1.26), including its
/// floating-point fractions, which may be one nanosecond below the true value.
///
/// # Errors
///
/// Whatever Go refuses: no unit (but for a lone `0`), unknown units, spaces, overflow.
pub fn go_duration(text: &str) -> Result<Nanos, DurationError> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(Nanos::ZERO);
    }
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (term, after) = go_term(rest)?;
        rest = after;
        // Both are at most 2⁶³, so the sum fits; above 2⁶³ it is refused.
        total = total
            .checked_add(term)
            .filter(|total| *total <= MAX_MAGNITUDE_NANOS)
            .ok_or(DurationError::OutOfRange)?;
    }
    match (i64::try_from(total), negative) {
        (Ok(value), true) => Ok(Nanos(-value)),
        (Ok(value), false) => Ok(Nanos(value)),
        // Only 2⁶³ itself gets here, and only its negative exists.
        (Err(_), true) => Ok(Nanos(i64::MIN)),
        (Err(_), false) => Err(DurationError::OutOfRange),
    }
}

/// One number with its unit: the nanoseconds, and what follows.
fn go_term(text: &str) -> Result<(u64, &str), DurationError> {
    let (whole_digits, mut rest) = split_digits(text);
    let mut value = leading_integer(whole_digits)?;
    let mut fraction_digits = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction_digits, rest) = split_digits(after);
    }
    let (fraction, scale) = leading_fraction(fraction_digits);
    if whole_digits.is_empty() && fraction_digits.is_empty() {
        return Err(DurationError::Invalid);
    }
    let unit_end = rest
        .find(|c: char| c == '.' || c.is_ascii_digit())
        .unwrap_or(rest.len());
    if unit_end == 0 {
        return Err(DurationError::MissingUnit);
    }
    let (unit, rest) = rest.split_at(unit_end);
    let nanos: u64 = match unit {
        "ns" => 1,
        // The micro sign and the Greek letter mu.
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err(DurationError::UnknownUnit(unit.to_owned())),
    };
    if value > MAX_MAGNITUDE_NANOS / nanos {
        return Err(DurationError::OutOfRange);
    }
    value *= nanos;
    if fraction > 0 {
        // Go's own expression, in its order.
        #[expect(
            clippy::as_conversions,
            reason = "Go rounds alike, and the product is positive and below one hour"
        )]
        let added = (fraction as f64 * (nanos as f64 / scale)) as u64;
        value += added;
        if value > MAX_MAGNITUDE_NANOS {
            return Err(DurationError::OutOfRange);
        }
    }
    Ok((value, rest))
}

/// The decimal digits at the start, and what follows them.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(digits).unwrap_or((text, ""))
}

fn leading_integer(digits: &str) -> Result<u64, DurationError> {
    digits.bytes().try_fold(0u64, |value, digit| {
        value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .filter(|value| *value <= MAX_MAGNITUDE_NANOS)
            .ok_or(DurationError::OutOfRange)
    })
}

/// The fraction's digits as a number, and the power of ten to divide it by. Digits that no
/// longer fit are dropped, as Go drops them.
fn leading_fraction(digits: &str) -> (u64, f64) {
    let (mut value, mut scale) = (0u64, 1.0);
    for digit in digits.bytes() {
        if value > (MAX_MAGNITUDE_NANOS - 1) / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > MAX_MAGNITUDE_NANOS {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale)
}
