//! `metav1.MicroTime`, the times of a Lease: whole microseconds, nothing shorter or longer.

/// The same moment with six fraction digits, if the text is a time with another number of them.
#[must_use]
pub fn with_six_digits(text: &str) -> Option<String> {
    let zone = text.get(19..)?.find(['Z', '+', '-'])?.checked_add(19)?;
    let (moment, zone) = text.split_at_checked(zone)?;
    let (seconds, fraction) = moment.split_once('.').unwrap_or((moment, ""));
    // Cutting digits off is harmless only where they say nothing.
    if fraction.len() > 6 && fraction.bytes().skip(6).any(|digit| digit != b'0') {
        return None;
    }
    let digits: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(6)
        .collect();
    let mended = format!("{seconds}.{digits}{zone}");
    is_micro_time(&mended).then_some(mended)
}

/// `2006-01-02T15:04:05.000000Z07:00`, as Go reads that layout.
#[must_use]
pub fn is_micro_time(text: &str) -> bool {
    let shape = "dddd-dd-ddTdd:dd:dd.dddddd";
    let Some((moment, zone)) = text.split_at_checked(shape.len()) else {
        return false;
    };
    let fits = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .bytes()
                .zip(shape.bytes())
                .all(|(byte, wanted)| match wanted {
                    b'd' => byte.is_ascii_digit(),
                    other => byte == other,
                })
    };
    let part = |start: usize, end: usize| text.get(start..end).and_then(|n| n.parse::<u32>().ok());
    let within = |start: usize, end: usize, least: u32, most: u32| {
        part(start, end).is_some_and(|value| (least..=most).contains(&value))
    };
    let zone_fits = zone == "Z" || fits(zone, "+dd:dd") || fits(zone, "-dd:dd");
    if !fits(moment, shape) || !zone_fits {
        return false;
    }
    let year = part(0, 4).unwrap_or_default();
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match part(5, 7) {
        Some(2) => 28 + u32::from(leap),
        Some(4 | 6 | 9 | 11) => 30,
        _ => 31,
    };
    within(5, 7, 1, 12)
        && within(8, 10, 1, days)
        && within(11, 13, 0, 23)
        && within(14, 16, 0, 59)
        && within(17, 19, 0, 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_six_digits_and_a_zone() {
        for text in [
            "2026-01-31T08:00:00.000000Z",
            "2026-01-31T08:00:00.123456+01:00",
            "2024-02-29T23:59:59.999999-05:30",
        ] {
            assert!(is_micro_time(text), "{text}");
        }
        for text in [
            "",
            "2026-01-31T08:00:00Z",
            "2026-01-31T08:00:00.123Z",
            "2026-01-31T08:00:00.1234567Z",
            "2026-01-31T08:00:00.123456",
            "2026-02-29T08:00:00.000000Z",
            "2026-01-31T24:00:00.000000Z",
            "2026-01-31 08:00:00.000000Z",
            "2026-01-31T08:00:00.00000\u{e9}Z",
        ] {
            assert!(!is_micro_time(text), "{text}");
        }
    }

    #[test]
    fn digits_are_added_and_only_zeros_are_cut() {
        let six = |text| with_six_digits(text);
        assert_eq!(
            six("2026-01-31T08:00:00Z").as_deref(),
            Some("2026-01-31T08:00:00.000000Z")
        );
        assert_eq!(
            six("2026-01-31T08:00:00.5+01:00").as_deref(),
            Some("2026-01-31T08:00:00.500000+01:00")
        );
        assert_eq!(
            six("2026-01-31T08:00:00.123456000Z").as_deref(),
            Some("2026-01-31T08:00:00.123456Z")
        );
        assert_eq!(six("2026-01-31T08:00:00.123456789Z"), None);
        assert_eq!(six("yesterday"), None);
        assert_eq!(six("2026-01-31T08:00:0\u{e9}Z"), None);
    }
}
