//! Which program runs in a container, told by its image, command line, environment and files.
//!
//! Images are renamed by those who mirror them, so a tell-tale flag or variable says
//! more than an image, and a subcommand decides where one image holds several programs.

use std::cmp::Ordering;

use super::catalogue::{self, Index};
use super::dialect::{Program, Recognition, Text, VersionRule};
use super::pattern::matches;
use objects::ImageRef;

/// What a container shows of its program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// The image as written.
    pub image: Option<&'a str>,
    /// Command, then arguments; wrappers removed and variables expanded. May be empty.
    pub argv: &'a [&'a str],
    /// `argv[0]` is the program itself; false when only arguments are given.
    pub has_command: bool,
    /// Names of the variables.
    pub env: &'a [&'a str],
    /// `kind` and API group of every configuration document that it mounts.
    pub config_kinds: &'a [&'a str],
    /// Keys, two levels deep, of the configuration files that the command line names.
    pub config_keys: &'a [&'a str],
    /// Name of the workload.
    pub workload_name: &'a str,
    /// Name of the container.
    pub container_name: &'a str,
}

/// A program, and what gave it away.
#[derive(Clone, Copy, Debug)]
pub struct Recognised<'p> {
    /// The program.
    pub program: &'p Program,
    /// The strongest clue.
    pub by: Clue<'p>,
}

/// What gave a program away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clue<'p> {
    /// The image.
    Image,
    /// The command line's program name or subcommand.
    Command,
    /// A flag, without dashes.
    Flag(&'p str),
    /// A variable.
    Env(&'p str),
    /// The kind or API group of a configuration file, or one of its keys.
    ConfigKind(&'p str),
}

/// Finds the program: the user's own first, then the listed ones, then those that stand for unlisted ones.
#[must_use]
pub fn recognise<'p>(evidence: &Evidence<'_>, own: &'p [Program]) -> Option<Recognised<'p>> {
    let traces = Traces::of(evidence);
    let mut best = Best::default();
    for program in own.iter().filter(|program| !program.generic) {
        best.consider(program, &traces);
    }
    if best.found.is_some() {
        return best.found;
    }
    let candidates = traces.candidates();
    let candidates = || candidates.iter().map(|number| catalogue::at(*number));
    for program in candidates().filter(|program| !program.generic) {
        best.consider(program, &traces);
    }
    if best.found.is_some() {
        return best.found;
    }
    // Of those that stand for others, the most telling are first.
    own.iter()
        .chain(candidates())
        .filter(|program| program.generic)
        .find_map(|program| stands_for(program, &traces))
}

fn stands_for<'p>(program: &'p Program, traces: &Traces<'_>) -> Option<Recognised<'p>> {
    let (_, by) = judge(&program.recognise, traces)?;
    Some(Recognised { program, by })
}

/// The best candidate so far; of two equal ones the first.
#[derive(Default)]
struct Best<'p> {
    found: Option<Recognised<'p>>,
    weight: usize,
}

impl<'p> Best<'p> {
    fn consider(&mut self, program: &'p Program, traces: &Traces<'_>) {
        if let Some((weight, by)) = judge(&program.recognise, traces)
            && weight > self.weight
        {
            self.found = Some(Recognised { program, by });
            self.weight = weight;
        }
    }
}

/// The evidence, taken apart once.
struct Traces<'a> {
    /// Segments of the image's path without tag and digest.
    image: Vec<&'a str>,
    /// File name of the program, if the command line names it.
    program: Option<&'a str>,
    /// Words of the command line that are no flags, after the program's name.
    words: Vec<&'a str>,
    /// The first word that is no flag when only arguments are given: perhaps the program's name.
    first_word: Option<&'a str>,
    /// Flags: name, and what follows `=` or the next word.
    flags: Vec<(&'a str, Option<&'a str>)>,
    env: &'a [&'a str],
    config_kinds: &'a [&'a str],
    config_keys: &'a [&'a str],
    flag_letters: Letters,
    env_letters: Letters,
}

/// With which letters some words begin and end: most patterns fit none of them, which this tells at once.
#[derive(Clone, Copy, Default)]
struct Letters {
    first: u64,
    last: u64,
}

