//! Which program a script runs for sure.
//!
//! The script's commands are taken one by one. Those that only prepare (directories,
//! variables, waiting) are skipped; of the others there must be exactly one, or one that
//! `exec` puts in the shell's place after they have ended.

use super::environment::ShellEnvironment;
use super::lexer::{ScriptSource, Separator, ShellLexer};
use super::preparation::prepares;
use super::simple_command::{enter_blocks, first_text, simple_command};
use super::{Reason, ShellWord};

/// Commands that are run for their exit status: what follows after `&&` may or may not happen.
const TEST_COMMANDS: &[&str] = &[
    "[", "test", "grep", "command", "which", "type", "true", "false",
];

/// A command that is no preparation.
struct ProgramCandidate {
    argv: Vec<ShellWord>,
    assignments: Vec<(String, Option<String>)>,
    /// Whether the shell goes on only after it has ended: not in the background, not in a
    /// pipe, not the first of two alternatives.
    ends_before_next: bool,
}

/// The program of `sh [options] -c script [name [parameters]]`.
pub(super) fn program_of_shell(
    words: &[ShellWord],
    environment: &mut ShellEnvironment<'_, '_>,
) -> Result<Vec<ShellWord>, Reason> {
    let mut at = 1;
    let mut is_script = false;
    while let Some(word) = words.get(at) {
        if word.unknown {
            return Err("an option of the shell is of unknown value");
        }
        let Some(letters) = word.text.strip_prefix(['-', '+']).filter(|l| !l.is_empty()) else {
            break;
        };
        at += 1;
        if word.text == "--" {
            break;
        }
        if letters.starts_with('-') {
            // `--login`, `--norc`: bash's own, without a value but for two.
            if matches!(letters, "-rcfile" | "-init-file") {
                at += 1;
            }
            continue;
        }
        is_script |= word.text.starts_with('-') && letters.contains('c');
        // `-o pipefail`, also at the end of a cluster as in `-euo pipefail`.
        at += letters.matches(['o', 'O']).count();
    }
    if !is_script {
        return Err("the shell runs a script that lies in the image");
    }
    let script = words.get(at).ok_or("the shell is given no script")?;
    if script.unknown {
        return Err("the script is of unknown value");
    }
    let parameters = words.get(at + 2..).unwrap_or_default().to_vec();
    let source = ScriptSource {
        text: &script.text,
        word: script,
    };
    program(ShellLexer::new(source, parameters), environment)
}

fn program(
    mut lexer: ShellLexer<'_>,
    environment: &mut ShellEnvironment<'_, '_>,
) -> Result<Vec<ShellWord>, Reason> {
    let mut found: Option<ProgramCandidate> = None;
    let mut blocks = 0usize;
    let mut end = Separator::Sequence;
    // Whether what follows on this line hangs on the outcome of a test.
    let mut tested = false;
    while end != Separator::End {
        let before = end;
        let mut command = simple_command(&mut lexer, environment)?;
        end = command.end;
        enter_blocks(&mut command, &mut blocks, environment)?;
        tested = match before {
            Separator::And => tested,
            Separator::Or => true,
            _ => false,
        };
        let certain = blocks == 0 && !tested;
        tested |= first_text(&command).is_some_and(|name| TEST_COMMANDS.contains(&name));
        if command.words.is_empty() {
            for (name, value) in command.assignments {
                environment.assign(&name, value.filter(|_| certain), false);
            }
            continue;
        }
        let is_exec = first_text(&command) == Some("exec");
        if is_exec {
            command.words.remove(0);
            if command.words.is_empty() {
                // Redirections of the shell itself.
                continue;
            }
        } else if prepares(&command, certain, &mut lexer, environment)? {
            continue;
        }
        if blocks > 0 {
            return Err("the script runs a program under a condition or in a loop");
        }
        let argv: Vec<ShellWord> = command.words.into_iter().flat_map(|w| w.fields).collect();
        if argv
            .first()
            .is_some_and(|program| program.text.starts_with('-'))
        {
            return Err("the script gives options to exec");
        }
        let replaced = found
            .as_ref()
            .is_none_or(|earlier| is_exec && earlier.ends_before_next);
        if !replaced || (before == Separator::Or && found.is_some()) {
            return Err("the script runs several programs");
        }
        let ends_before_next = !is_exec && matches!(end, Separator::Sequence | Separator::And);
        found = Some(ProgramCandidate {
            argv,
            assignments: command.assignments,
            ends_before_next,
        });
        // Behind `&&` the shell may come past it, and the rest decides.
        if is_exec && !matches!(before, Separator::And | Separator::Or) {
            break;
        }
    }
    if blocks > 0 {
        return Err("a block of the script is not closed");
    }
    let program = found.ok_or("the script runs no program that is known")?;
    for (name, value) in program.assignments {
        environment.assign(&name, value, true);
    }
    Ok(program.argv)
}
