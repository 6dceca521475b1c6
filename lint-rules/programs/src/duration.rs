//! Durations as text: how each kind of setting spells one, and what it reads as.
//!
//! Everything is exact to the nanosecond, as the programs themselves are.

use std::fmt;

use serde::{Deserialize, Serialize};

mod go;
mod java;

pub use go::go_duration;
use go::split_digits;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// The magnitude of the most negative duration, 2⁶³ nanoseconds.
const MAX_MAGNITUDE_NANOS: u64 = 1 << 63;

/// A signed span of time in whole nanoseconds, from -2⁶³ to 2⁶³-1 (about 292 years).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub i64);

impl Nanos {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(NANOS_PER_SECOND);

    /// The span of so many seconds, held at the range's ends where it does not fit.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(NANOS_PER_SECOND))
    }

    /// The span of so many milliseconds, held at the range's ends where it does not fit.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Whole seconds, cut towards zero as Go's integer division does.
    pub const fn whole_seconds(self) -> i64 {
        self.0 / NANOS_PER_SECOND
    }

    /// Whether nothing is lost by writing it in whole seconds.
    pub const fn is_whole_seconds(self) -> bool {
        self.0 % NANOS_PER_SECOND == 0
    }

    /// Seconds as a float, for display and JSON.
    pub fn as_seconds(self) -> f64 {
        #[expect(clippy::as_conversions, reason = "rounding is fine for display")]
        let nanos = self.0 as f64;
        nanos / 1e9
    }
}

/// As Go's `time.Duration` prints itself: `1m30s`, `1.5s`, `500ms`, `0s`.
impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        if magnitude == 0 {
            return f.write_str("0s");
        }
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match magnitude {
            0..1_000 => write!(f, "{magnitude}ns"),
            1_000..1_000_000 => write_fraction(f, magnitude, 1_000, "µs"),
            1_000_000..1_000_000_000 => write_fraction(f, magnitude, 1_000_000, "ms"),
            _ => {
                let seconds = magnitude / 1_000_000_000;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                if hours > 0 {
                    write!(f, "{hours}h")?;
                }
                if seconds >= 60 {
                    write!(f, "{minutes}m")?;
                }
                write_fraction(f, magnitude % 60_000_000_000, 1_000_000_000, "s")
            }
        }
    }
}

/// Writes `value / scale` (scale a power of ten) without trailing zeros.
fn write_fraction(f: &mut fmt::Formatter<'_>, value: u64, scale: u64, unit: &str) -> fmt::Result {
    let (whole, rest) = (value / scale, value % scale);
    if rest == 0 {
        return write!(f, "{whole}{unit}");
    }
    let width = usize::try_from(scale.ilog10()).unwrap_or_default();
    let digits = format!("{rest:0width$}");
    write!(f, "{whole}.{}{unit}", digits.trim_end_matches('0'))
}

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// Nothing but, at most, a sign.
    Empty,
    /// A number without a unit where one is required.
    MissingUnit,
    /// A unit this syntax does not know, as written.
    UnknownUnit(String),
    /// Well-formed, but outside the range of a 64-bit count of nanoseconds.
    OutOfRange,
    /// A whole number was wanted and the text is something else.
    NotANumber,
    /// Any other shape.
    Invalid,
}

impl DurationError {
    /// The kind in Go's own three: `missing-unit`, `unknown-unit`, `invalid`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MissingUnit => "missing-unit",
            Self::UnknownUnit(_) => "unknown-unit",
            Self::Empty | Self::OutOfRange | Self::NotANumber | Self::Invalid => "invalid",
        }
    }
}

/// The words of Go's error, without the input that Go appends.
impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("invalid duration: empty"),
            Self::MissingUnit => f.write_str("missing unit in duration"),
            Self::UnknownUnit(unit) => write!(f, "unknown unit {unit:?} in duration"),
            Self::OutOfRange => f.write_str("invalid duration: out of range"),
            Self::NotANumber => f.write_str("not a whole number"),
            Self::Invalid => f.write_str("invalid duration"),
        }
    }
}

impl std::error::Error for DurationError {}

/// How a program spells its durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum DurationSyntax {
    /// Go's `time.ParseDuration`; also Kubernetes' `metav1.Duration`.
    Go,
    /// Gateway API's subset of it (GEP-2257): one to four whole numbers of at most five
    /// digits, units `h`, `m`, `s`, `ms`, no sign.
    Gateway,
    /// Node Feature Discovery: a Go duration, or a bare number of nanoseconds.
    NfdNumberIsNanoseconds,
    /// A whole number of seconds.
    IntSeconds,
    /// A whole number of milliseconds.
    IntMillis,
    /// Java's `java.time.Duration.parse`: `PT15S`.
    Iso8601,
    /// Flink's `TimeUtils.parseDuration`: `15 s`; a bare number is milliseconds.
    Flink,
    /// Spring Boot's `DurationStyle`: `15s` or `PT15S`; a bare number is milliseconds.
    Spring,
}

