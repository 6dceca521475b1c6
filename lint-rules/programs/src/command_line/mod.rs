//! Command lines, read as the program's own parser reads them.
//!
//! The parser decides which words are flags, which are their values, and where it stops. What
//! a value means is the caller's business: it knows the types, and should judge values in the
//! order of [`CommandLine::occurrences`], all of which come before [`CommandLine::error`].
//!
//! With a closed [`FlagTable`] the reading is exactly the parser's. With an open one, which
//! knows only a few of the program's flags, an unknown flag is read so that the configuration
//! works: the next word is its value unless it begins with a dash.

mod click;
mod goflag;
mod java;
mod kingpin;
mod kong;
mod pflag;
mod reader;

use serde::{Deserialize, Serialize};

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests;

/// The library a program reads its command line with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum ParserKind {
    /// spf13/pflag, also under cobra (1.0 and later).
    Pflag,
    /// Go's standard package `flag`.
    GoFlag,
    /// alecthomas/kingpin v2.
    Kingpin,
    /// urfave/cli v1 and v2, which read each level with Go's `flag`.
    UrfaveCli,
    /// Python's click.
    Click,
    /// alecthomas/kong.
    Kong,
    /// pflag behind spf13/viper.
    Viper,
    /// `-Dkey=value` for the virtual machine, `--key=value` as Spring Boot takes it.
    JavaProperties,
    /// Not established. Read as pflag, or as Go's `flag` if a known long name stands behind a
    /// single dash; [`CommandLine::agreed_until`] says how far both read the same.
    Unknown,
}

/// Whether a flag takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FlagKind {
    /// A switch: alone it means true, and the next word is not its value.
    Bool,
    /// A flag that needs a value.
    Value,
}

/// What is known of a program's flags.
pub trait FlagTable {
    /// The kind of the flag with this long name (no dashes), if the table has it.
    fn long(&self, name: &str) -> Option<FlagKind>;

    /// The kind of the flag with this one-letter name, if the table has it.
    fn short(&self, _letter: char) -> Option<FlagKind> {
        None
    }

    /// Whether the table holds every flag of the program, so that any other is an error.
    fn closed(&self) -> bool;

    /// Whether `_` in a long name is read as `-`, as Kubernetes' own components do.
    fn normalise_underscore(&self) -> bool {
        false
    }
}

/// One flag on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The long name as the table has it, or the one-letter name as written.
    pub name: String,
    /// The value as written; `None` for a switch without one, and for an unknown flag that
    /// was given none.
    pub value: Option<String>,
    /// Index of the word that holds the flag.
    pub argument: usize,
    /// Index of the word that holds the value, if it is a word of its own.
    pub value_argument: Option<usize>,
    /// Byte offset of the value inside the word that holds it; the flag word's length if
    /// there is no value.
    pub value_offset: usize,
    /// Whether it was written in the `--no-` form.
    pub negated: bool,
    /// Whether the table has it.
    pub known: bool,
}

/// A known switch followed by a word that reads as a boolean: surely intended as its value,
/// which it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detached {
    /// Index of the switch.
    pub argument: usize,
    /// Index of the word after it.
    pub value_argument: usize,
    /// The switch's name.
    pub name: String,
}

/// Why a program's parser gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParseErrorKind {
    /// A flag that needs a value is the last word, or is followed by another flag where the
    /// parser looks at that.
    MissingValue,
    /// A long name the program does not have.
    UnknownFlag,
    /// A one-letter name the program does not have; also a long name behind a single dash.
    UnknownShorthand,
    /// Dashes without a name, as in `---x` or `--=v`.
    BadSyntax,
    /// `--help` or `-h`: the program prints its usage and ends.
    Help,
    /// A flag given twice to a parser that takes it once.
    Repeated,
    /// A value given with `=` to a switch that takes none.
    UnexpectedValue,
}

impl ParseErrorKind {
    /// A short word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingValue => "missing-value",
            Self::UnknownFlag => "unknown-flag",
            Self::UnknownShorthand => "unknown-shorthand",
            Self::BadSyntax => "bad-syntax",
            Self::Help => "help",
            Self::Repeated => "repeated",
            Self::UnexpectedValue => "unexpected-value",
        }
    }
}

/// The word at which a program's parser gives up. The program then does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Index of the word.
    pub argument: usize,
    /// The flag as written, dashes included, without its value.
    pub text: String,
}

