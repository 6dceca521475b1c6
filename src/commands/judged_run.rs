//! What becomes of what was judged: the baseline, the reports, the exit status.

use engine::{Engine, Finding, Input, Needs, Outcome, Severity};
use manifest::text::FileId;
use manifest::tree::ReadError;

use super::outputs::Reports;
#[cfg(feature = "custom-rules")]
use super::report_unmatched;
use super::{print, report_baseline, report_empty};
use crate::baseline::{BaselineScope, KnownFindings, rules_that_run};
use crate::cli::{FailOn, Global, JudgeOptions, ReadArguments, SeverityChoice, UnreadLevel};
use crate::config::Config;
use crate::inputs;
use crate::reports::diff_text::DiffDetail;
use crate::reports::formats::ReportContent;
use crate::reports::grouping::FindingsDetail;
use crate::reports::lint_text::LintDetail;
use crate::reports::{
    LiveParts, NotRead, Sources, VerifiedOut, diff_json, diff_text, lint_json, lint_text,
    settings_yaml,
};
use crate::status::{CommandError, ExitStatus};
use crate::terminal::Terminal;

/// What was judged, and of what.
pub struct JudgedRun<'a> {
    pub engine: &'a Engine,
    /// What reports name; of a change, HEAD.
    pub input: &'a Input,
    pub outcome: Outcome<'a>,
    pub sources: Sources<'a>,
    pub config: &'a Config,
    /// What something unread does to the run.
    pub unread: UnreadLevel,
    /// Whether a file or an object that is not in the input is gone; otherwise the run may have left it out.
    pub is_whole: bool,
    pub subject: RunSubject<'a>,
}

/// What is judged.
#[derive(Clone, Copy)]
pub enum RunSubject<'a> {
    /// Files.
    Files {
        /// Folders and standard input that gave nothing to judge, a sentence each.
        empty: &'a [String],
        /// What fixes would change, shown in the place of the findings.
        diff: Option<&'a str>,
        /// Whether a file may be edited.
        is_fixable: &'a dyn Fn(FileId) -> bool,
    },
    /// A live cluster.
    #[cfg_attr(
        not(feature = "live"),
        expect(dead_code, reason = "a build without it reads no cluster")
    )]
    Cluster {
        /// What may not be read.
        not_read: &'a [NotRead],
        /// Whether its Leases were watched: rules that need it run.
        is_observed: bool,
        /// What the API server says of the rights of electors, if it was asked.
        verified: Option<&'a VerifiedOut>,
    },
    /// A change.
    Change {
        /// The findings that both sides have count, too.
        all: bool,
        /// What was left out of the judgement.
        skipped: &'a [String],
    },
}

impl<'a> RunSubject<'a> {
    /// Whether a rule that needs this runs.
    fn meets(self, needs: Needs) -> bool {
        match needs {
            Needs::File | Needs::Bundle => true,
            Needs::Live => matches!(
                self,
                Self::Cluster {
                    is_observed: true,
                    ..
                }
            ),
            Needs::Change => matches!(self, Self::Change { .. }),
        }
    }

