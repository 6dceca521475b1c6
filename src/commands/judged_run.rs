//! What becomes of what was judged: the baseline, the reports, the exit status.

use engine::{Engine, Finding, Input, Needs, Outcome, Severity};
use manifest::tree::ReadError;

use super::outputs::Reports;
use super::{print, report_baseline, report_empty};
use crate::baseline::{BaselineScope, KnownFindings, rules_that_run};
use crate::cli::{FailOn, Global, JudgeOptions, ReadArguments, SeverityChoice, UnreadLevel};
use crate::config::ConfigFile;
use crate::inputs;
use crate::reports::formats::ReportContent;
use crate::reports::lint_text::LintDetail;
use crate::reports::{NotRead, Sources, VerifiedOut, lint_json, lint_text, settings_yaml};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

/// What was judged, and of what.
pub struct JudgedRun<'a> {
    pub engine: &'a Engine,
    pub input: &'a Input,
    pub outcome: Outcome<'a>,
    pub sources: Sources<'a>,
    pub config: Option<&'a ConfigFile>,
    /// Folders and standard input that gave nothing to judge, a sentence each.
    pub empty: &'a [String],
    /// What something unread does to the run.
    pub unread: UnreadLevel,
    /// Of a live cluster, what may not be read.
    pub not_read: Option<&'a [NotRead]>,
    /// Whether the Leases of a live cluster were watched: rules that need it run.
    pub is_observed: bool,
    /// Whether a file or an object that is not in the input is gone; otherwise the run may have left it out.
    pub is_whole: bool,
    /// Of a live cluster, what the API server says of the rights of electors, if it was asked.
    pub verified: Option<&'a VerifiedOut>,
    /// What fixes would change, shown in the place of the findings.
    pub diff: Option<&'a str>,
}

impl JudgedRun<'_> {
    /// Writes the reports, and says how the run ends.
    pub fn report(
        mut self,
        known: &KnownFindings,
        judgement: &JudgeOptions,
        global: &Global,
        terminal: &Terminal,
    ) -> Result<ExitStatus, CommandError> {
        let rules = rules_that_run(self.engine, |needs| match needs {
            Needs::File | Needs::Bundle => true,
            Needs::Live => self.is_observed,
            Needs::Change => false,
        });
        let scope = BaselineScope {
            input: self.input,
            engine: self.engine,
            ran: &rules,
            config: self.config.map(|file| file.name.as_str()),
            is_whole: self.is_whole,
        };
        let baseline = known.apply(&mut self.outcome, scope)?;
        let outcome = &mut self.outcome;
        let failing = Failing {
            empty: !self.empty.is_empty(),
            findings: outcome.findings.iter(),
            not_judged: !outcome.not_judged.is_empty(),
            unread: !outcome.unread.is_empty(),
            internal: !outcome.internal.is_empty(),
        };
        let status = status(failing, judgement, self.unread);
        let hidden = hide_mild(&mut outcome.findings, judgement);
        let outcome = &self.outcome;
        let (sources, is_live) = (self.sources, self.not_read.is_some());
        let shows = |finding: &&Finding| finding.suppressed.is_none() || judgement.show_suppressed;
        Reports {
            content: ReportContent {
                findings: outcome.findings.iter().filter(shows).collect(),
                unread: &outcome.unread,
                not_judged: &outcome.not_judged,
                internal: &outcome.internal,
                summary: outcome.summary,
                rules,
                sources,
                empty: self.empty,
                below_root: match is_live {
                    true => String::new(),
                    false => inputs::folder_below_root(),
                },
            },
            text: &|terminal| {
                let amount = LintDetail {
                    suppressed: judgement.show_suppressed,
                    ledger: global.verbose,
                    quiet: global.quiet,
                };
                let live = self.not_read.map(|not_read| (not_read, self.verified));
                lint_text::report(outcome, sources, live, amount, terminal)
            },
            hidden,
            diff: self.diff,
            json: &|| {
                let shown = judgement.show_suppressed;
                let live = self.not_read.map(|not_read| (not_read, self.verified));
                lint_json::report(outcome, sources, &baseline, live, shown)
            },
        }
        .write(judgement, terminal)?;
        report_empty(self.empty);
        report_baseline(&baseline, global.quiet);
        Ok(status)
    }
}

/// `--show-settings`: shows what holds in a run, in the place of judging.
pub fn shows_settings(
    judgement: &JudgeOptions,
    engine: &Engine,
    file: Option<&ConfigFile>,
    largest_file: u64,
) -> Result<bool, CommandError> {
    if judgement.show_settings {
        print(&settings_yaml::report(engine, file, largest_file))?;
    }
    Ok(judgement.show_settings)
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
