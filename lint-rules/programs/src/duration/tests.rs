use super::DurationSyntax::{
    Flink, Gateway, Go, IntMillis, IntSeconds, Iso8601, NfdNumberIsNanoseconds, Spring,
};
use super::*;

const MS: i64 = 1_000_000;

#[test]
fn each_syntax_reads_its_own_spelling() {
    for (syntax, text, expected) in [
        (Gateway, "1h30m", Some(5_400_000 * MS)),
        (Gateway, "500ms", Some(500 * MS)),
        (Gateway, "1.5s", None),
        (Gateway, "-15s", None),
        (Gateway, "0", None),
        (Gateway, "100000s", None),
        (Gateway, "1h1m1s1ms", Some(3_661_001 * MS)),
        (Gateway, "1h1m1s1ms1ms", None),
        (NfdNumberIsNanoseconds, "15", Some(15)),
        (NfdNumberIsNanoseconds, "15s", Some(15_000 * MS)),
        (NfdNumberIsNanoseconds, "1e9", Some(1_000 * MS)),
        (NfdNumberIsNanoseconds, "inf", None),
        (NfdNumberIsNanoseconds, "1e300", None),
        (IntSeconds, "15", Some(15_000 * MS)),
        (IntSeconds, "+15", Some(15_000 * MS)),
        (IntSeconds, "-1", Some(-1_000 * MS)),
        (IntSeconds, "15s", None),
        (IntSeconds, " 15", None),
        (IntSeconds, "", None),
        (IntSeconds, "-", None),
        (IntSeconds, "9223372037", None),
        (IntSeconds, "99999999999999999999", None),
        (IntMillis, "1500", Some(1_500 * MS)),
        (Iso8601, "PT15S", Some(15_000 * MS)),
        (Iso8601, "pt1h2m3.5s", Some(3_723_500 * MS)),
        (Iso8601, "P1D", Some(86_400_000 * MS)),
        (Iso8601, "P1DT1S", Some(86_401_000 * MS)),
        (Iso8601, "PT-1.5S", Some(-1_500 * MS)),
        (Iso8601, "-PT1S", Some(-1_000 * MS)),
        (Iso8601, "PT1.S", Some(1_000 * MS)),
        (Iso8601, "PT.5S", None),
        (Iso8601, "PT", None),
        (Iso8601, "P", None),
        (Iso8601, "P1DT", None),
        (Iso8601, "PT1S1M", None),
        (Iso8601, "PT1M1M", None),
        (Iso8601, "P1H", None),
        (Iso8601, "P1W", None),
        (Iso8601, "PT1.5M", None),
        (Iso8601, "15s", None),
        (Iso8601, "PT999999999999S", None),
        (Flink, "15 s", Some(15_000 * MS)),
        (Flink, "15s", Some(15_000 * MS)),
        (Flink, " 2 MIN ", Some(120_000 * MS)),
        (Flink, "1500", Some(1_500 * MS)),
        (Flink, "3 hours", Some(10_800_000 * MS)),
        (Flink, "15 fortnights", None),
        (Flink, "-1 s", None),
        (Flink, "1.5 s", None),
        (Spring, "15s", Some(15_000 * MS)),
        (Spring, "15S", Some(15_000 * MS)),
        (Spring, "1500", Some(1_500 * MS)),
        (Spring, "PT15S", Some(15_000 * MS)),
        (Spring, "-PT15S", Some(-15_000 * MS)),
        (Spring, "15 s", None),
        (Spring, "1.5s", None),
    ] {
        let read = syntax.parse(text).ok().map(|value| value.0);
        assert_eq!(read, expected, "{syntax:?} {text:?}");
    }
}

#[test]
fn what_a_syntax_spells_it_reads_back() {
    let values = [
        0,
        1,
        500 * MS,
        1_500 * MS,
        15_000 * MS,
        90_000 * MS,
        3_600_000 * MS,
    ];
    for syntax in [Go, NfdNumberIsNanoseconds, Iso8601, Flink, Spring] {
        for value in values {
            let text = syntax.spell(Nanos(value));
            assert_eq!(syntax.parse(&text), Ok(Nanos(value)), "{syntax:?} {text}");
        }
    }
    assert_eq!(IntSeconds.spell(Nanos(1_500 * MS)), "2");
    assert_eq!(IntMillis.spell(Nanos(1_500 * MS)), "1500");
    assert_eq!(Gateway.spell(Nanos(1_500 * MS + 1)), "1s501ms");
}

#[test]
fn go_spelling_is_the_one_people_write() {
    for (value, expected) in [
        (90, "90s"),
        (3_600, "1h"),
        (5_400, "1h30m"),
        (3_601, "1h0m1s"),
    ] {
        assert_eq!(Go.spell(Nanos::from_seconds(value)), expected);
    }
    assert_eq!(Go.spell(Nanos(i64::MIN)), "-2562047h47m16.854775808s");
}

#[test]
fn errors_name_what_is_wrong() {
    assert_eq!(
        go_duration("15").unwrap_err().to_string(),
        "missing unit in duration"
    );
    let unknown = go_duration("15 s").unwrap_err();
    assert_eq!(unknown.to_string(), "unknown unit \" s\" in duration");
    assert_eq!(go_duration("-"), Err(DurationError::Empty));
    assert_eq!(go_duration("2562048h"), Err(DurationError::OutOfRange));
}

#[test]
fn no_text_makes_a_reader_panic() {
    let pieces = [
        "",
        "-",
        "P",
        "T",
        "9",
        "15",
        ".",
        ",",
        "s",
        "µ",
        "é",
        "\0",
        "e",
        "99999999999999999999",
    ];
    for syntax in [
        Go,
        Gateway,
        NfdNumberIsNanoseconds,
        IntSeconds,
        IntMillis,
        Iso8601,
        Flink,
        Spring,
    ] {
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    let _ = syntax.parse(&format!("{a}{b}{c}"));
                }
            }
        }
        for value in [i64::MIN, -1, 0, 1, i64::MAX] {
            let _ = syntax.spell(Nanos(value));
        }
    }
}

#[test]
fn the_gateway_spelling_has_whole_numbers_only() {
    for (nanos, expected) in [
        (1_500_000_000, "1s500ms"),
        (5_410_500_000_000, "1h30m10s500ms"),
        (3_600_001_000_000, "1h1ms"),
        (1, "1ms"),
        (0, "0s"),
        (-1, "0s"),
    ] {
        assert_eq!(Gateway.spell(Nanos(nanos)), expected);
    }
}

#[test]
fn spring_reads_the_most_negative_number() {
    assert_eq!(Spring.parse("-9223372036854775808ns"), Ok(Nanos(i64::MIN)));
    assert_eq!(
        Spring.parse("9223372036854775808ns"),
        Err(DurationError::OutOfRange)
    );
}
