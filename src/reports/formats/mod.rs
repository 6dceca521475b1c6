//! The formats that other tools read: one file each, all from the same content, for every command that judges.

mod concise;
mod github;
mod gitlab;
mod junit;
mod markdown;
mod sarif;
mod uri;

pub use concise::report as concise;
pub use github::report as github;
pub use gitlab::report as gitlab;
pub use junit::report as junit;
pub use markdown::report as markdown;
pub use sarif::report as sarif;

use engine::{Finding, InternalError, NotJudged, Rule, Severity, Summary};
use manifest::text::FileId;
use manifest::tree::ReadError;

use super::sources::Sources;

/// What one run of a command that judges has to say.
#[derive(Clone)]
pub struct ReportContent<'a> {
    /// The findings that are shown, in the order of files and places; suppressed ones only if asked for.
    pub findings: Vec<&'a Finding>,
    /// What could not be read.
    pub unread: &'a [ReadError],
    /// What could not be judged.
    pub not_judged: &'a [NotJudged],
    /// Rules that failed.
    pub internal: &'a [InternalError],
    /// Counts.
    pub summary: Summary,
    /// The rules that ran.
    pub rules: Vec<&'static Rule>,
    /// Names and texts of the files.
    pub sources: Sources<'a>,
    /// Folders and standard input that gave nothing to judge, a sentence each; none where that is allowed.
    pub empty: &'a [String],
    /// The folder of the run below the repository's root, with `/` and a `/` at its end; empty at the root
    /// or where there is no repository. Uploaders want paths from the root on.
    pub below_root: String,
}

impl<'a> ReportContent<'a> {
    /// The findings that count: nothing silences them.
    fn open(&self) -> impl Iterator<Item = &'a Finding> + '_ {
        let findings = self.findings.iter().copied();
        findings.filter(|finding| finding.suppressed.is_none())
    }

    /// The path of a file from the repository's root on, as far as that is known.
    fn path(&self, file: FileId) -> String {
        uri::path_from_root(&self.below_root, self.sources.name(file))
    }
}

/// How many open findings have a severity.
fn count_of(content: &ReportContent<'_>, severity: Severity) -> usize {
    content
        .open()
        .filter(|finding| finding.severity == severity)
        .count()
}

/// What happens and what to do about it, as two paragraphs of Markdown.
fn paragraphs(finding: &Finding) -> String {
    let mut text = finding.help.clone();
    if !finding.remedy.is_empty() {
        text.push_str("\n\n**Remedy:** ");
        text.push_str(&finding.remedy);
    }
    text
}

/// A text in one line, as logs want it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
