//! `lint`: judges manifests.

use engine::{Engine, Finding, Needs, Severity, Task};
use manifest::tree::ReadError;

use super::outputs::{self, Reports};
use super::{report_baseline, report_empty, report_fixes};
use crate::baseline::{BaselineScope, KnownFindings};
use crate::cli::{FailOn, Global, JudgeOptions, Lint, ReadArguments, SeverityChoice, UnreadLevel};
use crate::config::Config;
use crate::fixes::FixRun;
use crate::inputs;
use crate::reports::formats::ReportContent;
use crate::reports::lint_text::LintDetail;
use crate::reports::{Sources, lint_json, lint_text};
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
        fixes,
    } = options;
    outputs::check(judgement)?;
    if fixes.are_wanted() && source.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(CommandError::usage(
            "standard input is no file that could be fixed",
        ));
    }
    let known = KnownFindings::load(judgement)?;
    let first_path = inputs::first_path(source);
    let config = Config::load(global.config.as_deref(), &first_path, judgement.profile)?
        .bundled(source.reading.bundle)
        .selecting(&judgement.select, &judgement.ignore)
        .covering(&source.paths)
        .excluding(&source.reading.exclude);
    let mut read = inputs::read(source, config.exclude.as_ref(), config.largest_file)?;
    let engine = Engine::new(config.settings);
    let is_known = |fingerprint: &str| known.knows(fingerprint);
    let mut fixing = FixRun::new(&engine, fixes, config.largest_file, &is_known);
    let diff = if fixes.diff {
        // What is judged is what is there: nothing is changed.
        let inputs::NamedInput { mut input, .. } =
            inputs::read(source, config.exclude.as_ref(), config.largest_file)?;
        fixing.apply(&mut input);
        Some(fixing.diff())
    } else {
        if fixes.fix {
            fixing.apply(&mut read.input);
            fixing.write()?;
        }
        None
    };
    read.trace_findings(&engine);
    let inputs::NamedInput { input, empty, .. } = read;
    let mut task = Task::lint(&input);
    if global.verbose {
        task = task.with_bundles();
    }
    let mut outcome = engine.judge(task);
    let sources = Sources::new(&input, config.file.as_ref());
    let scope = BaselineScope {
        input: &input,
        engine: &engine,
        config: config.file.as_ref().map(|file| file.name.as_str()),
    };
    let baseline = known.apply(&mut outcome, scope)?;
    let failing = Failing {
        empty: !empty.is_empty(),
        findings: outcome.findings.iter(),
        not_judged: !outcome.not_judged.is_empty(),
        unread: !outcome.unread.is_empty(),
        internal: !outcome.internal.is_empty(),
    };
    let unread = unread_level(&source.reading, &outcome.unread);
    let status = status(failing, judgement, unread);
    let hidden = hide_mild(&mut outcome.findings, judgement);

    let shows = |finding: &&Finding| finding.suppressed.is_none() || judgement.show_suppressed;
    Reports {
        content: ReportContent {
            findings: outcome.findings.iter().filter(shows).collect(),
            unread: &outcome.unread,
            not_judged: &outcome.not_judged,
            internal: &outcome.internal,
            summary: outcome.summary,
            rules: engine
                .active()
                .iter()
                .copied()
                .filter(|rule| rule.needs != Needs::Change)
                .collect(),
            sources,
            empty: &empty,
            below_root: inputs::folder_below_root(),
        },
        text: &|terminal| {
            let amount = LintDetail {
                suppressed: judgement.show_suppressed,
                ledger: global.verbose,
                quiet: global.quiet,
            };
            lint_text::report(&outcome, sources, amount, terminal)
        },
        hidden,
        diff: diff.as_deref(),
        json: &|| lint_json::report(&outcome, sources, &baseline, judgement.show_suppressed),
    }
    .write(judgement, terminal)?;
    report_empty(&empty);
    report_baseline(&baseline, global.quiet);
    if fixes.are_wanted() {
        report_fixes(&fixing, fixes, global.quiet);
    }
    Ok(status)
}

/// Takes away the findings below `--min-severity`, and says how many would have been shown.
pub fn hide_mild(findings: &mut Vec<Finding>, judgement: &JudgeOptions) -> usize {
    let mildest = match judgement.min_severity {
        Some(SeverityChoice::Error) => Severity::Error,
        Some(SeverityChoice::Warning) => Severity::Warning,
        Some(SeverityChoice::Info) | None => return 0,
    };
    let mut hidden = 0;
    findings.retain(|finding| {
        let is_shown = finding.severity >= mildest;
        hidden += usize::from(!is_shown && finding.is_open());
        is_shown
    });
    hidden
}

/// What something unread does to a run.
pub fn unread_level(reading: &ReadArguments, unread: &[ReadError]) -> UnreadLevel {
    if inputs::must_fail(reading, unread) {
        UnreadLevel::Error
    } else {
        reading.unread
    }
}

/// What may fail a run.
pub struct Failing<I> {
    /// Findings that count.
    pub findings: I,
    /// There was nothing to judge.
    pub empty: bool,
    /// Something could not be judged.
    pub not_judged: bool,
    /// Something could not be read.
    pub unread: bool,
    /// A rule failed.
    pub internal: bool,
}

/// Findings come first, then what could not be read or judged.
pub fn status<'f>(
    mut failing: Failing<impl Iterator<Item = &'f Finding>>,
    judgement: &JudgeOptions,
    unread: UnreadLevel,
) -> ExitStatus {
    let mildest = match judgement.fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::Never => None,
    };
    let fails = |finding: &Finding| {
        finding.suppressed.is_none() && mildest.is_some_and(|mildest| finding.severity >= mildest)
    };
    let not_judged = judgement.fail_on_not_judged && failing.not_judged;
    let not_read = unread == UnreadLevel::Error && failing.unread;
    if failing.findings.any(fails) {
        ExitStatus::Findings
    } else if not_read || not_judged || failing.internal || failing.empty {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    }
}
