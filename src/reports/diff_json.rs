//! `diff --format json`: the shape of `lint`, with what the change mends and what stays.

use engine::{Finding, Outcome};
use serde::Serialize;

use super::json::render;
use super::lint_document::{
    BaselineOut, FindingOut, InternalOut, NotJudgedOut, SummaryOut, UnreadOut,
};
use super::sources::Sources;
use crate::baseline::BaselineReport;

/// The report. Silenced findings are listed only if asked for.
pub fn report(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    baseline: &BaselineReport,
    show_suppressed: bool,
) -> String {
    render(&DiffDocument {
        schema: "leaselint/diff/v1",
        findings: shown(&outcome.findings, sources, show_suppressed),
        removed: shown(&outcome.removed, sources, show_suppressed),
        existing: shown(&outcome.existing, sources, show_suppressed),
        not_judged: outcome
            .not_judged
            .iter()
            .map(|entry| NotJudgedOut::new(entry, sources))
            .collect(),
        unread: outcome
            .unread
            .iter()
            .map(|unread| UnreadOut::new(unread, sources))
            .collect(),
        internal_errors: outcome.internal.iter().map(InternalOut::from).collect(),
        baseline: BaselineOut::of(baseline),
        summary: ChangeSummary {
            of_head: SummaryOut::from(&outcome.summary),
            removed: open(&outcome.removed),
            existing: open(&outcome.existing),
        },
    })
}

fn shown<'a>(
    findings: &'a [Finding],
    sources: Sources<'a>,
    show_suppressed: bool,
) -> Vec<FindingOut<'a>> {
    findings
        .iter()
        .filter(|finding| show_suppressed || finding.suppressed.is_none())
        .map(|finding| FindingOut::new(finding, sources))
        .collect()
}

fn open(findings: &[Finding]) -> usize {
    let is_open = |finding: &&Finding| finding.suppressed.is_none();
    findings.iter().filter(is_open).count()
}

/// What a change does: the findings that it brings, mends and leaves, and counts.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiffDocument<'a> {
    /// The name of this shape.
    schema: &'static str,
    /// What is unsafe as a change, and what HEAD brings.
    findings: Vec<FindingOut<'a>>,
    /// What HEAD mends: findings of BASE that are gone.
    removed: Vec<FindingOut<'a>>,
    /// What both sides have.
    existing: Vec<FindingOut<'a>>,
    /// The ledger: what could not be judged, and why.
    not_judged: Vec<NotJudgedOut<'a>>,
    /// What could not be read, and why.
    unread: Vec<UnreadOut<'a>>,
    /// Rules that failed: bugs in leaselint.
    internal_errors: Vec<InternalOut<'a>>,
    /// The baseline that was applied.
    baseline: Option<BaselineOut<'a>>,
    /// Counts.
    summary: ChangeSummary,
}

/// Counts: of HEAD, and of the findings by what became of them.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ChangeSummary {
    #[serde(flatten)]
    of_head: SummaryOut,
    /// Findings that HEAD mends and that nothing silenced.
    removed: usize,
    /// Findings that both sides have and that nothing silences.
    existing: usize,
}
