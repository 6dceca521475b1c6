//! The evidence, taken apart once and compared with the patterns of many programs.

use super::Evidence;
use super::end_bytes::EndBytes;
use super::image_path::is_of_another;
use crate::catalogue::{self, EvidenceIndex};
use crate::dialect::Recognition;
use crate::pattern::matches;
use objects::ImageRef;

/// Commands that do something else than running a program of the image's.
const UTILITIES: &[&str] = &[
    "[", "cat", "cp", "curl", "date", "echo", "false", "kubectl", "ls", "mkdir", "pause", "printf",
    "rm", "sleep", "tail", "test", "touch", "true", "wget",
];

/// The evidence, taken apart once.
pub(super) struct EvidenceParts<'a> {
    /// Segments of the image's path without tag and digest.
    pub image: Vec<&'a str>,
    /// File name of the program, if the command line names it.
    pub program: Option<&'a str>,
    /// Words of the command line that are no flags, after the program's name.
    pub words: Vec<&'a str>,
    /// The first word that is no flag when only arguments are given: perhaps the program's name.
    first_word: Option<&'a str>,
    /// Flags: name, and what follows `=` or the next word.
    flags: Vec<(&'a str, Option<&'a str>)>,
    env: &'a [&'a str],
    config_kinds: &'a [&'a str],
    config_keys: &'a [&'a str],
    flag_ends: EndBytes,
    env_ends: EndBytes,
}

impl<'a> EvidenceParts<'a> {
    pub(super) fn of(evidence: &Evidence<'a>) -> Self {
        let (program, arguments) = match evidence.argv.split_first() {
            Some((program, arguments)) if evidence.has_command => {
                (Some(file_name(program)), arguments)
            }
            _ => (None, evidence.argv),
        };
        let mut words = Vec::new();
        let mut flags = Vec::new();
        for (at, argument) in arguments.iter().enumerate() {
            match flag_name(argument) {
                Some((name, value)) => {
                    let next = || arguments.get(at + 1).copied();
                    flags.push((name, value.or_else(next)));
                }
                None => words.push(*argument),
            }
        }
        let first_word = match program {
            Some(_) => None,
            None => words.first().map(|word| file_name(word)),
        };
        Self {
            image: evidence
                .image
                .map(|image| ImageRef::parse(image).segments())
                .unwrap_or_default(),
            program,
            words,
            first_word,
            flag_ends: EndBytes::of(flags.iter().map(|(name, _)| *name)),
            flags,
            env_ends: EndBytes::of(evidence.env.iter().copied()),
            env: evidence.env,
            config_kinds: evidence.config_kinds,
            config_keys: evidence.config_keys,
        }
    }