impl DurationSyntax {
    /// Reads `text` as a program with this syntax does.
    ///
    /// # Errors
    ///
    /// What that program's own parser refuses, or what lies outside the range of [`Nanos`].
    pub fn parse(self, text: &str) -> Result<Nanos, DurationError> {
        match self {
            Self::Go => go_duration(text),
            Self::Gateway => gateway(text),
            Self::NfdNumberIsNanoseconds => {
                go_duration(text).or_else(|error| bare_nanoseconds(text).ok_or(error))
            }
            Self::IntSeconds => whole_number(text, NANOS_PER_SECOND),
            Self::IntMillis => whole_number(text, 1_000_000),
            Self::Iso8601 => java::iso8601(text),
            Self::Flink => java::flink(text),
            Self::Spring => java::spring(text),
        }
    }

    /// How a value is spelled, to follow "expected".
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Go => "a Go duration such as 15s",
            Self::Gateway => "a Gateway API duration such as 15s",
            Self::NfdNumberIsNanoseconds => {
                "a Go duration such as 15s (a bare number means nanoseconds)"
            }
            Self::IntSeconds => "a whole number of seconds such as 15",
            Self::IntMillis => "a whole number of milliseconds such as 15000",
            Self::Iso8601 => "an ISO 8601 duration such as PT15S",
            Self::Flink => "a Flink duration such as 15 s",
            Self::Spring => "a Spring duration such as 15s",
        }
    }

    /// `value` written in this syntax. Where the syntax has no spelling fine enough, the
    /// value is rounded up; where it has no sign, a negative value becomes zero.
    pub fn spell(self, value: Nanos) -> String {
        match self {
            Self::Go | Self::NfdNumberIsNanoseconds => short_go(value),
            Self::Gateway => spell_gateway(round_up(value, 1_000_000).max(0)),
            Self::IntSeconds => round_up(value, NANOS_PER_SECOND).to_string(),
            Self::IntMillis => round_up(value, 1_000_000).to_string(),
            Self::Iso8601 => java::spell_iso8601(value),
            Self::Flink => java::spell_count(Nanos(value.0.max(0)), " "),
            Self::Spring => java::spell_count(value, ""),
        }
    }
}

fn round_up(value: Nanos, unit: i64) -> i64 {
    let whole = value.0 / unit;
    if value.0 % unit > 0 { whole + 1 } else { whole }
}

/// A Go duration as a person would write it: `90s` rather than `1m30s`, `1h` rather than
/// `1h0m0s`.
fn short_go(value: Nanos) -> String {
    if value.is_whole_seconds() && value.0.unsigned_abs() <= 600 * NANOS_PER_SECOND.unsigned_abs() {
        return format!("{}s", value.whole_seconds());
    }
    let full = value.to_string();
    let without_seconds = match full.strip_suffix("m0s") {
        Some(head) => format!("{head}m"),
        None => full,
    };
    match without_seconds.strip_suffix("h0m") {
        Some(head) => format!("{head}h"),
        None => without_seconds,
    }
}

/// Whole numbers only: `1s500ms` where Go writes `1.5s`.
fn spell_gateway(millis: i64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    match (seconds, rest) {
        (0, 1..) => format!("{rest}ms"),
        (_, 0) => short_go(Nanos::from_seconds(seconds)),
        _ => format!("{}{rest}ms", short_go(Nanos::from_seconds(seconds))),
    }
}

/// The pattern of Gateway API's `Duration` (GEP-2257), then Go's reading.
fn gateway(text: &str) -> Result<Nanos, DurationError> {
    let value = go_duration(text)?;
    let mut rest = text;
    let mut terms = 0;
    while !rest.is_empty() {
        let (digits, after) = split_digits(rest);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters).unwrap_or((after, ""));
        let known = matches!(unit, "h" | "m" | "s" | "ms");
        terms += 1;
        if !(1..=5).contains(&digits.len()) || !known || terms > 4 {
            return Err(DurationError::Invalid);
        }
        rest = after;
    }
    Ok(value)
}

/// A JSON number, cut to whole nanoseconds as Go's conversion from float64 cuts it.
fn bare_nanoseconds(text: &str) -> Option<Nanos> {
    // Keeps out "inf" and "nan", which Rust would read and JSON has no spelling for.
    let plausible = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    if !text.bytes().all(plausible) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    // 2⁶³, which a float holds exactly.
    const LIMIT_NANOS: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::as_conversions, reason = "cut towards zero, in the range")]
    let nanos = number as i64;
    (number.abs() < LIMIT_NANOS).then_some(Nanos(nanos))
}

/// An optional sign and decimal digits, as Go's `strconv.Atoi` reads them.
fn whole_number(text: &str, unit: i64) -> Result<Nanos, DurationError> {
    if text.is_empty() {
        return Err(DurationError::Empty);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DurationError::NotANumber);
    }
    text.parse::<i64>()
        .ok()
        .and_then(|count| count.checked_mul(unit))
        .map(Nanos)
        .ok_or(DurationError::OutOfRange)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
