//! Go's `time.ParseDuration`.

use super::{DurationError, MAGNITUDE_LIMIT, Nanos};

/// Reads a duration exactly as Go's `time.ParseDuration` does (Go 1.26), including its
/// floating-point fractions, which may be one nanosecond below the true value.
///
/// # Errors
///
/// Whatever Go refuses: no unit (but for a lone `0`), unknown units, spaces, overflow.
pub fn go_duration(text: &str) -> Result<Nanos, DurationError> {
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
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
            .filter(|total| *total <= MAGNITUDE_LIMIT)
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
    let whole_end = digits_end(text);
    let mut value = leading_integer(&text[..whole_end])?;
    let mut rest = &text[whole_end..];
    let (mut fraction, mut scale, mut fraction_digits) = (0, 1.0, 0);
    if let Some(after) = rest.strip_prefix('.') {
        fraction_digits = digits_end(after);
        (fraction, scale) = leading_fraction(&after[..fraction_digits]);
        rest = &after[fraction_digits..];
    }
    if whole_end == 0 && fraction_digits == 0 {
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
    if value > MAGNITUDE_LIMIT / nanos {
        return Err(DurationError::OutOfRange);
    }
    value *= nanos;
    if fraction > 0 {
        // Go's own expression, in its order; the product is below one hour.
        value += (fraction as f64 * (nanos as f64 / scale)) as u64;
        if value > MAGNITUDE_LIMIT {
            return Err(DurationError::OutOfRange);
        }
    }
    Ok((value, rest))
}

/// Length of the decimal digits at the start.
pub(super) fn digits_end(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn leading_integer(digits: &str) -> Result<u64, DurationError> {
    digits.bytes().try_fold(0u64, |value, digit| {
        value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .filter(|value| *value <= MAGNITUDE_LIMIT)
            .ok_or(DurationError::OutOfRange)
    })
}

/// The fraction's digits as a number, and the power of ten to divide it by. Digits that no
/// longer fit are dropped, as Go drops them.
fn leading_fraction(digits: &str) -> (u64, f64) {
    let (mut value, mut scale) = (0u64, 1.0);
    for digit in digits.bytes() {
        if value > (MAGNITUDE_LIMIT - 1) / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > MAGNITUDE_LIMIT {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale)
}
