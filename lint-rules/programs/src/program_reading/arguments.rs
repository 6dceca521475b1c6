//! Where a program's arguments begin.

use crate::command_line::{CommandLine, ParserKind};
use crate::dialect::Program;

/// The first word that the flag parser sees: after the program's name and its subcommands.
///
/// Go's `flag` stops at the first word that is no flag, so for a program that is known to use
/// it only words that its dialect lists as subcommands are skipped.
pub(super) fn first_argument(program: &Program, words: &[&str], has_command: bool) -> usize {
    let start = usize::from(has_command).min(words.len());
    let strict = program.parser == ParserKind::GoFlag && !program.generic;
    let listed = |word: &str| {
        let file_name = word.rsplit('/').next().unwrap_or(word);
        program.recognise.commands.iter().any(|command| {
            command
                .split(' ')
                .any(|part| part == file_name || part == word || part == "*")
        })
    };
    let subcommands = words
        .iter()
        .skip(start)
        .take_while(|word| !word.is_empty() && !word.starts_with('-') && (!strict || listed(word)))
        .count();
    start + subcommands
}

/// Moves the indexes of a parsed command line.
pub(super) fn shift(line: &mut CommandLine, by: usize) {
    for occurrence in &mut line.occurrences {
        occurrence.argument += by;
        occurrence.value_argument = occurrence.value_argument.map(|at| at + by);
    }
    for positional in &mut line.positionals {
        *positional += by;
    }
    for detached in &mut line.detached {
        detached.argument += by;
        detached.value_argument += by;
    }
    line.stopped_at = line.stopped_at.map(|at| at + by);
    line.agreed_until = line.agreed_until.map(|at| at + by);
    if let Some(error) = &mut line.error {
        error.argument += by;
    }
}
