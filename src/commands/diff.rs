//! `diff`: judges a change.

use engine::{Engine, Finding, Needs, Task};

use super::judged_run::{Failing, hide_mild, shows_settings, status, unread_level};
use super::outputs::{self, Reports};
use super::report_baseline;
#[cfg(feature = "custom-rules")]
use super::report_unmatched;
use crate::baseline::{BaselineScope, KnownFindings, rules_that_run};
use crate::cli::{Diff, Global};
use crate::config::{self, Config, ConfigError};
use crate::inputs::{self, ChangeSides};
use crate::reports::diff_text::DiffDetail;
use crate::reports::formats::ReportContent;
use crate::reports::{Sources, diff_json, diff_text};
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
    let config = config_for(&sides, options, global)?
        .selecting(&judgement.select, &judgement.ignore)?
        .bundled(reading.bundle)
        .excluding(&reading.exclude);
    let engine = Engine::new(config.settings);
    if shows_settings(
        judgement,
        &engine,
        config.file.as_ref(),
        config.largest_file,
    )? {
        return Ok(ExitStatus::Fine);
    }
    let mut sides = sides.read(
        reading,
        config.exclude.as_ref(),
        &config.render,
        config.largest_file,
    )?;
    sides.trace_findings(&engine);
    let mut outcome = engine.judge(Task::change(&sides.base, &sides.head));
    let sources = Sources::new(&sides.head, config.file.as_ref()).with_before(&sides.base);
    let rules = rules_that_run(&engine, |needs| needs != Needs::Live);
    let scope = BaselineScope {
        input: &sides.head,
        engine: &engine,
        ran: &rules,
        config: config.file.as_ref().map(|file| file.name.as_str()),
        is_whole: true,
    };
    let baseline = known.apply(&mut outcome, scope)?;
    let failing = Failing {
        // An empty side is an addition or a removal.
        empty: false,
        findings: counted(&outcome.findings, &outcome.existing, *all),
        not_judged: !outcome.not_judged.is_empty(),
        unread: !outcome.unread.is_empty(),
        internal: !outcome.internal.is_empty(),
    };
    let status = status(failing, judgement, unread_level(reading, &outcome.unread));
    let hidden =
        hide_mild(&mut outcome.findings, judgement) + hide_mild(&mut outcome.existing, judgement);
    hide_mild(&mut outcome.removed, judgement);

    let shows = |finding: &&Finding| finding.suppressed.is_none() || judgement.show_suppressed;
    Reports {
        content: ReportContent {
            findings: counted(&outcome.findings, &outcome.existing, *all)
                .filter(shows)
                .collect(),
            unread: &outcome.unread,
            not_judged: &outcome.not_judged,
            internal: &outcome.internal,
            summary: outcome.summary,
            rules,
            sources,
            empty: &[],
            below_root: inputs::folder_below_root(),
        },
        text: &|terminal| {
            let amount = DiffDetail {
                suppressed: judgement.show_suppressed,
                existing: *all,
                verbose: global.verbose,
                quiet: global.quiet,
                skipped: &sides.skipped,
            };
            diff_text::report(&outcome, sources, amount, terminal)
        },
        hidden,
        diff: None,
        json: &|| diff_json::report(&outcome, sources, &baseline, judgement.show_suppressed),
    }
    .write(judgement, terminal)?;
    report_baseline(&baseline, global.quiet);
    #[cfg(feature = "custom-rules")]
    if global.verbose {
        report_unmatched(&config.own_rules);
    }
    Ok(status)
}

/// The findings that count: the new ones, and with `all` those that both sides have.
fn counted<'f>(
    new: &'f [Finding],
    existing: &'f [Finding],
    all: bool,
) -> impl Iterator<Item = &'f Finding> {
    new.iter().chain(existing.iter().filter(move |_| all))
}

/// The configuration of HEAD: the one that is named, or that of its revision, or the one above its path.
fn config_for(sides: &ChangeSides, options: &Diff, global: &Global) -> Result<Config, ConfigError> {
    let profile = options.judgement.profile;
    let named = global.config.as_deref();
    if named.is_none() && sides.head_is_revision() {
        return match sides.config_of_head(&config::NAMES)? {
            Some((path, text)) => Config::from_text(&path, text, profile),
            None => Ok(Config::without_file(profile)),
        };
    }
    Config::load(named, &sides.config_path(), profile)
}
