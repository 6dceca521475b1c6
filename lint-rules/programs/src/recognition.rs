//! Which program runs in a container, by its image, command line, environment and files.
//!
//! Images are renamed by those who mirror them, so a tell-tale flag or variable says
//! more than an image, and a subcommand decides where one image holds several programs.

mod end_bytes;
mod evidence_parts;
mod image_path;
mod version;

use crate::catalogue;
use crate::dialect::{Program, Recognition};
use evidence_parts::EvidenceParts;
use image_path::image_fit;

pub use version::version_of_tag;

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
    /// Its own source, which lies beside the manifest.
    Source,
}

/// Finds the program: the user's own first, then the listed ones, then those that stand for unlisted ones.
#[must_use]
pub fn recognise<'p>(evidence: &Evidence<'_>, own: &'p [Program]) -> Option<Recognised<'p>> {
    let Recognised { program, by } = recognise_program(evidence, own)?;
    Some(Recognised {
        program: program.at_version_of(evidence.image),
        by,
    })
}

/// Finds the program, whatever its version.
fn recognise_program<'p>(evidence: &Evidence<'_>, own: &'p [Program]) -> Option<Recognised<'p>> {
    let parts = EvidenceParts::of(evidence);
    let mut best = Best::default();
    for program in own.iter().filter(|program| !program.generic) {
        best.consider(program, &parts);
    }
    if best.found.is_some() {
        return best.found;
    }
    let candidates = parts.candidates();
    let candidates = || {
        candidates
            .iter()
            .filter_map(|number| catalogue::at(*number))
    };
    for program in candidates().filter(|program| !program.generic) {
        best.consider(program, &parts);
    }
    if best.found.is_some() {
        return best.found;
    }
    // Of those that stand for others, the most telling are first.
    own.iter()
        .chain(candidates())
        .filter(|program| program.generic)
        .find_map(|program| stands_for(program, &parts))
}

fn stands_for<'p>(program: &'p Program, parts: &EvidenceParts<'_>) -> Option<Recognised<'p>> {
    let (_, by) = weigh(&program.recognise, parts)?;
    Some(Recognised { program, by })
}

/// The best candidate so far; of two equal ones the first.
#[derive(Default)]
struct Best<'p> {
    found: Option<Recognised<'p>>,
    weight: usize,
}

impl<'p> Best<'p> {
    fn consider(&mut self, program: &'p Program, parts: &EvidenceParts<'_>) {
        if let Some((weight, by)) = weigh(&program.recognise, parts)
            && weight > self.weight
        {
            self.found = Some(Recognised { program, by });
            self.weight = weight;
        }
    }
}

/// How strongly the evidence speaks for a program, and the clue that says most.
fn weigh<'p>(known: &'p Recognition, parts: &EvidenceParts<'_>) -> Option<(usize, Clue<'p>)> {
    let says = |word: &str| parts.program == Some(word) || parts.words.contains(&word);
    if known.not_commands.iter().any(|word| says(word)) {
        return None;
    }
    let image = known
        .images
        .iter()
        .map(|pattern| image_fit(&parts.image, pattern))
        .max()
        .unwrap_or(0);
    let command = known
        .commands
        .iter()
        .map(|pattern| parts.command_fit(pattern, image > 0))
        .max()
        .unwrap_or(0);
    let together = || {
        let flags = &known.flags_together;
        if flags.iter().all(|flag| parts.has_flag(flag)) {
            flags.last()
        } else {
            None
        }
    };
    let flag = known.flags.iter().find(|flag| parts.has_flag(flag));
    let flag = flag.or_else(together).map(|flag| Clue::Flag(flag));
    let all_variables = || {
        let names = &known.env_together;
        if names.iter().all(|name| parts.has_env(name)) {
            names.last()
        } else {
            None
        }
    };
    let variable = known.env.iter().find(|name| parts.has_env(name));
    let variable = variable.or_else(all_variables).map(|name| Clue::Env(name));
    let kind = known.config_kinds.iter().find(|kind| parts.has_kind(kind));
    let kind = kind.or_else(|| known.config_keys.iter().find(|key| parts.has_key(key)));
    let kind = kind.map(|kind| Clue::ConfigKind(kind));
    let sure = flag.or(variable).or(kind);

    let hint = known.hint_flags.iter().any(|flag| parts.has_flag(flag))
        || known.hint_env.iter().any(|name| parts.has_env(name));
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

#[cfg(test)]
mod tests;
