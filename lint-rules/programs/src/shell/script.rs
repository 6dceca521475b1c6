//! Which program a script runs for sure.
//!
//! The script's commands are taken one by one. Those that only prepare (directories,
//! variables, waiting) are passed over; of the others there must be exactly one, or one that
//! `exec` puts in the shell's place after they have ended.

use super::building::name_prefix;
use super::words::{Lexer, Separator, Source, Token, Word};
use super::{Environment, Reason, ShellWord};

/// Commands that neither stay nor change what a later program gets.
const PREPARING: &[&str] = &[
    ":", "[", "awk", "basename", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date",
    "dirname", "echo", "exit", "false", "find", "getent", "grep", "head", "hostname", "id",
    "install", "kill", "ln", "ls", "mkdir", "mktemp", "mv", "nc", "printf", "pwd", "return", "rm",
    "sed", "sleep", "sync", "tail", "tee", "test", "touch", "tr", "trap", "true", "type", "ulimit",
    "umask", "unalias", "wait", "wget", "which",
];

/// Commands whose outcome is asked for: what hangs on it by `&&` may or may not happen.
const TESTING: &[&str] = &[
    "[", "test", "grep", "command", "which", "type", "true", "false",
];

/// One simple command.
struct Command {
    /// Assignments in front of it.
    assignments: Vec<(String, Option<String>)>,
    words: Vec<Word>,
    end: Separator,
}

/// A command that is no preparation.
struct Candidate {
    argv: Vec<ShellWord>,
    assignments: Vec<(String, Option<String>)>,
    /// Whether the shell goes on only after it has ended: not in the background, not in a
    /// pipe, not the first of two alternatives.
    ends_before_next: bool,
}

/// The program of `sh [options] -c script [name [parameters]]`.
pub(super) fn program_of_shell(
    words: &[ShellWord],
    environment: &mut Environment<'_, '_>,
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
    let source = Source {
        text: &script.text,
        word: script,
    };
    program(Lexer::new(source, parameters), environment)
}

