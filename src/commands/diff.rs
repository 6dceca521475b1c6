//! `diff`: judges a change.

use std::path::Path;

use engine::Task;

use super::judged_run::{JudgedRun, RunSubject, engine_of, unread_level};
use super::outputs;
use crate::baseline::KnownFindings;
use crate::cli::{Diff, Global};
use crate::config::{Config, ConfigError};
use crate::inputs::{self, ChangeSides};
use crate::reports::Sources;
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Diff,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let Diff {
        base,
        head,
        reading,
        judgement,
        all,
        ..
    } = options;
    outputs::check(judgement)?;
    let known = KnownFindings::load(judgement)?;
    let sides = inputs::base_and_head(base, head)?;
    let mut config = config_for(&sides, options, global)?
        .selecting(&judgement.select, &judgement.ignore)?
        .bundled(reading.bundle)
        .excluding(&reading.exclude);
    let Some(engine) = engine_of(&mut config, judgement)? else {
        return Ok(ExitStatus::Fine);
    };
    let head_is_revision = sides.head_is_revision();
    let mut sides = sides.read(
        reading,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    sides.trace_findings(&engine);
    let outcome = engine.judge(Task::change(&sides.base, &sides.head));
    JudgedRun {
        sources: Sources::new(&sides.head, config.file.as_ref()).with_before(&sides.base),
        engine: &engine,
        input: &sides.head,
        unread: unread_level(reading, &outcome.unread),
        outcome,
        config: &config,
        // What the working tree has says nothing of a revision.
        is_whole: !head_is_revision,
        subject: RunSubject::Change {
            all: *all,
            skipped: &sides.skipped,
        },
    }
    .report(&known, judgement, global, terminal)
}

/// The configuration of HEAD: the one that is named, or that of its revision, or the one above its path.
fn config_for(sides: &ChangeSides, options: &Diff, global: &Global) -> Result<Config, ConfigError> {
    let profile = options.judgement.profile;
    let named = global.config.as_deref();
    if named.is_none() && sides.head_is_revision() {
        return match sides.config_of_head()? {
            Some((path, text)) => {
                let text_of = |path: &Path| sides.config_file_of_head(path);
                Config::from_text(&path, text, &text_of, profile)
            }
            None => Ok(Config::without_file(profile)),
        };
    }
    Config::load(named, &sides.config_path(), profile)
}
