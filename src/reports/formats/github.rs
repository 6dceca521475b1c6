//! `--format github`: workflow commands, which GitHub shows as annotations of a pull request.

use std::fmt::Write;

use engine::{Finding, Severity};
use manifest::tree::ReadError;

use super::{ReportContent, one_line};

/// GitHub shows so many annotations of one sort for a step, and drops others without a message
/// (github.com/actions/toolkit, docs/problem-matchers.md, "Limitations").
const MAX_ANNOTATIONS_OF_A_SORT: usize = 10;

/// The report. What was not read stands among the errors.
pub fn report(content: &ReportContent<'_>) -> String {
    let mut text = String::new();
    for severity in Severity::ALL {
        let findings = content.open();
        let findings = findings.filter(|finding| finding.severity == severity);
        let mut all: Vec<String> = findings
            .map(|finding| annotation(content, finding))
            .collect();
        if severity == Severity::Error {
            all.extend(
                content
                    .unread
                    .iter()
                    .map(|unread| not_read(content, unread)),
            );
        }
        // The last one says how many are left out.
        let shown = if all.len() > MAX_ANNOTATIONS_OF_A_SORT {
            MAX_ANNOTATIONS_OF_A_SORT - 1
        } else {
            all.len()
        };
        text.extend(all.iter().take(shown).map(String::as_str));
        let left = all.len() - shown;
        if left > 0 {
            let _ = writeln!(
                text,
                "::{} title=leaselint::{left} more of severity {}: see the log or the summary of this step",
                command(severity),
                severity.as_str()
            );
        }
    }
    text
}

fn not_read(content: &ReportContent<'_>, unread: &ReadError) -> String {
    format!(
        "::error file={},line={},col={},title={}::{}\n",
        property(&content.path(unread.file)),
        unread.position.line,
        unread.position.column,
        property(&format!("leaselint: not read ({})", unread.code.as_str())),
        data(&one_line(&unread.reason)),
    )
}

fn annotation(content: &ReportContent<'_>, finding: &Finding) -> String {
    let location = &finding.location;
    let mut properties = format!(
        "file={},line={},endLine={}",
        property(&content.path(location.place.file)),
        location.start.line,
        location.end.line
    );
    // GitHub takes columns only of what stands on one line.
    if location.start.line == location.end.line {
        let _ = write!(
            properties,
            ",col={},endColumn={}",
            location.start.column, location.end.column
        );
    }
    let title = property(&format!("leaselint: {}", finding.rule.id));
    let mut message = finding.message.clone();
    for text in [&finding.help, &finding.remedy] {
        if !text.is_empty() {
            message.push('\n');
            message.push_str(text);
        }
    }
    format!(
        "::{} {properties},title={title}::{}\n",
        command(finding.severity),
        data(&message)
    )
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// What follows `::`, escaped as the runner reads it back (actions/toolkit, `core/src/command.ts`).
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, in which `:` and `,` mean something, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_means_something_is_escaped() {
        assert_eq!(data("100%: a,\r\nb"), "100%25: a,%0D%0Ab");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