fn program(
    mut lexer: Lexer<'_>,
    environment: &mut Environment<'_, '_>,
) -> Result<Vec<ShellWord>, Reason> {
    let mut found: Option<Candidate> = None;
    let mut blocks = 0usize;
    let mut end = Separator::Sequence;
    // Whether what follows on this line hangs on the outcome of a test.
    let mut tested = false;
    while end != Separator::End {
        let before = end;
        let mut command = command(&mut lexer, environment)?;
        end = command.end;
        enter_blocks(&mut command, &mut blocks, environment)?;
        tested = match before {
            Separator::And => tested,
            Separator::Or => true,
            _ => false,
        };
        let certain = blocks == 0 && !tested;
        tested |= first_text(&command).is_some_and(|name| TESTING.contains(&name));
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
        found = Some(Candidate {
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
    let program = found.ok_or("the script runs no program that could be told")?;
    for (name, value) in program.assignments {
        environment.assign(&name, value, true);
    }
    Ok(program.argv)
}

/// Reads up to the next separator.
fn command(
    lexer: &mut Lexer<'_>,
    environment: &mut Environment<'_, '_>,
) -> Result<Command, Reason> {
    let mut assignments = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    loop {
        match lexer.token(environment)? {
            Token::Redirection => {}
            Token::Separator(end) => {
                return Ok(Command {
                    assignments,
                    words,
                    end,
                });
            }
            Token::Word(word) => match &word.assigns {
                Some(name) if words.is_empty() => {
                    assignments.push((name.clone(), assigned_value(&word, name)));
                }
                _ => words.push(word),
            },
        }
    }
}

/// The value of a word that reads `NAME=value`.
fn assigned_value(word: &Word, name: &str) -> Option<String> {
    let [field] = word.fields.as_slice() else {
        return None;
    };
    let value = field.text.get(name.len() + 1..)?;
    (!field.unknown).then(|| value.to_owned())
}

fn first_text(command: &Command) -> Option<&str> {
    command
        .words
        .first()?
        .fields
        .first()
        .map(|field| field.text.as_str())
}

/// Takes the words that open, continue or close a block from the command's front.
fn enter_blocks(
    command: &mut Command,
    blocks: &mut usize,
    environment: &mut Environment<'_, '_>,
) -> Result<(), Reason> {
    loop {
        let Some(field) = command.words.first().and_then(|word| word.fields.first()) else {
            return Ok(());
        };
        // The shell knows them by their plain spelling only.
        if !command.assignments.is_empty() || field.text.contains('/') {
            return Ok(());
        }
        match field.text.as_str() {
            "if" | "while" | "until" | "{" => *blocks += 1,
            "fi" | "done" | "}" => {
                *blocks = blocks
                    .checked_sub(1)
                    .ok_or("a block of the script was never opened")?;
            }
            "then" | "else" | "elif" | "do" | "!" => {}
            "for" => {
                let name = command.words.get(1).and_then(|word| word.fields.first());
                if let Some(name) = name {
                    environment.assign(&name.text, None, false);
                }
                *blocks += 1;
                command.words.clear();
                return Ok(());
            }
            "case" | "select" | "function" | "[[" | "((" | "coproc" | "time" => {
                return Err("the script has a construct that is not followed");
            }
            _ => return Ok(()),
        }
        command.words.remove(0);
        assignments_first(command);
    }
}

/// Behind a word such as `then`, assignments stand in front again.
fn assignments_first(command: &mut Command) {
    while let Some(name) = command.words.first().and_then(|word| word.assigns.clone()) {
        let word = command.words.remove(0);
        command
            .assignments
            .push((name.clone(), assigned_value(&word, &name)));
    }
}

/// Whether the command only prepares; what it does to variables and parameters is done.
/// `certain`: that the command itself is surely run.
fn prepares(
    command: &Command,
    certain: bool,
    lexer: &mut Lexer<'_>,
    environment: &mut Environment<'_, '_>,
) -> Result<bool, Reason> {
    let Some(first) = command.words.first() else {
        return Ok(true);
    };
    let Some(name) = first.fields.first() else {
        return Err("the program's name comes from an empty variable");
    };
    if name.unknown {
        return Err("the program's name comes from a variable of unknown value");
    }
    let arguments = || command.words.iter().skip(1);
    match name.text.as_str() {
        "export" | "readonly" | "local" | "declare" | "typeset" => {
            let export = name.text == "export";
            for word in arguments() {
                if let Some(variable) = &word.assigns {
                    let value = assigned_value(word, variable).filter(|_| certain);
                    environment.assign(variable, value, export);
                } else if export {
                    for field in &word.fields {
                        export_field(field, environment, certain)?;
                    }
                }
            }
            Ok(true)
        }
        "unset" | "read" => {
            for field in arguments().flat_map(|word| &word.fields) {
                environment.assign(&field.text, None, false);
            }
            Ok(true)
        }
        "set" => {
            let fields: Vec<&ShellWord> = arguments().flat_map(|word| &word.fields).collect();
            let dashes = fields.iter().position(|field| field.text == "--");
            let parameters = dashes.and_then(|at| fields.get(at + 1..));
            if let Some(parameters) = parameters {
                if !certain {
                    return Err("the script changes its parameters under a condition");
                }
                lexer.parameters = parameters.iter().copied().cloned().collect();
            }
            Ok(true)
        }
        "." | "source" => {
            environment.forget();
            Ok(true)
        }
        "command" => {
            let lists = |field: &ShellWord| matches!(field.text.as_str(), "-v" | "-V");
            if arguments()
                .next()
                .and_then(|word| word.fields.first())
                .is_some_and(lists)
            {
                return Ok(true);
            }
            Err("the script has a construct that is not followed")
        }
        "eval" | "shift" | "getopts" | "alias" | "builtin" => {
            Err("the script has a construct that is not followed")
        }
        text => {
            let name = text.rsplit('/').next().unwrap_or_default();
            Ok(PREPARING.contains(&name))
        }
    }
}

/// A word behind `export` that is no assignment as it is written; a value may have made it one.
fn export_field(
    field: &ShellWord,
    environment: &mut Environment<'_, '_>,
    certain: bool,
) -> Result<(), Reason> {
    if field.unknown {
        environment.forget();
        return Ok(());
    }
    let (name, value) = match field.text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (field.text.as_str(), None),
    };
    if name.starts_with('-') {
        return Ok(());
    }
    if name.is_empty() || name_prefix(name) != name {
        // dash ends here, bash goes on.
        return Err("the script exports what is no variable's name");
    }
    match value {
        Some(value) => {
            environment.assign(name, Some(value.to_owned()).filter(|_| certain), true);
        }
        None => environment.export(name),
    }
    Ok(())
}
