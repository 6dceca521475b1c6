//! The built-in dialects, as the build script compiled them from `records/*.yaml`.
//!
//! Each is decoded when it is first asked for. As static values of Rust they were a megabyte of pointers, which the
//! loader writes anew in every process, and an input names few of the programs.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::dialect::Program;
use super::pattern::SplitPattern;
use super::suffix_hash::suffix_hash;

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// The dialects one after the other, in the format of `postcard`.
static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/records.bin"));
static DECODED: [OnceLock<Program>; PROGRAM_COUNT] = [const { OnceLock::new() }; PROGRAM_COUNT];

/// Every built-in dialect.
pub fn programs() -> impl Iterator<Item = &'static Program> {
    (0..PROGRAM_COUNT).filter_map(decoded)
}

/// The built-in dialect with this id.
#[must_use]
pub fn program(id: &str) -> Option<&'static Program> {
    decoded(IDS.iter().position(|known| *known == id)?)
}

fn decoded(at: usize) -> Option<&'static Program> {
    let cell = DECODED.get(at)?;
    Some(cell.get_or_init(|| decode(at)))
}

#[expect(
    clippy::expect_used,
    reason = "the build script wrote the bytes; a test decodes all of them"
)]
fn decode(at: usize) -> Program {
    let bytes = STARTS
        .get(at..at + 2)
        .and_then(|ends| RECORDS.get(*ends.first()?..*ends.last()?));
    postcard::from_bytes(bytes.unwrap_or_default()).expect("a record as it was encoded")
}

/// The kinds of evidence that are looked up by a word.
#[derive(Clone, Copy, Debug)]
pub(super) enum EvidenceIndex {
    /// The last segment of an image's path.
    Image,
    /// The segment before it, of programs that may have any image of a repository.
    Repository,
    /// The file name of the program.
    Command,
    /// The first word after it, of programs that may have any name.
    Subcommand,
    /// A flag's name.
    Flag,
    /// A variable's name.
    Env,
    /// Kind or API group of a configuration file.
    ConfigKind,
}

/// The programs that words may mean, in the order of the words' hashes.
type WordTable = &'static [(u64, &'static str, &'static [u16])];

/// The programs that words may mean which fit a pattern. The first letter of each pattern stands in a list
/// by itself, so that those that begin otherwise need not be read.
#[derive(Clone, Copy)]
struct PatternTable {
    firsts: &'static [u8],
    patterns: &'static [(SplitPattern, &'static [u16])],
}

impl EvidenceIndex {
    fn tables(self) -> (WordTable, PatternTable) {
        match self {
            Self::Image => (
                IMAGES,
                PatternTable {
                    firsts: IMAGES_FIRST,
                    patterns: IMAGES_WILD,
                },
            ),
            Self::Repository => (
                REPOSITORIES,
                PatternTable {
                    firsts: REPOSITORIES_FIRST,
                    patterns: REPOSITORIES_WILD,
                },
            ),
            Self::Command => (
                COMMANDS,
                PatternTable {
                    firsts: COMMANDS_FIRST,
                    patterns: COMMANDS_WILD,
                },
            ),
            Self::Subcommand => (
                SUBCOMMANDS,
                PatternTable {
                    firsts: SUBCOMMANDS_FIRST,
                    patterns: SUBCOMMANDS_WILD,
                },
            ),
            Self::Flag => (
                FLAGS,
                PatternTable {
                    firsts: FLAGS_FIRST,
                    patterns: FLAGS_WILD,
                },
            ),
            Self::Env => (
                ENV,
                PatternTable {
                    firsts: ENV_FIRST,
                    patterns: ENV_WILD,
                },
            ),
            Self::ConfigKind => (
                CONFIG_KINDS,
                PatternTable {
                    firsts: CONFIG_KINDS_FIRST,
                    patterns: CONFIG_KINDS_WILD,
                },
            ),
        }
    }

    /// The programs that a word means.
    pub(super) fn of_word(self, word: &str) -> &'static [u16] {
        let (words, _) = self.tables();
        let wanted = suffix_hash(word);
        let from = words.partition_point(|(hash, _, _)| *hash < wanted);
        let mut alike = words
            .iter()
            .skip(from)
            .take_while(|(hash, _, _)| *hash == wanted);
        alike
            .find(|(_, known, _)| *known == word)
            .map_or(&[], |(_, _, numbers)| *numbers)
    }

    /// The patterns whose first letter may be right, each with that letter and the programs that a word means
    /// which fits it.
    pub(super) fn patterns(
        self,
        may_begin: impl Fn(u8) -> bool,
    ) -> impl Iterator<Item = (u8, &'static (SplitPattern, &'static [u16]))> {
        let (_, PatternTable { firsts, patterns }) = self.tables();
        let numbered = firsts.iter().enumerate();
        numbered
            .filter(move |(_, first)| may_begin(**first))
            .filter_map(|(at, first)| Some((*first, patterns.get(at)?)))
    }
}

/// The programs that stand for those that are not listed, the most specific first.
pub(super) fn generic() -> impl Iterator<Item = &'static Program> {
    GENERIC.iter().filter_map(|number| at(*number))
}

/// The flags of programs that stand for those that are not listed, of these lengths.
pub(super) fn generic_flags(lengths: RangeInclusive<usize>) -> &'static [&'static str] {
    let start = GENERIC_FLAGS.partition_point(|flag| flag.len() < *lengths.start());
    let rest = GENERIC_FLAGS.get(start..).unwrap_or_default();
    let end = rest.partition_point(|flag| flag.len() <= *lengths.end());
    rest.get(..end).unwrap_or_default()
}

/// The program at a place of the tables.
pub(super) fn at(number: u16) -> Option<&'static Program> {
    decoded(usize::from(number))
}
