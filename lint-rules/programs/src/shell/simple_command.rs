//! One simple command of a script, and the blocks around it.

use super::Reason;
use super::environment::ShellEnvironment;
use super::lexer::{ScriptWord, Separator, ShellLexer, ShellToken};

/// One simple command.
pub(super) struct SimpleCommand {
    /// Assignments in front of it.
    pub assignments: Vec<(String, Option<String>)>,
    pub words: Vec<ScriptWord>,
    /// What stands after it.
    pub end: Separator,
}

/// Reads up to the next separator.
pub(super) fn simple_command(
    lexer: &mut ShellLexer<'_>,
    environment: &mut ShellEnvironment<'_, '_>,
) -> Result<SimpleCommand, Reason> {
    let mut assignments = Vec::new();
    let mut words: Vec<ScriptWord> = Vec::new();
    loop {
        match lexer.token(environment)? {
            ShellToken::Redirection => {}
            ShellToken::Separator(end) => {
                return Ok(SimpleCommand {
                    assignments,
                    words,
                    end,
                });
            }
            ShellToken::Word(word) => match &word.assigns {
                Some(name) if words.is_empty() => {
                    assignments.push((name.clone(), assigned_value(&word, name)));
                }
                _ => words.push(word),
            },
        }
    }
}

/// The value of a word that reads `NAME=value`.
pub(super) fn assigned_value(word: &ScriptWord, name: &str) -> Option<String> {
    let [field] = word.fields.as_slice() else {
        return None;
    };
    let value = field.text.get(name.len() + 1..)?;
    (!field.unknown).then(|| value.to_owned())
}

/// The first word as text.
pub(super) fn first_text(command: &SimpleCommand) -> Option<&str> {
    command
        .words
        .first()?
        .fields
        .first()
        .map(|field| field.text.as_str())
}

/// Takes the words that open, continue or close a block from the command's front.
pub(super) fn enter_blocks(
    command: &mut SimpleCommand,
    blocks: &mut usize,
    environment: &mut ShellEnvironment<'_, '_>,
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
fn assignments_first(command: &mut SimpleCommand) {
    while let Some(name) = command.words.first().and_then(|word| word.assigns.clone()) {
        let word = command.words.remove(0);
        command
            .assignments
            .push((name.clone(), assigned_value(&word, &name)));
    }
}
