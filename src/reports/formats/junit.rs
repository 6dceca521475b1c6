//! `--format junit`: one suite a file, one case a rule that ran.
//!
//! There is no official schema. The elements and attributes are those of the schema by which Jenkins' xUnit plugin refuses reports
//! (`junit-10.xsd`), so a case has no `file`: its `classname` is the file. GitLab shows it as the suite, and of cases of one
//! `classname` and `name` the first alone.

use std::collections::BTreeMap;
use std::fmt::Write;

use engine::{Finding, Severity};
use manifest::text::FileId;
use manifest::tree::ReadError;
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::ReportContent;
use crate::reports::lint_text::subject;

/// What a file has: findings, and what could not be read of it.
#[derive(Default)]
struct FileSuite<'a> {
    findings: Vec<&'a Finding>,
    unread: Vec<&'a ReadError>,
}

/// The report.
pub fn report(content: &ReportContent<'_>) -> String {
    let mut suites: BTreeMap<FileId, FileSuite<'_>> = BTreeMap::new();
    for (file, _) in content.sources.input().numbered() {
        suites.entry(file).or_default();
    }
    for finding in content.open() {
        let suite = suites.entry(finding.location.place.file).or_default();
        suite.findings.push(finding);
    }
    for unread in content.unread {
        suites.entry(unread.file).or_default().unread.push(unread);
    }
    let failures: usize = suites.values().map(FileSuite::failures).sum();
    let errors: usize = suites.values().map(FileSuite::errors).sum();
    let tests: usize = suites.values().map(|suite| suite.tests(content)).sum();

    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "leaselint"),
            ("tests", tests.to_string().as_str()),
            ("failures", failures.to_string().as_str()),
            ("errors", errors.to_string().as_str()),
        ])
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|(file, suite)| suite.write(content, *file, writer))
        })
        .map(drop);
    // A vector takes everything that is written.
    debug_assert!(written.is_ok());
    let body = String::from_utf8(writer.into_inner()).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n")
}

type XmlResult = Result<(), std::io::Error>;

impl FileSuite<'_> {
    /// Rules with a warning or an error: advice fails nothing.
    fn failures(&self) -> usize {
        let failing = self.findings.iter().filter(|finding| fails(finding));
        let rules: std::collections::BTreeSet<&str> =
            failing.map(|finding| finding.rule.id).collect();
        rules.len()
    }

    /// One, whatever could not be read.
    fn errors(&self) -> usize {
        usize::from(!self.unread.is_empty())
    }

    fn tests(&self, content: &ReportContent<'_>) -> usize {
        content.rules.len() + self.errors()
    }

    fn write(
        &self,
        content: &ReportContent<'_>,
        file: FileId,
        writer: &mut Writer<Vec<u8>>,
    ) -> XmlResult {
        let name = printable(&content.path(file));
        writer
            .create_element("testsuite")
            .with_attributes([
                ("name", name.as_str()),
                ("tests", self.tests(content).to_string().as_str()),
                ("failures", self.failures().to_string().as_str()),
                ("errors", self.errors().to_string().as_str()),
                ("skipped", "0"),
            ])
            .write_inner_content(|writer| {
                for rule in &content.rules {
                    let findings: Vec<&Finding> = self
                        .findings
                        .iter()
                        .copied()
                        .filter(|finding| finding.rule.id == rule.id)
                        .collect();
                    case(rule.id, &name, &findings, writer)?;
                }
                unread_case(&self.unread, &name, writer)
            })
            .map(drop)
    }
}

fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}

/// One case: what fails it in one element, since readers take the first; advice as output.
fn case(rule: &str, file: &str, findings: &[&Finding], writer: &mut Writer<Vec<u8>>) -> XmlResult {
    let element = writer
        .create_element("testcase")
        .with_attributes([("name", rule), ("classname", file)]);
    if findings.is_empty() {
        return element.write_empty().map(drop);
    }
    let text = |failing: bool| {
        let mut text = String::new();
        for finding in findings.iter().filter(|finding| fails(finding) == failing) {
            let at = finding.location.start;
            let subject = subject(&finding.object, finding.container.as_deref());
            let _ = writeln!(
                text,
                "{file}:{}:{}: {}: {}\n{subject}\n{}",
                at.line,
                at.column,
                finding.severity.as_str(),
                finding.message,
                finding.help
            );
            if !finding.remedy.is_empty() {
                let _ = writeln!(text, "remedy: {}", finding.remedy);
            }
            text.push('\n');
        }
        printable(&text)
    };
    let worst = findings.iter().max_by_key(|finding| finding.severity);
    element
        .write_inner_content(|writer| {
            if let Some(worst) = worst.filter(|worst| fails(worst)) {
                writer
                    .create_element("failure")
                    .with_attributes([
                        ("message", printable(&worst.message).as_str()),
                        ("type", worst.severity.as_str()),
                    ])
                    .write_text_content(BytesText::new(&text(true)))?;
            }
            let advice = text(false);
            if !advice.is_empty() {
                writer
                    .create_element("system-out")
                    .write_text_content(BytesText::new(&advice))?;
            }
            Ok(())
        })
        .map(drop)
}

/// What could not be read of a file, in one element.
fn unread_case(unread: &[&ReadError], file: &str, writer: &mut Writer<Vec<u8>>) -> XmlResult {
    let Some(first) = unread.first() else {
        return Ok(());
    };
    let mut text = String::new();
    for ReadError {
        position, reason, ..
    } in unread
    {
        let _ = writeln!(
            text,
            "{file}:{}:{}: {reason}",
            position.line, position.column
        );
    }
    writer
        .create_element("testcase")
        .with_attributes([("name", "read"), ("classname", file)])
        .write_inner_content(|writer| {
            writer
                .create_element("error")
                .with_attributes([
                    ("message", printable(&first.reason).as_str()),
                    ("type", first.code.as_str()),
                ])
                .write_text_content(BytesText::new(&printable(&text)))
                .map(drop)
        })
        .map(drop)
}

/// A text without the characters that XML 1.0 has no way to hold.
fn printable(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' | '\n' | '\r' => character,
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            _ => character,
        })
        .collect()
}
