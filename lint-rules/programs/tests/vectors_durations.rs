//! Every recorded answer of Go's `time.ParseDuration` and `Duration.String`.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used
)]

use programs::duration::go_duration;

#[test]
fn every_duration_reads_as_in_go() {
    for row in vectors::rows(include_str!("../../../tests/vectors/durations.csv"), 159) {
        let mut input = row["input"].clone();
        if row["escaped"] == "1" {
            input = serde_json::from_str(&format!("\"{input}\"")).unwrap();
        }
        let (answer, printed) = match go_duration(&input) {
            Ok(value) => (value.0.to_string(), value.to_string()),
            Err(error) => (format!("error:{}", error.kind()), String::new()),
        };
        assert_eq!(answer, row["nanoseconds_or_error"], "{input:?}");
        assert_eq!(printed, row["go_string"], "{input:?}");
    }
}
