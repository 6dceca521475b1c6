//! `export`: writes what other tools take.

use std::io::{self, Write};

use engine::{Engine, Task};

use super::judged_run::unread_level;
use super::{print, report_empty};
use crate::cli::{Export, ExportDialect, ExportRbac, Global, UnreadLevel};
use crate::config::Config;
use crate::inputs;
use crate::reports::{Inspected, Sources, dialect_yaml, inspect_text, rbac_yaml};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    what: &Export,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    match what {
        Export::Rbac(options) => rbac(options, global, terminal),
        Export::Alerts(options) => super::export_alerts::run(options, global),
        Export::Dialect(options) => dialect(options, global),
    }
}

fn rbac(
    options: &ExportRbac,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let source = &options.source;
    let config = Config::load(global.config.as_deref(), &inputs::first_path(source), None)?
        .bundled(source.reading.bundle)
        .excluding(&source.reading.exclude);
    let inputs::NamedInput { input, empty, .. } = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    let engine = Engine::new(config.settings);
    let outcome = engine.judge(Task::inspect(&input));
    let sources = Sources::new(&input, config.file.as_ref());
    let electors: Vec<Inspected<'_>> = outcome
        .electors
        .iter()
        .zip(&outcome.access)
        .filter(|(elector, _)| elector.may_be_on())
        .collect();
    let report = rbac_yaml::report(&electors, options.missing, sources);
    print(&report.yaml)?;
    // Standard output is for kubectl; what was left out goes to standard error.
    let mut notes = report.left_out;
    notes.push_str(&inspect_text::remarks(&outcome, None, sources, terminal));
    if !global.quiet {
        drop(io::stderr().write_all(notes.as_bytes()));
    }
    report_empty(&empty);
    let level = unread_level(&source.reading, &outcome.unread);
    let failed = level == UnreadLevel::Error && !outcome.unread.is_empty();
    Ok(if failed || !empty.is_empty() {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    })
}

fn dialect(options: &ExportDialect, global: &Global) -> Result<ExitStatus, CommandError> {
    let source = &options.source;
    let config = Config::load(global.config.as_deref(), &inputs::first_path(source), None)?
        .bundled(source.reading.bundle)
        .excluding(&source.reading.exclude);
    let inputs::NamedInput { input, empty, .. } = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    let engine = Engine::new(config.settings);
    let outcome = engine.judge(Task::inspect(&input));
    let sources = Sources::new(&input, config.file.as_ref());
    match dialect_yaml::report(outcome.electors.iter(), sources) {
        Some(yaml) => print(&yaml)?,
        None if global.quiet => {}
        None => {
            let words = "no container runs a program whose Go source is beside its manifest\n";
            drop(io::stderr().write_all(words.as_bytes()));
        }
    }
    report_empty(&empty);
    let level = unread_level(&source.reading, &outcome.unread);
    let failed = level == UnreadLevel::Error && !outcome.unread.is_empty();
    Ok(if failed || !empty.is_empty() {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    })
}
