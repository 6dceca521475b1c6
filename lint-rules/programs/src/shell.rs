//! Programs behind wrappers: `sh -c "exec /manager --x"`, `tini -- prog`, `env A=b prog`.
//!
//! The aim is certainty: where a wrapper or a script leaves any doubt about which program
//! runs, the answer is [`Unwrapped::Opaque`]. Scripts are read as a POSIX shell reads them.

mod environment;
mod lexer;
mod preparation;
mod script;
mod simple_command;
mod word_builder;
mod wrapper;

use std::ops::Range;

use crate::expansion::Lookup;
use environment::ShellEnvironment;
use wrapper::{env_program, wrapper};

/// Wrappers within wrappers that are followed before giving up.
const MAX_WRAPPERS: usize = 8;

/// One word of the program's command line, and where it stands in the container's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellWord {
    /// The word as the program gets it; what is known of it if `unknown`.
    pub text: String,
    /// Index of the container's argument that holds it.
    pub argument: usize,
    /// Bytes of that argument from which it comes, quotes included.
    pub range: Range<usize>,
    /// Whether those bytes are the text itself, so that offsets in the text can be added to
    /// the range's start. Not so behind quotes, escapes and variables.
    pub verbatim: bool,
    /// Whether a value from outside the input takes part in it. Unquoted in a script, such a
    /// word may also turn out to be none or several.
    pub unknown: bool,
}

/// What stands behind a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwrapped {
    /// No wrapper: the command line is the program's own.
    Plain,
    /// The one program that surely runs.
    Program {
        /// Its command line; the first word is the program.
        argv: Vec<ShellWord>,
        /// Variables set on the way, in order; `None` where the value is unknown. They are
        /// beside the container's own and override them.
        env: Vec<(String, Option<String>)>,
    },
    /// Which program runs, or with which words, is not certain.
    Opaque {
        /// Why, as a clause to follow "because".
        reason: &'static str,
    },
}

/// The reason for [`Unwrapped::Opaque`].
type Reason = &'static str;

/// Follows wrappers from `argv`, which begins with the program the container starts and whose
/// `$(VAR)` references are expanded, to the program that stays. `lookup` tells the container's
/// variables, which scripts use.
pub fn unwrap<'v>(argv: &[&str], lookup: &mut dyn FnMut(&str) -> Lookup<'v>) -> Unwrapped {
    // Most programs stand for themselves.
    if !argv.first().is_some_and(|first| leads_on(base_name(first))) {
        return Unwrapped::Plain;
    }
    let words = argv
        .iter()
        .enumerate()
        .map(|(argument, text)| ShellWord {
            text: (*text).to_owned(),
            argument,
            range: 0..text.len(),
            verbatim: true,
            unknown: false,
        })
        .collect();
    let mut environment = ShellEnvironment::new(lookup);
    let followed = follow(words, &mut environment);
    if environment.is_exhausted() {
        let reason = "the variables of its script expand too far";
        return Unwrapped::Opaque { reason };
    }
    match followed {
        Ok(None) => Unwrapped::Plain,
        Ok(Some(argv)) => Unwrapped::Program {
            argv,
            env: environment.into_exported(),
        },
        Err(reason) => Unwrapped::Opaque { reason },
    }
}

const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "ksh", "zsh"];

/// Whether a program may be there only to run another one.
fn leads_on(name: &str) -> bool {
    SHELLS.contains(&name) || name == "env" || wrapper(name).is_some()
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The words behind every wrapper, or `None` if there is none.
fn follow(
    mut words: Vec<ShellWord>,
    environment: &mut ShellEnvironment<'_, '_>,
) -> Result<Option<Vec<ShellWord>>, Reason> {
    for depth in 0..MAX_WRAPPERS {
        let Some(first) = words.first() else {
            return if depth == 0 {
                Ok(None)
            } else {
                Err("the wrapper names no program")
            };
        };
        if first.unknown {
            return Err("the program's name comes from a variable of unknown value");
        }
        let name = base_name(&first.text).to_owned();
        let start = match name.as_str() {
            name if SHELLS.contains(&name) => {
                words = script::program_of_shell(&words, environment)?;
                continue;
            }
            "env" => env_program(&words, environment)?,
            name => match wrapper(name) {
                Some(wrapper) => wrapper.program(&words)?,
                None => return Ok((depth > 0).then_some(words)),
            },
        };
        words.drain(..start.min(words.len()));
    }
    Err("there are too many wrappers")
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice)]
mod tests;
