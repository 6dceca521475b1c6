//! Programs that only start another one, and their own options.

use super::environment::ShellEnvironment;
use super::{Reason, ShellWord};

/// The shape of a wrapper's own options.
pub(super) struct Wrapper {
    /// Options whose value is the next word, if they have none in their own.
    with_value: &'static [&'static str],
    /// Words between the options and the program: a user, a time.
    operands: usize,
}

/// The wrapper of that name, if it is one.
pub(super) fn wrapper(name: &str) -> Option<Wrapper> {
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
    pub(super) fn program(&self, words: &[ShellWord]) -> Result<usize, Reason> {
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
pub(super) fn env_program(
    words: &[ShellWord],
    environment: &mut ShellEnvironment<'_, '_>,
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
