//! What every `export` reads, and how it ends.

use engine::{Engine, Outcome, Task};

use super::judged_run::unread_level;
use super::report_empty;
use crate::cli::{Global, InputOptions, UnreadLevel};
use crate::config::Config;
use crate::inputs;
use crate::reports::Sources;
use crate::status::{CommandError, ExitStatus};

/// The configuration and the files that an export is made of.
fn read(
    source: &InputOptions,
    global: &Global,
) -> Result<(Config, inputs::NamedInput), CommandError> {
    let config = Config::load(global.config.as_deref(), &inputs::first_path(source), None)?
        .bundled(source.reading.bundle)
        .excluding(&source.reading.exclude);
    let named = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    Ok((config, named))
}

/// Reads what an export is made of, and has it made of the electors in it; returns that and the exit status.
pub fn of_electors<T>(
    source: &InputOptions,
    global: &Global,
    make: impl FnOnce(&Outcome<'_>, Sources<'_>) -> Result<T, CommandError>,
) -> Result<(T, ExitStatus), CommandError> {
    let (config, named) = read(source, global)?;
    let engine = Engine::new(config.settings);
    let outcome = engine.judge(Task::inspect(&named.input));
    let sources = Sources::new(&named.input, config.file.as_ref());
    let made = make(&outcome, sources)?;
    Ok((made, end(source, &named.empty, &outcome)))
}

/// Reports what gave nothing to export, and chooses the exit status.
fn end(source: &InputOptions, empty: &[String], outcome: &Outcome<'_>) -> ExitStatus {
    report_empty(empty);
    let level = unread_level(&source.reading, &outcome.unread);
    let failed = level == UnreadLevel::Error && !outcome.unread.is_empty();
    if failed || !empty.is_empty() {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    }
}
