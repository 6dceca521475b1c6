//! Days of the calendar, for ignores that expire.
//!
//! By hand: one format and one comparison are all that is needed of a calendar.

use std::fmt;

/// A day of the Gregorian calendar, from the year 0 to the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Reads `YYYY-MM-DD`; `None` for any other text, and for a day that no calendar has.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let is_number = |part: &str, digits: usize| {
            part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_well_formed = is_number(year, 4) && is_number(month, 2) && is_number(day, 2);
        if !is_well_formed || parts.next().is_some() {
            return None;
        }
        let this = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            day: day.parse().ok()?,
        };
        let is_there = (1..=this.days_of_month()?).contains(&this.day);
        is_there.then_some(this)
    }

    /// The day in UTC of a time in seconds since 1970-01-01T00:00:00Z; 9999-12-31 for all later times.
    #[must_use]
    pub fn of_unix_time(seconds: u64) -> Self {
        const SECONDS_PER_DAY: u64 = 86_400;
        let mut days = seconds / SECONDS_PER_DAY;
        let mut this = Self {
            year: 1970,
            month: 1,
            day: 1,
        };
        while this.year < 9999 && days >= this.days_of_year() {
            days -= this.days_of_year();
            this.year += 1;
        }
        while let Some(length) = this.days_of_month().map(u64::from)
            && this.month < 12
            && days >= length
        {
            days -= length;
            this.month += 1;
        }
        this.day = u8::try_from(days + 1).unwrap_or(31).min(31);
        this
    }

    fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    fn days_of_year(self) -> u64 {
        365 + u64::from(self.is_leap_year())
    }

    /// `None` for a month that there is not.
    fn days_of_month(self) -> Option<u8> {
        match self.month {
            2 => Some(28 + u8::from(self.is_leap_year())),
            4 | 6 | 9 | 11 => Some(30),
            1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
            _ => None,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for text in ["1970-01-01", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(
                Day::parse(text).map(|day| day.to_string()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-04-31",
            "2026-1-01",
            "2026-01-01T00",
            "2026-01-01-01",
            "+026-01-01",
            "",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_on_its_day_in_utc() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (1_735_603_200, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Day::of_unix_time(seconds).to_string(), expected);
        }
    }

    #[test]
    fn days_are_ordered() {
        let day = |text| Day::parse(text);
        assert!(day("2026-12-31") < day("2027-01-01"));
        assert!(day("2026-01-31") < day("2026-02-01"));
    }
}
