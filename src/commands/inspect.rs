//! `inspect`: shows every elector.

use election::Elector;
use engine::{Engine, Task};

use super::judged_run::unread_level;
use super::{print, report_empty, report_source};
use crate::cli::{Format, Global, Inspect, UnreadLevel};
use crate::config::Config;
use crate::inputs;
use crate::reports::{Inspected, Sources, inspect_json, inspect_text};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Inspect,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let source = &options.source;
    let config = Config::load(global.config.as_deref(), &inputs::first_path(source), None)?
        .bundled(source.reading.bundle)
        .excluding(&source.reading.exclude);
    let mut read = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    let engine = Engine::new(config.settings);
    read.trace_electors(&engine);
    let inputs::NamedInput { input, empty, .. } = read;
    let outcome = engine.judge(Task::inspect(&input));
    let sources = Sources::new(&input, config.file.as_ref());

    let is_meant = |(elector, _): &Inspected<'_>| {
        options.name.is_empty() || options.name.iter().any(|name| goes_by(elector, name))
    };
    let electors: Vec<Inspected<'_>> = outcome
        .electors
        .iter()
        .zip(&outcome.access)
        .filter(is_meant)
        .collect();
    print(&match options.format {
        Format::Json => inspect_json::report(&electors, sources),
        Format::Text => {
            let mut text = match electors.as_slice() {
                [] => String::new(),
                [_] => inspect_text::details(&electors, sources, terminal),
                _ if options.detail => inspect_text::details(&electors, sources, terminal),
                _ => inspect_text::overview(&electors, sources, terminal),
            };
            text.push_str(&inspect_text::remarks(
                &outcome,
                Some(electors.len()),
                sources,
                (global.verbose, terminal),
            ));
            text
        }
    })?;
    if global.verbose {
        report_source(&input);
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

/// Whether an elector is known by a name.
fn goes_by(elector: &Elector<'_>, name: &str) -> bool {
    elector.object.name() == Some(name)
        || elector.container.name() == name
        || elector.program.id == name
        || elector.lock_name.value().is_some_and(|lock| lock == name)
}
