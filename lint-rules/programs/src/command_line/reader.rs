//! The part all parser families share: words in, a [`CommandLine`] out.

use super::{CommandLine, Detached, FlagTable, Occurrence, ParseError, ParseErrorKind};

/// Raised to end the reading; the error itself is already recorded.
#[derive(Debug)]
pub(super) struct Stop;

/// Walks over the words and gathers what a parser makes of them.
pub(super) struct Reader<'a> {
    pub(super) argv: &'a [&'a str],
    pub(super) table: &'a dyn FlagTable,
    pub(super) next: usize,
    pub(super) line: CommandLine,
}

/// The words of which a boolean beside a switch is most likely written.
const BOOLEAN_WORDS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "0", "1"];

impl<'a> Reader<'a> {
    pub(super) fn new(argv: &'a [&'a str], table: &'a dyn FlagTable) -> Self {
        Self {
            argv,
            table,
            next: 0,
            line: CommandLine::default(),
        }
    }

    /// The next word and its index.
    pub(super) fn take(&mut self) -> Option<(usize, &'a str)> {
        let at = self.next;
        let word = self.argv.get(at)?;
        self.next += 1;
        Some((at, word))
    }

    pub(super) fn peek(&self) -> Option<&'a str> {
        self.argv.get(self.next).copied()
    }

    /// All words from here on are positionals, since the parser stopped at `stop`.
    pub(super) fn rest_is_positional(&mut self, stop: usize) {
        if stop + 1 < self.argv.len() {
            self.line.stopped_at = Some(stop);
        }
        self.line.positionals.extend(self.next..self.argv.len());
        self.next = self.argv.len();
    }

    pub(super) fn fail(&mut self, kind: ParseErrorKind, argument: usize, text: &str) -> Stop {
        self.line.error = Some(ParseError {
            kind,
            argument,
            text: text.to_owned(),
        });
        Stop
    }

    /// A switch without a value. `name` is as the table has it.
    pub(super) fn switch(&mut self, name: &str, argument: usize, negated: bool) {
        let value_offset = self.argv.get(argument).map_or(0, |word| word.len());
        self.line.occurrences.push(Occurrence {
            name: name.to_owned(),
            value: None,
            argument,
            value_argument: None,
            value_offset,
            negated,
            known: true,
        });
        if let Some(word) = self.peek()
            && self.next == argument + 1
            && BOOLEAN_WORDS
                .iter()
                .any(|boolean| word.eq_ignore_ascii_case(boolean))
        {
            self.line.detached.push(Detached {
                argument,
                value_argument: self.next,
                name: name.to_owned(),
            });
        }
    }

    /// A value in the flag's own word, `offset` bytes into it.
    pub(super) fn attached(&mut self, name: &str, argument: usize, offset: usize, known: bool) {
        let word = self.argv.get(argument).copied().unwrap_or_default();
        let value = word.get(offset..).unwrap_or_default();
        self.line.occurrences.push(Occurrence {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            argument,
            value_argument: None,
            value_offset: offset,
            negated: false,
            known,
        });
    }

    /// The next word as the value; `false` if there is none.
    pub(super) fn following(&mut self, name: &str, argument: usize, known: bool) -> bool {
        let Some((value_argument, value)) = self.take() else {
            return false;
        };
        self.line.occurrences.push(Occurrence {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            argument,
            value_argument: Some(value_argument),
            value_offset: 0,
            negated: false,
            known,
        });
        true
    }

    /// A flag that an open table does not know, without a value in its own word: the next
    /// word is its value unless it begins with a dash.
    pub(super) fn unknown(&mut self, name: &str, argument: usize) {
        match self.peek() {
            Some(word) if !word.starts_with('-') => {
                self.following(name, argument, false);
            }
            _ => {
                let value_offset = self.argv.get(argument).map_or(0, |word| word.len());
                self.line.occurrences.push(Occurrence {
                    name: name.to_owned(),
                    value: None,
                    argument,
                    value_argument: None,
                    value_offset,
                    negated: false,
                    known: false,
                });
            }
        }
    }
}

/// Splits `name=value` after `dashes` bytes: the name, and the value's offset in the word.
pub(super) fn split_value(word: &str, dashes: usize) -> (&str, Option<usize>) {
    let body = word.get(dashes..).unwrap_or_default();
    match memchr::memchr(b'=', body.as_bytes()) {
        Some(at) => (body.get(..at).unwrap_or_default(), Some(dashes + at + 1)),
        None => (body, None),
    }
}
