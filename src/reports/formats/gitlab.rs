//! `--format gitlab`: a Code Quality report (docs.gitlab.com, "Code Quality report format").

use engine::Severity;
use serde::Serialize;

use super::{ReportContent, paragraphs};
use crate::reports::json::render;

#[derive(Serialize)]
struct GitlabIssue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: GitlabIssueLocation,
    content: GitlabIssueContent,
}

/// What CodeClimate's issues, of which this format is made, have for more than a line.
#[derive(Serialize)]
struct GitlabIssueContent {
    body: String,
}

#[derive(Serialize)]
struct GitlabIssueLocation {
    path: String,
    lines: GitlabIssueLines,
}

#[derive(Serialize)]
struct GitlabIssueLines {
    begin: u32,
    end: u32,
}

/// The report: an array, one entry a finding. GitLab drops entries that share a fingerprint; ours are unique.
pub fn report(content: &ReportContent<'_>) -> String {
    let issues: Vec<GitlabIssue<'_>> = content
        .open()
        .map(|finding| GitlabIssue {
            description: format!("{}: {}", finding.rule.id, finding.message),
            check_name: finding.rule.id,
            fingerprint: &finding.fingerprint,
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: GitlabIssueLocation {
                path: content.path(finding.location.place.file),
                lines: GitlabIssueLines {
                    begin: finding.location.start.line,
                    end: finding.location.end.line,
                },
            },
            content: GitlabIssueContent {
                body: paragraphs(finding),
            },
        })
        .collect();
    render(&issues)
}
