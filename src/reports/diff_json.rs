//! `diff --format json`: the shape of `lint`, with what the change mends and what stays.

use engine::{Finding, Outcome};
use serde::Serialize;

use super::json::render;
use super::lint_json::{BaselineOut, FindingOut, InternalOut, NotJudgedOut, SummaryOut, UnreadOut};
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiffDocument<'a> {
    schema: &'static str,
    findings: Vec<FindingOut<'a>>,
    removed: Vec<FindingOut<'a>>,
    existing: Vec<FindingOut<'a>>,
    not_judged: Vec<NotJudgedOut<'a>>,
    unread: Vec<UnreadOut<'a>>,
    internal_errors: Vec<InternalOut<'a>>,
    baseline: Option<BaselineOut<'a>>,
    summary: ChangeSummary,
}

#[derive(Serialize)]
struct ChangeSummary {
    #[serde(flatten)]
    of_head: SummaryOut,
    removed: usize,
    existing: usize,
}
