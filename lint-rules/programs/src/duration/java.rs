//! The spellings of programs written in Java: ISO 8601, Flink, Spring Boot.

use super::{DurationError, Nanos, digits_end};

/// Nanoseconds in each unit, largest first.
const DAY: i128 = 24 * HOUR;
const HOUR: i128 = 60 * MINUTE;
const MINUTE: i128 = 60 * SECOND;
const SECOND: i128 = 1_000_000_000;
const MILLISECOND: i128 = 1_000_000;

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
    let end = digits_end(rest);
    if end == 0 {
        return Err(DurationError::Invalid);
    }
    let whole: i64 = rest[..end].parse().map_err(|_| DurationError::OutOfRange)?;
    let mut after = &rest[end..];
    let mut fraction = None;
    if let Some(tail) = after.strip_prefix(['.', ',']) {
        let end = digits_end(tail);
        if end > 9 {
            return Err(DurationError::Invalid);
        }
        // Padded to nine digits, the number is one of nanoseconds.
        let padded = format!("{:0<9}", &tail[..end]);
        fraction = Some(padded.parse::<i128>().map_err(|_| DurationError::Invalid)?);
        after = &tail[end..];
    }
    let mut letters = after.chars();
    let unit = match (letters.next(), in_time) {
        (Some('D' | 'd'), false) => DAY,
        (Some('H' | 'h'), true) => HOUR,
        (Some('M' | 'm'), true) => MINUTE,
        (Some('S' | 's'), true) => SECOND,
        (None, _) => return Err(DurationError::MissingUnit),
        _ => return Err(DurationError::Invalid),
    };
    if fraction.is_some() && unit != SECOND {
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
    let (number, unit) = text.split_at(digits_end(text));
    if number.is_empty() {
        return Err(DurationError::Invalid);
    }
    let count: i64 = number.parse().map_err(|_| DurationError::OutOfRange)?;
    let unit = unit.trim();
    let scale = match unit.to_lowercase().as_str() {
        "d" | "day" | "days" => DAY,
        "h" | "hour" | "hours" => HOUR,
        "m" | "min" | "minute" | "minutes" => MINUTE,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => MILLISECOND,
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
    let (number, unit) = rest.split_at(digits_end(rest));
    if number.is_empty() {
        return Err(DurationError::Invalid);
    }
    // Java reads the sign as part of the number, so the most negative one is in range.
    let count: i128 = number.parse().map_err(|_| DurationError::OutOfRange)?;
    let count = i64::try_from(sign * count).map_err(|_| DurationError::OutOfRange)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "d" => DAY,
        "h" => HOUR,
        "m" => MINUTE,
        "s" => SECOND,
        "" | "ms" => MILLISECOND,
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
