//! Values as text: what a program reads, it reads again from our own spelling of it.

use programs::Nanos;
use programs::boolean::{BoolReading, BoolSyntax};
use programs::duration::{DurationSyntax, go_duration};

const SYNTAXES: [DurationSyntax; 8] = [
    DurationSyntax::Go,
    DurationSyntax::Gateway,
    DurationSyntax::NfdNumberIsNanoseconds,
    DurationSyntax::IntSeconds,
    DurationSyntax::IntMillis,
    DurationSyntax::Iso8601,
    DurationSyntax::Flink,
    DurationSyntax::Spring,
];

const SWITCHES: [BoolSyntax; 5] = [
    BoolSyntax::GoParse,
    BoolSyntax::TrueFalse,
    BoolSyntax::YesNo,
    BoolSyntax::ExactTrue,
    BoolSyntax::Java,
];

/// From here on GEP-2257 has no spelling, in nanoseconds.
const FIVE_DIGITS_OF_HOURS: i128 = 100_000 * 3600 * 1_000_000_000;

/// Reads a text as a duration and as a switch, and spells the first eight bytes as a duration.
pub fn durations(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for syntax in SYNTAXES {
        if let Ok(value) = syntax.parse(&text) {
            check_spelling(syntax, value);
        }
    }
    for syntax in SWITCHES {
        let reading = syntax.parse(&text);
        let never_refuses = matches!(
            syntax,
            BoolSyntax::YesNo | BoolSyntax::ExactTrue | BoolSyntax::Java
        );
        assert!(!(never_refuses && reading == BoolReading::Refused));
    }
    if let Some(number) = bytes.first_chunk::<8>() {
        let value = Nanos(i64::from_le_bytes(*number));
        assert_eq!(go_duration(&value.to_string()), Ok(value));
        for syntax in SYNTAXES {
            check_spelling(syntax, value);
        }
    }
}

/// What the syntax cannot say is rounded up, never down, and by less than its finest unit.
fn check_spelling(syntax: DurationSyntax, value: Nanos) {
    let (unit, signed) = match syntax {
        DurationSyntax::IntSeconds => (1_000_000_000, true),
        DurationSyntax::IntMillis => (1_000_000, true),
        DurationSyntax::Gateway => (1_000_000, false),
        DurationSyntax::Flink => (1, false),
        _ => (1, true),
    };
    let spelled = syntax.spell(value);
    let least = if signed {
        value
    } else {
        value.max(Nanos::ZERO)
    };
    match syntax.parse(&spelled) {
        Ok(read) => {
            let over = i128::from(read.0) - i128::from(least.0);
            assert!(
                (0..unit).contains(&over),
                "{syntax:?}: {value:?} is spelled {spelled}"
            );
        }
        // At the end of the range there is nothing above to round to, and GEP-2257 has five digits.
        Err(error) => assert!(
            i128::from(least.0) + unit > i128::from(i64::MAX)
                || (syntax == DurationSyntax::Gateway
                    && i128::from(least.0) + unit > FIVE_DIGITS_OF_HOURS),
            "{syntax:?}: {value:?} is spelled {spelled}: {error}"
        ),
    }
}
