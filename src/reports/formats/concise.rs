//! `--format concise`: a line a finding, then what was not read, then the counts.

use std::fmt::Write;

use engine::Severity;

use super::{ReportContent, count_of, one_line};
use crate::reports::fold::count;
use crate::terminal::{Terminal, style_of, visible};

/// The report.
pub fn report(content: &ReportContent<'_>, terminal: &Terminal) -> String {
    let mut text = String::new();
    for finding in &content.findings {
        let at = finding.location.start;
        let ignored = if finding.suppressed.is_some() {
            "ignored "
        } else {
            ""
        };
        let head = format!(
            "{ignored}{}[{}]",
            finding.severity.as_str(),
            finding.rule.id
        );
        let _ = writeln!(
            text,
            "{}:{}:{}: {}: {}",
            visible(content.sources.name(finding.location.place.file)),
            at.line,
            at.column,
            terminal.paint(style_of(finding.severity), &head),
            visible(&one_line(&finding.message)),
        );
    }
    for unread in content.unread {
        let at = unread.position;
        let _ = writeln!(
            text,
            "{}:{}:{}: not read[{}]: {}",
            visible(content.sources.name(unread.file)),
            at.line,
            at.column,
            unread.code.as_str(),
            visible(&one_line(&unread.reason)),
        );
    }
    for error in content.internal {
        let message = one_line(&error.message);
        let _ = writeln!(
            text,
            "internal error[{}]: {}",
            error.rule,
            visible(&message)
        );
    }
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| {
            let number = u32::try_from(count_of(content, severity)).unwrap_or(u32::MAX);
            count(number, severity.as_str())
        })
        .collect();
    let summary = &content.summary;
    let _ = writeln!(
        text,
        "{} in {}; {} ignored, {} not judged, {} not read",
        counts.join(", "),
        count(summary.files, "file"),
        summary.suppressed,
        summary.not_judged,
        summary.unread,
    );
    text
}
