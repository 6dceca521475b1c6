//! Points in time, as certificates write them: whole seconds in UTC.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls_pki_types::UnixTime;
use time::OffsetDateTime;

/// The last second that a certificate can write: 9999-12-31T23:59:59Z (RFC 5280, 4.1.2.5).
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds since 1970-01-01T00:00:00Z, from there to the end of the year 9999. Arithmetic stops
/// at these bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The time of so many seconds since 1970, moved to the nearest bound if it is outside.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(0, LAST_SECOND))
    }

    /// Seconds since 1970.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// So much later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self::from_unix(self.0.saturating_add(seconds(duration)))
    }

    /// So much earlier.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self::from_unix(self.0.saturating_sub(seconds(duration)))
    }

    /// How long ago `earlier` was; nothing if it is still to come.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    pub(crate) fn date_time(self) -> OffsetDateTime {
        // Every time between the bounds is representable.
        OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    pub(crate) fn unix_time(self) -> UnixTime {
        UnixTime::since_unix_epoch(self.since(Self(0)))
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let passed = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_unix(seconds(passed))
    }
}

/// As RFC 3339 writes it: `2026-11-24T07:00:00Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.date_time();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_503_661, "2026-11-24T07:01:01Z"),
            (i64::MAX, "9999-12-31T23:59:59Z"),
            (i64::MIN, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp::from_unix(seconds).to_string(), text);
        }
    }

    #[test]
    fn arithmetic_stops_at_the_bounds() {
        let last = Timestamp::from_unix(i64::MAX);
        assert_eq!(last.after(Duration::MAX), last);
        assert_eq!(last.before(Duration::MAX).unix(), 0);
        assert_eq!(Timestamp::from_unix(5).since(last), Duration::ZERO);
    }
}
