//! The spellings of programs written in Java: ISO 8601, Flink, Spring Boot.

use super::{DurationError, Nanos, split_digits};

/// Nanoseconds in each unit, largest first.
const NANOS_PER_DAY: i128 = 24 * NANOS_PER_HOUR;
const NANOS_PER_HOUR: i128 = 60 * NANOS_PER_MINUTE;
const NANOS_PER_MINUTE: i128 = 60 * NANOS_PER_SECOND;
const NANOS_PER_SECOND: i128 = 1_000_000_000;
const NANOS_PER_MILLISECOND: i128 = 1_000_000;

fn nanos(value: i128) -> Result<Nanos, DurationError> {
    i64::try_from(value)
        .map(Nanos)
        .map_err(|_| DurationError::OutOfRange)
}

/// `java.time.Duration.parse` (Java 8 and later): `[+-]P[nD][T[nH][nM][n[.n]S]]`, letters of
/// either case, each number with its own sign.
pub(super) fn iso8601(text: &str) -> Result<Nanos, DurationError> {
    let (sign, rest) = sign(text);
    let Some(mut rest) = rest.strip_prefix(['P', 'p']) else {
        return Err(if rest.is_empty() {
            DurationError::Empty
        } else {
            DurationError::Invalid
        });
    };
    if rest.is_empty() {
        return Err(DurationError::Invalid);
    }
    let mut total = 0i128;
    let mut in_time = false;
    // A component may only be followed by smaller ones.
    let mut smallest = i128::MAX;
    while !rest.is_empty() {
        if !in_time && let Some(time) = rest.strip_prefix(['T', 't']) {
            if time.is_empty() {
                return Err(DurationError::Invalid);
            }
            (in_time, rest) = (true, time);
            continue;
        }
        let (component, unit, after) = iso_component(rest, in_time)?;
        if unit >= smallest {
            return Err(DurationError::Invalid);
        }
        smallest = unit;
        total = total
            .checked_add(component)
            .ok_or(DurationError::OutOfRange)?;
        rest = after;
    }
    nanos(total * sign)
}

/// One number with its letter: its nanoseconds, its unit, and what follows.
fn iso_component(text: &str, in_time: bool) -> Result<(i128, i128, &str), DurationError> {
    let (sign, rest) = sign(text);
    let (digits, mut after) = split_digits(rest);
    if digits.is_empty() {
        return Err(DurationError::Invalid);
    }
    let whole: i64 = digits.parse().map_err(|_| DurationError::OutOfRange)?;
    let mut fraction = None;
    if let Some(tail) = after.strip_prefix(['.', ',']) {
        let (digits, rest) = split_digits(tail);
        if digits.len() > 9 {
            return Err(DurationError::Invalid);
        }
        // Padded to nine digits, the number is one of nanoseconds.
        let padded = format!("{digits:0<9}");
        fraction = Some(padded.parse::<i128>().map_err(|_| DurationError::Invalid)?);
        after = rest;
    }
    let mut letters = after.chars();
    let unit = match (letters.next(), in_time) {
        (Some('D' | 'd'), false) => NANOS_PER_DAY,
        (Some('H' | 'h'), true) => NANOS_PER_HOUR,
        (Some('M' | 'm'), true) => NANOS_PER_MINUTE,
        (Some('S' | 's'), true) => NANOS_PER_SECOND,
        (None, _) => return Err(DurationError::MissingUnit),
        _ => return Err(DurationError::Invalid),
    };
    if fraction.is_some() && unit != NANOS_PER_SECOND {
        return Err(DurationError::Invalid);
    }
    let value = i128::from(whole) * unit + fraction.unwrap_or(0);
    Ok((sign * value, unit, letters.as_str()))
}

fn sign(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Flink's `TimeUtils.parseDuration`: digits, then a unit in any case, with blanks around
/// either. `m` for minutes came with later releases; it is read here.
pub(super) fn flink(text: &str) -> Result<Nanos, DurationError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DurationError::Empty);
    }
    let (number, unit) = split_digits(text);
    if number.is_empty() {
        return Err(DurationError::Invalid);
    }
    let count: i64 = number.parse().map_err(|_| DurationError::OutOfRange)?;
    let unit = unit.trim();
    let scale = match unit.to_lowercase().as_str() {
        "d" | "day" | "days" => NANOS_PER_DAY,
        "h" | "hour" | "hours" => NANOS_PER_HOUR,
        "m" | "min" | "minute" | "minutes" => NANOS_PER_MINUTE,
        "s" | "sec" | "secs" | "second" | "seconds" => NANOS_PER_SECOND,
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => NANOS_PER_MILLISECOND,
        "\u{b5}s" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        _ => return Err(DurationError::UnknownUnit(unit.to_owned())),
    };
    nanos(i128::from(count) * scale)
}

/// Spring Boot's `DurationStyle.detectAndParse`: a signed whole number with an optional unit
/// of at most two letters, or ISO 8601.
pub(super) fn spring(text: &str) -> Result<Nanos, DurationError> {
    let (sign, rest) = sign(text);
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    if rest.starts_with(['P', 'p']) {
        return iso8601(text);
    }
    let (number, unit) = split_digits(rest);
    if number.is_empty() {
        return Err(DurationError::Invalid);
    }
    // Java reads the sign as part of the number, so the most negative one is in range.
    let count: i128 = number.parse().map_err(|_| DurationError::OutOfRange)?;
    let count = i64::try_from(sign * count).map_err(|_| DurationError::OutOfRange)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "d" => NANOS_PER_DAY,
        "h" => NANOS_PER_HOUR,
        "m" => NANOS_PER_MINUTE,
        "s" => NANOS_PER_SECOND,
        "" | "ms" => NANOS_PER_MILLISECOND,
        "us" => 1_000,
        "ns" => 1,
        _ => return Err(DurationError::UnknownUnit(unit.to_owned())),
    };
    nanos(i128::from(count) * scale)
}

/// `PT15S`, `PT1.5S`, `PT-3S`: seconds alone are always understood.
pub(super) fn spell_iso8601(value: Nanos) -> String {
    let magnitude = value.0.unsigned_abs();
    let sign = if value.0 < 0 { "-" } else { "" };
    let (whole, rest) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
    if rest == 0 {
        return format!("PT{sign}{whole}S");
    }
    let digits = format!("{rest:09}");
    format!("PT{sign}{whole}.{}S", digits.trim_end_matches('0'))
}

/// A whole number of the largest of `s`, `ms` and `ns` that loses nothing.
pub(super) fn spell_count(value: Nanos, gap: &str) -> String {
    let (count, unit) = match value.0 {
        nanos if nanos % 1_000_000_000 == 0 => (nanos / 1_000_000_000, "s"),
        nanos if nanos % 1_000_000 == 0 => (nanos / 1_000_000, "ms"),
        nanos => (nanos, "ns"),
    };
    format!("{count}{gap}{unit}")
}
