//! Days, for ignores that expire.

use std::time::{SystemTime, UNIX_EPOCH};

/// Days since 1970-01-01, in UTC.
pub fn today() -> i64 {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs());
    i64::try_from(seconds / 86_400).unwrap_or(i64::MAX)
}

/// Days since 1970-01-01 of a date `YYYY-MM-DD`; `None` for any other text.
pub fn parse(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| -> Option<i64> {
        let part = parts.next()?;
        let well_formed = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if well_formed { part.parse().ok() } else { None }
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) {
        return None;
    }
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = |month: i64| match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap),
        _ => 31,
    };
    if !(1..=days_of(month)).contains(&day) {
        return None;
    }
    let years_before = year - 1;
    let leap_days = years_before / 4 - years_before / 100 + years_before / 400;
    let days_of_months: i64 = (1..month).map(days_of).sum();
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    Some(years_before * 365 + leap_days + days_of_months + day - 1 - 719_162)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_1970() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-03-01", Some(59)),
            ("2000-03-01", Some(11_017)),
            ("2024-02-29", Some(19_782)),
            ("2023-02-29", None),
            ("2026-13-01", None),
            ("2026-1-01", None),
            ("2026-01-01T00", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
