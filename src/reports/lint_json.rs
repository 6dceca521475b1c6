//! `lint --format json`, and that of `audit`.

use engine::{Finding, Fix, InternalError, NotJudged, Outcome, Summary, Suppression};
use manifest::tree::ReadError;

use super::json::{LiveParts, LocationOut, ObjectOut, render};
use super::lint_document::{
    BaselineEntryOut, BaselineOut, EditOut, FindingOut, FixOut, InternalOut, LintDocument,
    NotJudgedOut, RelatedOut, SummaryOut, SuppressedOut, UnreadOut,
};
use super::sources::Sources;
use crate::baseline::BaselineReport;

/// The report. Silenced findings are listed only if asked for.
pub fn report(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    baseline: &BaselineReport,
    live: Option<LiveParts<'_>>,
    show_suppressed: bool,
) -> String {
    let findings = outcome.findings.iter();
    render(&LintDocument {
        schema: match live {
            Some(_) => "leaselint/audit/v1",
            None => "leaselint/lint/v1",
        },
        findings: findings
            .filter(|finding| show_suppressed || finding.suppressed.is_none())
            .map(|finding| FindingOut::new(finding, sources))
            .collect(),
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
        not_read: live.map(|(not_read, _)| not_read),
        verified_access: live.and_then(|(_, verified)| verified),
        baseline: BaselineOut::of(baseline),
        summary: SummaryOut::from(&outcome.summary),
    })
}

impl<'a> FindingOut<'a> {
    pub fn new(finding: &'a Finding, sources: Sources<'a>) -> Self {
        let related = finding.related.iter().map(|related| RelatedOut {
            location: LocationOut::new(&related.location, sources),
            message: &related.message,
        });
        Self {
            rule: finding.rule.id,
            severity: finding.severity.as_str(),
            message: &finding.message,
            help: &finding.help,
            remedy: &finding.remedy,
            url: finding.rule.url(),
            object: ObjectOut::from(&finding.object),
            container: finding.container.as_deref(),
            location: LocationOut::new(&finding.location, sources),
            related: related.collect(),
            fingerprint: &finding.fingerprint,
            fixes: finding
                .fixes
                .iter()
                .map(|fix| FixOut::new(fix, sources))
                .collect(),
            suppressed: finding.suppressed.as_ref().map(SuppressedOut::from),
        }
    }
}

impl<'a> FixOut<'a> {
    fn new(fix: &'a Fix, sources: Sources<'a>) -> Self {
        let edits = fix.edits.iter().map(|edit| EditOut {
            file: sources.name(edit.place.file),
            start: edit.place.span.start,
            end: edit.place.span.end,
            text: &edit.text,
        });
        Self {
            title: &fix.title,
            safe: fix.safe,
            edits: edits.collect(),
        }
    }
}

impl<'a> BaselineOut<'a> {
    pub fn of(report: &'a BaselineReport) -> Option<Self> {
        let unmatched = report.unmatched.iter().map(|entry| BaselineEntryOut {
            line: entry.line,
            fingerprint: &entry.fingerprint,
            rule: &entry.rule,
            file: &entry.file,
        });
        Some(Self {
            file: report.file.as_deref()?,
            unmatched: unmatched.collect(),
        })
    }
}

impl<'a> UnreadOut<'a> {
    pub fn new(unread: &'a ReadError, sources: Sources<'a>) -> Self {
        Self {
            file: sources.name(unread.file),
            line: unread.position.line,
            column: unread.position.column,
            code: unread.code.as_str(),
            reason: &unread.reason,
        }
    }
}

impl From<&Summary> for SummaryOut {
    fn from(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            documents: summary.documents,
            objects: summary.objects,
            electors: summary.electors,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            not_judged: summary.not_judged,
            unread: summary.unread,
        }
    }
}

impl<'a> NotJudgedOut<'a> {
    pub fn new(entry: &'a NotJudged, sources: Sources<'a>) -> Self {
        Self {
            rule: entry.rule.id,
            object: ObjectOut::from(&entry.object),
            container: entry.container.as_deref(),
            location: LocationOut::new(&entry.location, sources),
            code: entry.code.as_str(),
            reason: &entry.reason,
        }
    }
}

impl<'a> From<&'a Suppression> for SuppressedOut<'a> {
    fn from(suppression: &'a Suppression) -> Self {
        Self {
            by: suppression.by.as_str(),
            reason: &suppression.reason,
        }
    }
}

impl<'a> From<&'a InternalError> for InternalOut<'a> {
    fn from(error: &'a InternalError) -> Self {
        Self {
            rule: error.rule,
            message: &error.message,
        }
    }
}