impl Letters {
    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        words
            .map(str::as_bytes)
            .fold(Self::default(), |all, word| Self {
                first: all.first | Self::bit(word.first()),
                last: all.last | Self::bit(word.last()),
            })
    }

    /// Letters share bits, so a bit proves nothing; its absence does.
    fn bit(letter: Option<&u8>) -> u64 {
        letter.map_or(0, |letter| 1 << (letter & 63))
    }

    /// Whether one of the words begins as a pattern does, perhaps.
    fn may_begin(self, pattern: &str) -> bool {
        Self::may(self.first, pattern.as_bytes().first())
    }

    /// Whether one of the words ends as a pattern does, perhaps.
    fn may_end(self, pattern: &str) -> bool {
        Self::may(self.last, pattern.as_bytes().last())
    }

    fn may(letters: u64, letter: Option<&u8>) -> bool {
        letter == Some(&b'*') || letters & Self::bit(letter) != 0
    }
}

impl<'a> Traces<'a> {
    fn of(evidence: &Evidence<'a>) -> Self {
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
            flag_letters: Letters::of(flags.iter().map(|(name, _)| *name)),
            flags,
            env_letters: Letters::of(evidence.env.iter().copied()),
            env: evidence.env,
            config_kinds: evidence.config_kinds,
            config_keys: evidence.config_keys,
        }
    }

    /// Numbers of the listed programs that share a word with the evidence, each once, in the catalogue's order.
    fn candidates(&self) -> Vec<u16> {
        let mut numbers = Vec::new();
        let mut look_up = |index: Index, words: &[&str], letters: Letters| {
            for word in words {
                numbers.extend_from_slice(index.of_word(word));
            }
            let may_begin = |first| Letters::may(letters.first, Some(&first));
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
            (Index::Image, image.next().copied()),
            (Index::Repository, image.next().copied()),
            (Index::Command, Some(program)),
            (Index::Subcommand, self.words.first().copied()),
        ];
        for (index, word) in single {
            if let Some(word) = word {
                look_up(index, &[word], Letters::of([word].into_iter()));
            }
        }
        let flags: Vec<&str> = self.flags.iter().map(|(name, _)| *name).collect();
        look_up(Index::Flag, &flags, self.flag_letters);
        look_up(Index::Env, self.env, self.env_letters);
        for words in [self.config_kinds, self.config_keys] {
            if !words.is_empty() {
                look_up(Index::ConfigKind, words, Letters::of(words.iter().copied()));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Whether a flag is there; a pattern `name=value` asks for its value too.
    fn has_flag(&self, pattern: &str) -> bool {
        // Most differ in their first letter already.
        if !self.flag_letters.may_begin(pattern) {
            return false;
        }
        let (wanted, value) = match memchr::memchr(b'=', pattern.as_bytes()) {
            Some(at) => (&pattern[..at], Some(&pattern[at + 1..])),
            None => (pattern, None),
        };
        if !self.flag_letters.may_end(wanted) {
            return false;
        }
        let fits = |found: Option<&str>| value.is_none_or(|value| found == Some(value));
        self.flags
            .iter()
            .any(|(name, found)| matches(wanted, name) && fits(*found))
    }

    fn has_env(&self, pattern: &str) -> bool {
        let letters = self.env_letters;
        letters.may_begin(pattern)
            && letters.may_end(pattern)
            && self.env.iter().any(|name| matches(pattern, name))
    }

    fn has_kind(&self, pattern: &str) -> bool {
        self.config_kinds.iter().any(|kind| matches(pattern, kind))
    }

    fn has_key(&self, pattern: &str) -> bool {
        self.config_keys.iter().any(|key| matches(pattern, key))
    }

    /// How many words of the command line a pattern covers; 0: it does not fit.
    fn command_fit(&self, pattern: &str, image_fits: bool) -> usize {
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

/// How many segments of an image's end a pattern covers; 0: it does not fit.
fn image_fit(image: &[&str], pattern: &str) -> usize {
    // Nearly every pattern ends in the image's own name or does not fit; most differ in the last letter.
    let name = image.last().copied().unwrap_or_default();
    let last = |text: &str| text.as_bytes().last().copied();
    if last(pattern) != Some(b'*') && last(pattern) != last(name) {
        return 0;
    }
    if !pattern.ends_with(name) && memchr::memchr(b'*', pattern.as_bytes()).is_none() {
        return 0;
    }
    let mut segments = image.iter().rev();
    let mut fit = 0;
    for wanted in pattern.rsplit('/') {
        match segments.next() {
            Some(segment) if matches(wanted, segment) => fit += 1,
            _ => return 0,
        }
    }
    if is_of_another(pattern, name) { 0 } else { fit }
}

/// Whether a name fits a pattern and still is another program's: `cluster-autoscaler-*` stands for
/// builds of one program, and what operates it is no build of it.
fn is_of_another(pattern: &str, name: &str) -> bool {
    pattern.ends_with('*') && name.ends_with("-operator") && !pattern.contains("operator")
}

/// How strongly the traces speak for a program, and the clue that says most.
fn judge<'p>(known: &'p Recognition, traces: &Traces<'_>) -> Option<(usize, Clue<'p>)> {
    let says = |word: &str| traces.program == Some(word) || traces.words.contains(&word);
    if known.not_commands.iter().any(|word| says(word)) {
        return None;
    }
    let image = known
        .images
        .iter()
        .map(|pattern| image_fit(&traces.image, pattern))
        .max()
        .unwrap_or(0);
    let command = known
        .commands
        .iter()
        .map(|pattern| traces.command_fit(pattern, image > 0))
        .max()
        .unwrap_or(0);
    let together = || {
        let flags = &known.flags_together;
        if flags.iter().all(|flag| traces.has_flag(flag)) {
            flags.last()
        } else {
            None
        }
    };
    let flag = known.flags.iter().find(|flag| traces.has_flag(flag));
    let flag = flag.or_else(together).map(|flag| Clue::Flag(flag));
    let all_variables = || {
        let names = &known.env_together;
        if names.iter().all(|name| traces.has_env(name)) {
            names.last()
        } else {
            None
        }
    };
    let variable = known.env.iter().find(|name| traces.has_env(name));
    let variable = variable.or_else(all_variables).map(|name| Clue::Env(name));
    let kind = known.config_kinds.iter().find(|kind| traces.has_kind(kind));
    let kind = kind.or_else(|| known.config_keys.iter().find(|key| traces.has_key(key)));
    let kind = kind.map(|kind| Clue::ConfigKind(kind));
    let sure = flag.or(variable).or(kind);

    let hint = known.hint_flags.iter().any(|flag| traces.has_flag(flag))
        || known.hint_env.iter().any(|name| traces.has_env(name));
    let backed = sure.is_some() || hint;
    let command_counts = command > 0 && (!known.command_is_weak || backed || image > 0);
    let image_counts = image > 0 && (!known.image_is_weak || backed || command > 0);
    if sure.is_none() && !command_counts && !image_counts {
        return None;
    }
    let weight = if sure.is_some() { 100 } else { 0 }
        + if image_counts { 40 + 2 * image } else { 0 }
        + if command_counts { 30 + 2 * command } else { 0 }
        + usize::from(hint);
    let by = sure.unwrap_or(if image_counts {
        Clue::Image
    } else {
        Clue::Command
    });
    Some((weight, by))
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

impl VersionRule {
    /// Whether the rule holds for an image. `None`: its tag does not tell the version.
    #[must_use]
    pub fn holds_for(&self, image: &str) -> Option<bool> {
        let image = ImageRef::parse(image);
        let segments = image.segments();
        let fits = |pattern: &Text| image_fit(&segments, pattern) > 0;
        if !self.images.is_empty() && !self.images.iter().any(fits) {
            return None;
        }
        self.holds(image.tag)
    }

    /// Whether the rule holds for an image tag. `None`: the tag does not tell the version.
    #[must_use]
    pub fn holds(&self, tag: Option<&str>) -> Option<bool> {
        let version = version_of_tag(tag?)?;
        let is_before = |limit: &str| match version_of_tag(limit) {
            Some(limit) => version.cmp(&limit) == Ordering::Less,
            None => false,
        };
        let from = self.from.as_ref().is_none_or(|from| !is_before(from));
        let before = self.before.as_ref().is_none_or(|before| is_before(before));
        Some(from && before)
    }
}

/// The numbers at the beginning of a tag: `v1.2.3-gke.1` is 1.2.3, `latest` is none.
#[must_use]
pub fn version_of_tag(tag: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let mut rest = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    for (at, number) in numbers.iter_mut().enumerate() {
        let end = rest
            .bytes()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len());
        match rest[..end].parse() {
            Ok(found) => *number = found,
            Err(_) if at > 0 => break,
            Err(_) => return None,
        }
        // A bare number, such as a date or a commit's beginning, is no version.
        if at == 0 && !rest[end..].starts_with('.') {
            let alone = end == rest.len() || rest[end..].starts_with('-');
            return (alone && end <= 3).then_some(numbers);
        }
        match rest[end..].strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests;
