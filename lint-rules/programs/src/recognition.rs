//! Which program runs in a container, by its image, command line, environment and files.
//!
//! What proves a program, what only supports it and what contradicts it stands in [`weight`], in one table; which
//! words are a program's own stands in its record (`records/README.md`, "What tells a program").

mod end_bytes;
mod evidence_parts;
mod image_path;
mod version;
mod weight;

use crate::catalogue;
use crate::dialect::Program;
use evidence_parts::EvidenceParts;
use weight::weigh;

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
    if parts.runs_utility() {
        return None;
    }
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

#[cfg(test)]
mod tests;
