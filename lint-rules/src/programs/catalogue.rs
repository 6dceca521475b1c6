//! The built-in dialects, as the build script compiled them from `programs/*.yaml`.

use std::borrow::Cow;

use super::boolean::BoolSyntax;
use super::command_line::ParserKind;
use super::dialect::{
    ConfigFormat, ConfigSource, Derivation, IdentityBase, IdentityRule, Library, Program,
    Recognition, Setting, SettingSpec, Text, ValueSyntax, VersionRule,
};
use super::duration::DurationSyntax;
use super::recognise::matches;

include!(concat!(env!("OUT_DIR"), "/programs.rs"));

/// Every built-in dialect.
#[must_use]
pub fn programs() -> &'static [Program] {
    PROGRAMS
}

/// The built-in dialect with this id.
#[must_use]
pub fn program(id: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.id == id)
}

/// The kinds of evidence that are looked up by a word.
#[derive(Clone, Copy, Debug)]
pub(super) enum Index {
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

impl Index {
    /// The programs that the word may mean, then those with a pattern that it fits.
    pub(super) fn look_up(self, word: &str) -> impl Iterator<Item = u16> {
        let (words, wild) = match self {
            Self::Image => (IMAGES, IMAGES_WILD),
            Self::Repository => (REPOSITORIES, REPOSITORIES_WILD),
            Self::Command => (COMMANDS, COMMANDS_WILD),
            Self::Subcommand => (SUBCOMMANDS, SUBCOMMANDS_WILD),
            Self::Flag => (FLAGS, FLAGS_WILD),
            Self::Env => (ENV, ENV_WILD),
            Self::ConfigKind => (CONFIG_KINDS, CONFIG_KINDS_WILD),
        };
        let found = words.binary_search_by(|(known, _)| (*known).cmp(word));
        let found: &[u16] = found.map_or(&[], |at| words[at].1);
        let fitting = wild
            .iter()
            .filter(move |(pattern, _)| matches(pattern, word));
        let fitting = fitting.flat_map(|(_, numbers)| numbers.iter());
        found.iter().chain(fitting).copied()
    }
}

/// The programs that stand for those that nobody lists, the most telling first.
pub(super) fn generic() -> impl Iterator<Item = &'static Program> {
    GENERIC.iter().map(|&number| &PROGRAMS[usize::from(number)])
}

/// The program at a place of the tables.
pub(super) fn at(number: u16) -> &'static Program {
    &PROGRAMS[usize::from(number)]
}