    /// The findings that count: of a change the new ones, and with `all` those that both sides have.
    fn counted<'f>(self, outcome: &'f Outcome<'_>) -> impl Iterator<Item = &'f Finding> + use<'f> {
        let all = matches!(self, Self::Change { all: true, .. });
        let existing = outcome.existing.iter().filter(move |_| all);
        outcome.findings.iter().chain(existing)
    }

    /// What gave nothing to judge. An empty side of a change is an addition or a removal.
    const fn empty(self) -> &'a [String] {
        match self {
            Self::Files { empty, .. } => empty,
            Self::Cluster { .. } | Self::Change { .. } => &[],
        }
    }

    const fn live(self) -> Option<LiveParts<'a>> {
        match self {
            Self::Cluster {
                not_read, verified, ..
            } => Some((not_read, verified)),
            Self::Files { .. } | Self::Change { .. } => None,
        }
    }
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
        let subject = self.subject;
        let rules = rules_that_run(self.engine, |needs| subject.meets(needs));
        let scope = BaselineScope {
            input: self.input,
            engine: self.engine,
            ran: &rules,
            config: self.config.file.as_ref().map(|file| file.name.as_str()),
            is_whole: self.is_whole,
            is_live: subject.live().is_some(),
        };
        let baseline = known.apply(&mut self.outcome, scope)?;
        let status = status(&self.outcome, subject, judgement, self.unread);
        let outcome = &mut self.outcome;
        let hidden = hide_mild(&mut outcome.findings, judgement)
            + hide_mild(&mut outcome.existing, judgement);
        hide_mild(&mut outcome.removed, judgement);

        let (outcome, sources) = (&self.outcome, self.sources);
        let shows_suppressed = judgement.show_suppressed;
        let shows = |finding: &&Finding| finding.suppressed.is_none() || shows_suppressed;
        Reports {
            content: ReportContent {
                findings: subject.counted(outcome).filter(shows).collect(),
                unread: &outcome.unread,
                not_judged: &outcome.not_judged,
                internal: &outcome.internal,
                summary: outcome.summary,
                rules,
                sources,
                empty: subject.empty(),
                below_root: match subject.live() {
                    Some(_) => String::new(),
                    None => inputs::folder_below_root(),
                },
            },
            text: &|terminal| text(outcome, sources, subject, (judgement, global), terminal),
            hidden,
            diff: match subject {
                RunSubject::Files { diff, .. } => diff,
                RunSubject::Cluster { .. } | RunSubject::Change { .. } => None,
            },
            json: &|| match subject {
                RunSubject::Change { .. } => {
                    diff_json::report(outcome, sources, &baseline, shows_suppressed)
                }
                RunSubject::Files { .. } | RunSubject::Cluster { .. } => {
                    let live = subject.live();
                    lint_json::report(outcome, sources, &baseline, live, shows_suppressed)
                }
            },
        }
        .write(judgement, terminal)?;
        report_empty(subject.empty());
        report_baseline(&baseline, global.quiet);
        #[cfg(feature = "custom-rules")]
        if global.verbose {
            report_unmatched(&self.config.own_rules);
        }
        Ok(status)
    }
}

/// The report for people.
fn text(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    subject: RunSubject<'_>,
    (judgement, global): (&JudgeOptions, &Global),
    terminal: &Terminal,
) -> String {
    let wants_infos =
        judgement.min_severity == Some(SeverityChoice::Info) || judgement.fail_on == FailOn::Info;
    let findings = FindingsDetail {
        every: global.verbose,
        infos: wants_infos,
    };
    if let RunSubject::Change { all, skipped } = subject {
        let amount = DiffDetail {
            suppressed: judgement.show_suppressed,
            existing: all,
            verbose: global.verbose,
            quiet: global.quiet,
            findings,
            skipped,
        };
        return diff_text::report(outcome, sources, amount, terminal);
    }
    let amount = LintDetail {
        suppressed: judgement.show_suppressed,
        ledger: global.verbose,
        quiet: global.quiet,
        findings,
        is_fixable: match subject {
            RunSubject::Files { is_fixable, .. } => is_fixable,
            RunSubject::Cluster { .. } | RunSubject::Change { .. } => &|_| false,
        },
    };
    lint_text::report(outcome, sources, subject.live(), amount, terminal)
}

/// The engine of a run, which takes the settings out of its configuration; `None` where they are shown in the place of judging
/// (`--show-settings`).
pub fn engine_of(
    config: &mut Config,
    judgement: &JudgeOptions,
) -> Result<Option<Engine>, CommandError> {
    let engine = Engine::new(std::mem::take(&mut config.settings));
    if judgement.show_settings {
        let file = config.file.as_ref();
        print(&settings_yaml::report(&engine, file, config.largest_file))?;
        return Ok(None);
    }
    Ok(Some(engine))
}

/// Takes away the findings below `--min-severity`, and says how many would have been shown.
fn hide_mild(findings: &mut Vec<Finding>, judgement: &JudgeOptions) -> usize {
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

/// Findings come first, then what could not be read or judged.
fn status(
    outcome: &Outcome<'_>,
    subject: RunSubject<'_>,
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
    let not_judged = judgement.fail_on_not_judged && !outcome.not_judged.is_empty();
    let not_read = unread == UnreadLevel::Error && !outcome.unread.is_empty();
    let is_empty = !subject.empty().is_empty();
    if subject.counted(outcome).any(fails) {
        ExitStatus::Findings
    } else if not_read || not_judged || !outcome.internal.is_empty() || is_empty {
        ExitStatus::Unread
    } else {
        ExitStatus::Fine
    }
}
