//! Programs behind wrappers: `sh -c "exec /manager --x"`, `tini -- prog`, `env A=b prog`.
//!
//! The aim is certainty: where a wrapper or a script leaves any doubt about which program
//! runs, the answer is [`Unwrapped::Opaque`]. Scripts are read as a POSIX shell reads them.

use std::ops::Range;

use super::expansion::Lookup;

mod building;
mod script;
mod words;

/// Wrappers within wrappers that are followed before giving up.
const DEEPEST: usize = 8;

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
    /// It cannot be told which program runs, or with which words.
    Opaque {
        /// Why, as a clause to follow "because".
        reason: &'static str,
    },
}

/// The reason for [`Unwrapped::Opaque`].
type Reason = &'static str;

/// The variables of the container, changed on the way to the program.
struct Environment<'l, 'v> {
    lookup: &'l mut dyn FnMut(&str) -> Lookup<'v>,
    /// Set on the way, in order of first setting.
    set: Vec<Variable>,
    /// A sourced file, or an unknown word behind `export`, may have set any variable.
    any_may_have_changed: bool,
    /// Bytes that variables may still bring; `None` once they would have brought more.
    room: Option<usize>,
}

/// Bytes that the variables of a script may bring.
const ROOM: usize = 128 << 10;
/// Variables that may be set on the way.
const MOST_SET: usize = 1000;

struct Variable {
    name: String,
    value: Option<String>,
    exported: bool,
}

impl Environment<'_, '_> {
    /// The value, if it is certain. A variable that nobody declares may still come from the
    /// image, so it is uncertain too.
    fn value(&mut self, name: &str) -> Option<String> {
        let set = self.set.iter().find(|variable| variable.name == name);
        let value = match set {
            Some(variable) => variable.value.clone(),
            None => match (self.lookup)(name) {
                Lookup::Known(value) if !self.any_may_have_changed => Some(value.to_owned()),
                _ => None,
            },
        };
        value.filter(|value| self.has_room_for(value.len()))
    }

    /// Takes so many bytes from what variables and parameters may bring.
    fn has_room_for(&mut self, bytes: usize) -> bool {
        self.room = self.room.and_then(|room| room.checked_sub(bytes));
        self.room.is_some()
    }

    /// The parameters of a script, all of them.
    fn all_parameters(&mut self, parameters: &[ShellWord]) -> Vec<ShellWord> {
        let bytes = parameters.iter().map(|word| word.text.len() + 16).sum();
        match self.has_room_for(bytes) {
            true => parameters.to_vec(),
            false => Vec::new(),
        }
    }

    fn assign(&mut self, name: &str, value: Option<String>, export: bool) {
        if let Some(variable) = self.set.iter_mut().find(|variable| variable.name == name) {
            variable.value = value;
            variable.exported |= export;
            return;
        }
        if self.set.len() >= MOST_SET {
            self.room = None;
            return;
        }
        // A variable that came from the environment stays in it when it is set anew.
        let exported = export || (self.lookup)(name) != Lookup::Undeclared;
        self.set.push(Variable {
            name: name.to_owned(),
            value,
            exported,
        });
    }

    /// Something that is not followed may have set any variable.
    fn forget(&mut self) {
        self.any_may_have_changed = true;
        for variable in &mut self.set {
            variable.value = None;
        }
    }

    fn export(&mut self, name: &str) {
        match self.set.iter_mut().find(|variable| variable.name == name) {
            Some(variable) => variable.exported = true,
            None => {
                if (self.lookup)(name) == Lookup::Undeclared {
                    self.assign(name, None, true);
                }
            }
        }
    }
}

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
    let mut environment = Environment {
        lookup,
        set: Vec::new(),
        any_may_have_changed: false,
        room: Some(ROOM),
    };
    let followed = follow(words, &mut environment);
    if environment.room.is_none() {
        let reason = "the variables of its script expand too far";
        return Unwrapped::Opaque { reason };
    }
    match followed {
        Ok(None) => Unwrapped::Plain,
        Ok(Some(argv)) => {
            let exported = environment
                .set
                .into_iter()
                .filter(|variable| variable.exported);
            let env = exported
                .map(|variable| (variable.name, variable.value))
                .collect();
            Unwrapped::Program { argv, env }
        }
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
    environment: &mut Environment<'_, '_>,
) -> Result<Option<Vec<ShellWord>>, Reason> {
    for depth in 0..DEEPEST {
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

/// The shape of a wrapper's own options.
struct Wrapper {
    /// Options whose value is the next word, if they have none in their own.
    with_value: &'static [&'static str],
    /// Words between the options and the program: a user, a time.
    operands: usize,
}

fn wrapper(name: &str) -> Option<Wrapper> {
    let (with_value, operands): (&'static [&'static str], usize) = match name {
        "tini" | "tini-static" | "docker-init" => (&["-p", "-e"], 0),
        "dumb-init" => (&["-r", "--rewrite"], 0),
        "catatonit" | "nohup" | "setsid" | "busybox" | "toybox" => (&[], 0),
        // Kubernetes' own: flags in Go's way, `=` or a word behind the file's name.
        "go-runner" => (&["-log-file", "--log-file"], 0),
        "nice" => (&["-n", "--adjustment"], 0),
        "ionice" => (&["-c", "-n", "--class", "--classdata"], 0),
        "stdbuf" => (&["-i", "-o", "-e", "--input", "--output", "--error"], 0),
        "timeout" => (&["-s", "-k", "--signal", "--kill-after"], 1),
        "su-exec" | "gosu" => (&[], 1),
        _ => return None,
    };
    Some(Wrapper {
        with_value,
        operands,
    })
}

impl Wrapper {
    /// Index of the program's first word.
    fn program(&self, words: &[ShellWord]) -> Result<usize, Reason> {
        let mut at = 1;
        while let Some(word) = words.get(at) {
            if word.unknown {
                return Err("an option of the wrapper is of unknown value");
            }
            if word.text == "--" {
                at += 1;
                break;
            }
            if word.text == "-" || !word.text.starts_with('-') {
                break;
            }
            at += if self.with_value.contains(&word.text.as_str()) {
                2
            } else {
                1
            };
        }
        Ok(at + self.operands)
    }
}

/// `env [-i] [-u NAME] [NAME=VALUE]... program`.
fn env_program(
    words: &[ShellWord],
    environment: &mut Environment<'_, '_>,
) -> Result<usize, Reason> {
    let mut at = 1;
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            "--" => {}
            "-u" | "--unset" | "-C" | "--chdir" => at += 1,
            "-i" | "-" | "--ignore-environment" => {
                return Err("env clears the environment");
            }
            text if text.starts_with('-') => {
                if text.starts_with("-S") || text.starts_with("--split-string") {
                    return Err("env splits a text into words");
                }
            }
            text => match text.split_once('=') {
                Some((name, value)) => {
                    let value = (!word.unknown).then(|| value.to_owned());
                    environment.assign(name, value, true);
                }
                None => break,
            },
        }
        at += 1;
    }
    Ok(at)
}

#[cfg(test)]
mod tests;