    /// Numbers of the listed programs that share a word with the evidence, each once, in the catalogue's order.
    pub(super) fn candidates(&self) -> Vec<u16> {
        let mut numbers = Vec::new();
        let mut look_up = |index: EvidenceIndex, words: &[&str], ends: EndBytes| {
            for word in words {
                numbers.extend_from_slice(index.of_word(word));
            }
            let may_begin = |first| ends.may_begin_with(first);
            for (first, (pattern, programs)) in index.patterns(may_begin) {
                let begins = |word: &str| first == b'*' || word.as_bytes().first() == Some(&first);
                if words
                    .iter()
                    .any(|word| begins(word) && pattern.matches(word))
                {
                    numbers.extend_from_slice(programs);
                }
            }
        };
        let mut image = self.image.iter().rev();
        let program = self.program.or(self.first_word).unwrap_or_default();
        let single = [
            (EvidenceIndex::Image, image.next().copied()),
            (EvidenceIndex::Repository, image.next().copied()),
            (EvidenceIndex::Command, Some(program)),
            (EvidenceIndex::Subcommand, self.words.first().copied()),
        ];
        for (index, word) in single {
            if let Some(word) = word {
                look_up(index, &[word], EndBytes::of([word].into_iter()));
            }
        }
        let flags: Vec<&str> = self.flags.iter().map(|(name, _)| *name).collect();
        look_up(EvidenceIndex::Flag, &flags, self.flag_ends);
        look_up(EvidenceIndex::Env, self.env, self.env_ends);
        for words in [self.config_kinds, self.config_keys] {
            if !words.is_empty() {
                look_up(
                    EvidenceIndex::ConfigKind,
                    words,
                    EndBytes::of(words.iter().copied()),
                );
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Whether a flag is there; a pattern `name=value` asks for its value too.
    pub(super) fn has_flag(&self, pattern: &str) -> bool {
        // Most differ in their first byte already.
        if !self.flag_ends.may_begin(pattern) {
            return false;
        }
        let (wanted, value) = match memchr::memchr(b'=', pattern.as_bytes()) {
            Some(at) => (pattern.get(..at).unwrap_or_default(), pattern.get(at + 1..)),
            None => (pattern, None),
        };
        if !self.flag_ends.may_end(wanted) {
            return false;
        }
        let fits = |found: Option<&str>| value.is_none_or(|value| found == Some(value));
        self.flags
            .iter()
            .any(|(name, found)| matches(wanted, name) && fits(*found))
    }

    pub(super) fn has_env(&self, pattern: &str) -> bool {
        let ends = self.env_ends;
        ends.may_begin(pattern)
            && ends.may_end(pattern)
            && self.env.iter().any(|name| matches(pattern, name))
    }

    pub(super) fn has_kind(&self, pattern: &str) -> bool {
        self.config_kinds.iter().any(|kind| matches(pattern, kind))
    }

    pub(super) fn has_key(&self, pattern: &str) -> bool {
        self.config_keys.iter().any(|key| matches(pattern, key))
    }

    /// Whether the command is a utility, so that no program runs at all.
    pub(super) fn runs_utility(&self) -> bool {
        self.program.is_some_and(|name| UTILITIES.contains(&name))
    }

    /// Whether the command is the own name of a listed program other than this one.
    pub(super) fn runs_another(&self, known: &Recognition) -> bool {
        let Some(program) = self.program else {
            return false;
        };
        let is_own = |known: &Recognition| {
            let mut names = known.commands.iter().filter_map(|it| it.split(' ').next());
            names.any(|name| name == program)
        };
        let others = EvidenceIndex::Command.of_word(program);
        let mut others = others.iter().filter_map(|number| catalogue::at(*number));
        !is_own(known)
            && others.any(|other| !other.recognise.command_is_weak && is_own(&other.recognise))
    }

    /// How many words of the command line a pattern covers; 0: it does not fit.
    pub(super) fn command_fit(&self, pattern: &str, image_fits: bool) -> usize {
        let mut wanted = pattern.split_ascii_whitespace();
        let name = wanted.next().unwrap_or_default();
        let mut words = self.words.iter();
        let mut fit = 0;
        if name != "-" {
            let fits = |word: &str| matches(name, word) && !is_of_another(name, word);
            if self.program.is_some_and(fits) {
                fit = 1;
            } else if self.first_word.is_some_and(fits) {
                fit = 1;
                words.next();
            } else if self.program.is_some() || !image_fits {
                return 0;
            }
        }
        for wanted in wanted {
            match words.next() {
                Some(word) if matches(wanted, word) => fit += 1,
                _ => return 0,
            }
        }
        fit
    }
}

/// The last segment of a path; programs may be started by their path, on Windows nodes too.
fn file_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// A flag's name and attached value.
fn flag_name(argument: &str) -> Option<(&str, Option<&str>)> {
    let name = argument
        .strip_prefix("--")
        .or_else(|| argument.strip_prefix('-'))?;
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    Some(match memchr::memchr(b'=', name.as_bytes()) {
        Some(at) => (name.get(..at)?, name.get(at + 1..)),
        None => (name, None),
    })
}
