//! Commands that only prepare: directories, variables, waiting.

use super::environment::ShellEnvironment;
use super::lexer::ShellLexer;
use super::simple_command::{SimpleCommand, assigned_value};
use super::word_builder::name_prefix;
use super::{Reason, ShellWord};

/// Commands that neither stay nor change what a later program gets.
const PREPARING_COMMANDS: &[&str] = &[
    ":", "[", "awk", "basename", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date",
    "dirname", "echo", "exit", "false", "find", "getent", "grep", "head", "hostname", "id",
    "install", "kill", "ln", "ls", "mkdir", "mktemp", "mv", "nc", "printf", "pwd", "return", "rm",
    "sed", "sleep", "sync", "tail", "tee", "test", "touch", "tr", "trap", "true", "type", "ulimit",
    "umask", "unalias", "wait", "wget", "which",
];

/// Whether the command only prepares; what it does to variables and parameters is done.
/// `certain`: that the command itself is surely run.
pub(super) fn prepares(
    command: &SimpleCommand,
    certain: bool,
    lexer: &mut ShellLexer<'_>,
    environment: &mut ShellEnvironment<'_, '_>,
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
            Ok(PREPARING_COMMANDS.contains(&name))
        }
    }
}

/// A word behind `export` that is no assignment as it is written; a value may have made it one.
fn export_field(
    field: &ShellWord,
    environment: &mut ShellEnvironment<'_, '_>,
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
