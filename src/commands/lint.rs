//! `lint`: judges manifests.

use engine::Task;

use super::judged_run::{JudgedRun, RunSubject, engine_of, unread_level};
use super::{outputs, report_fixes, report_source};
use crate::baseline::KnownFindings;
use crate::cli::{Global, Lint};
use crate::config::Config;
use crate::fixes::{self, FixRun};
use crate::inputs;
use crate::reports::Sources;
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

pub fn run(
    options: &Lint,
    global: &Global,
    terminal: &Terminal,
) -> Result<ExitStatus, CommandError> {
    let Lint {
        source,
        judgement,
        fixes: fix_options,
    } = options;
    outputs::check(judgement)?;
    let reads_stdin = source.paths.iter().any(|path| path.as_os_str() == "-");
    if fix_options.are_wanted() && reads_stdin {
        return Err(CommandError::usage(
            "standard input is no file that could be fixed",
        ));
    }
    let known = KnownFindings::load(judgement)?;
    let first_path = inputs::first_path(source);
    let mut config = Config::load(global.config.as_deref(), &first_path, judgement.profile)?
        .bundled(source.reading.bundle)
        .selecting(&judgement.select, &judgement.ignore)?
        .covering(&source.paths)
        .excluding(&source.reading.exclude);
    let Some(engine) = engine_of(&mut config, judgement)? else {
        return Ok(ExitStatus::Fine);
    };
    let mut read = inputs::read(
        source,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    let fingerprints = known.fingerprints();
    let is_known = |fingerprint: &str| fingerprints.contains(fingerprint);
    let mut fixing = FixRun::new(&engine, fix_options, config.largest_file, &is_known);
    let mut diff = None;
    if fix_options.are_wanted() {
        fixing.apply(&mut read);
        if fix_options.diff {
            diff = Some(fixing.diff());
            // What is judged is what is there: nothing is changed.
            fixing.take_back(&mut read);
        } else {
            fixing.write()?;
        }
    }
    read.trace_findings(&engine);
    let inputs::NamedInput { input, empty, .. } = read;
    let mut task = Task::lint(&input);
    if global.verbose {
        task = task.with_bundles();
    }
    let outcome = engine.judge(task);
    let is_fixable = |file| !reads_stdin && fixes::may_be_edited(&input, file);
    let status = JudgedRun {
        sources: Sources::new(&input, config.file.as_ref()),
        engine: &engine,
        input: &input,
        unread: unread_level(&source.reading, &outcome.unread),
        outcome,
        config: &config,
        is_whole: true,
        subject: RunSubject::Files {
            empty: &empty,
            diff: diff.as_deref(),
            is_fixable: &is_fixable,
        },
    }
    .report(&known, judgement, global, terminal)?;
    if global.verbose {
        report_source(&input);
    }
    if fix_options.are_wanted() {
        report_fixes(&fixing, fix_options, global.quiet);
    }
    Ok(status)
}
