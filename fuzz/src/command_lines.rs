//! Command lines: every index a parser gives back is one of the words it was given.

use programs::command_line::{CommandLine, FlagKind, FlagTable, Occurrence, ParserKind, parse};

const PARSERS: [ParserKind; 9] = [
    ParserKind::Pflag,
    ParserKind::GoFlag,
    ParserKind::Kingpin,
    ParserKind::UrfaveCli,
    ParserKind::Click,
    ParserKind::Kong,
    ParserKind::Viper,
    ParserKind::JavaProperties,
    ParserKind::Unknown,
];

struct Flags {
    closed: bool,
    underscores: bool,
}

impl FlagTable for Flags {
    fn long(&self, name: &str) -> Option<FlagKind> {
        match name {
            "leader-elect" | "v" => Some(FlagKind::Bool),
            "lease-duration" | "n" => Some(FlagKind::Value),
            _ => None,
        }
    }

    fn short(&self, letter: char) -> Option<FlagKind> {
        match letter {
            'q' | 'é' => Some(FlagKind::Bool),
            'n' => Some(FlagKind::Value),
            _ => None,
        }
    }

    fn closed(&self) -> bool {
        self.closed
    }

    fn normalise_underscore(&self) -> bool {
        self.underscores
    }
}

/// The lines of a text are the words of a command line; every parser reads them.
pub fn flag_parsers(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let argv: Vec<&str> = text.split('\n').collect();
    for parser in PARSERS {
        for (closed, underscores) in [(true, false), (true, true), (false, false), (false, true)] {
            let table = Flags {
                closed,
                underscores,
            };
            let line = parse(parser, &argv, &table);
            check(&line, &argv, closed && parser != ParserKind::JavaProperties);
            assert_eq!(
                line,
                parse(parser, &argv, &table),
                "the same words, the same reading"
            );
        }
    }
}

fn check(line: &CommandLine, argv: &[&str], closed: bool) {
    let count = argv.len();
    for occurrence in &line.occurrences {
        check_occurrence(occurrence, argv);
        assert!(occurrence.known || !closed, "{occurrence:?}");
        if let Some(error) = &line.error {
            assert!(occurrence.argument <= error.argument, "{line:?}");
        }
    }
    assert!(line.positionals.iter().all(|at| *at < count));
    assert!(line.positionals.is_sorted(), "{line:?}");
    assert!(line.stopped_at.is_none_or(|at| at < count));
    assert!(
        line.error
            .as_ref()
            .is_none_or(|error| error.argument < count),
        "{line:?}"
    );
    assert!(line.agreed_until.is_none_or(|at| at < count), "{line:?}");
    for detached in &line.detached {
        assert_eq!(detached.value_argument, detached.argument + 1);
        assert!(detached.value_argument < count);
    }
    assert!(line.agreed().count() <= line.occurrences.len());
}

fn check_occurrence(occurrence: &Occurrence, argv: &[&str]) {
    let at = occurrence.value_argument.unwrap_or(occurrence.argument);
    let word = argv.get(at).expect("one of the words");
    let value = word
        .get(occurrence.value_offset..)
        .expect("an offset in the word");
    assert_eq!(value, occurrence.value.as_deref().unwrap_or(""));
    assert!(
        occurrence
            .value_argument
            .is_none_or(|value| value > occurrence.argument)
    );
}
