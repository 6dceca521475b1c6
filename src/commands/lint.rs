//! `lint`: judges manifests.

use engine::{Engine, Task};

use super::judged_run::{JudgedRun, RunSubject, shows_settings, unread_level};
#[cfg(feature = "custom-rules")]
use super::report_unmatched;
use super::{outputs, report_fixes};
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
    let config = Config::load(global.config.as_deref(), &first_path, judgement.profile)?
        .bundled(source.reading.bundle)
        .selecting(&judgement.select, &judgement.ignore)?
        .covering(&source.paths)
        .excluding(&source.reading.exclude);
    let engine = Engine::new(config.settings);
    if shows_settings(
        judgement,
        &engine,
        config.file.as_ref(),
        config.largest_file,
    )? {
        return Ok(ExitStatus::Fine);
    }
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
        fixing.apply(&mut read.input);
        if fix_options.diff {
            diff = Some(fixing.diff());
            // What is judged is what is there: nothing is changed.
            fixing.take_back(&mut read.input);
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
        config: config.file.as_ref(),
        is_whole: true,
        subject: RunSubject::Files {
            empty: &empty,
            diff: diff.as_deref(),
            is_fixable: &is_fixable,
        },
    }
    .report(&known, judgement, global, terminal)?;
    #[cfg(feature = "custom-rules")]
    if global.verbose {
        report_unmatched(&config.own_rules);
    }
    if fix_options.are_wanted() {
        report_fixes(&fixing, fix_options, global.quiet);
    }
    Ok(status)
}