/// A command line as the parser sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// Flags in the order in which the parser sets them.
    pub occurrences: Vec<Occurrence>,
    /// Indices of the words that are neither flags nor values; `--` itself is left out.
    pub positionals: Vec<usize>,
    /// Index of the word (a positional or `--`) at which the parser stopped looking for
    /// flags although more words follow it.
    pub stopped_at: Option<usize>,
    /// Switches followed by a word that reads as a boolean.
    pub detached: Vec<Detached>,
    /// Where the parser gave up; nothing after it was read.
    pub error: Option<ParseError>,
    /// For [`ParserKind::Unknown`]: index of the first word that pflag and Go's `flag` read
    /// differently. `None` if they agree throughout, and for every other kind.
    pub agreed_until: Option<usize>,
}

impl CommandLine {
    /// The occurrences that hold whichever of the possible parsers the program uses.
    pub fn agreed(&self) -> impl Iterator<Item = &Occurrence> {
        let until = self.agreed_until.unwrap_or(usize::MAX);
        self.occurrences
            .iter()
            .filter(move |occurrence| occurrence.argument < until)
    }

    /// For [`ParserKind::Unknown`]: index of the first word that the program reads only if its parser goes on behind a
    /// word that is no flag, as pflag does and Go's `flag` does not.
    #[must_use]
    pub fn unsure_from(&self) -> Option<usize> {
        let until = self.agreed_until?;
        let has_stray = self.positionals.iter().any(|at| *at < until);
        has_stray.then_some(until)
    }
}

/// Reads `argv` (without the program's own name).
pub fn parse(kind: ParserKind, argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    match kind {
        ParserKind::Pflag | ParserKind::Viper => pflag::parse(argv, table),
        ParserKind::GoFlag => goflag::parse(argv, table, false),
        ParserKind::UrfaveCli => goflag::parse(argv, table, true),
        ParserKind::Kingpin => kingpin::parse(argv, table),
        ParserKind::Click => click::parse(argv, table),
        ParserKind::Kong => kong::parse(argv, table),
        ParserKind::JavaProperties => java::parse(argv, table),
        ParserKind::Unknown => parse_unknown(argv, table),
    }
}

fn parse_unknown(argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let pflag = pflag::parse(argv, table);
    if is_same_to_all(&pflag, argv, table) {
        return pflag;
    }
    parse_both(pflag, argv, table)
}

/// Whether Go's `flag` surely reads a line as pflag does: there are only flags with two dashes and a long
/// name, and their values.
fn is_same_to_all(pflag: &CommandLine, argv: &[&str], table: &dyn FlagTable) -> bool {
    let is_long = |occurrence: &Occurrence| {
        let word = argv.get(occurrence.argument).copied().unwrap_or_default();
        word.starts_with("--")
            && occurrence.name.len() > 1
            && !(table.normalise_underscore() && word.contains('_'))
    };
    pflag.error.is_none() && pflag.positionals.is_empty() && pflag.occurrences.iter().all(is_long)
}

fn parse_both(pflag: CommandLine, argv: &[&str], table: &dyn FlagTable) -> CommandLine {
    let goflag = goflag::parse(argv, table, false);
    let agreed_until = first_difference(&pflag, &goflag);
    let single_dash = pflag.error.as_ref().is_some_and(|error| {
        error.kind == ParseErrorKind::UnknownShorthand && is_single_dash_long(&error.text, table)
    });
    let chosen = if single_dash { goflag } else { pflag };
    CommandLine {
        agreed_until,
        ..chosen
    }
}

/// Whether `text` (dashes included, no value) is a known long name behind a single dash.
fn is_single_dash_long(text: &str, table: &dyn FlagTable) -> bool {
    text.strip_prefix('-')
        .filter(|name| name.len() > 1 && !name.starts_with('-'))
        .is_some_and(|name| table.long(name).is_some())
}

fn first_difference(a: &CommandLine, b: &CommandLine) -> Option<usize> {
    let occurrences = first_unequal(&a.occurrences, &b.occurrences, |o| o.argument);
    let positionals = first_unequal(&a.positionals, &b.positionals, |p| *p);
    let errors = match (&a.error, &b.error) {
        (Some(a), Some(b)) if a.argument == b.argument => None,
        (a, b) => a.iter().chain(b).map(|error| error.argument).min(),
    };
    [occurrences, positionals, errors]
        .into_iter()
        .flatten()
        .min()
}

fn first_unequal<T: PartialEq>(a: &[T], b: &[T], argument: impl Fn(&T) -> usize) -> Option<usize> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    a.get(same)
        .into_iter()
        .chain(b.get(same))
        .map(argument)
        .min()
}
