//! Which findings people are shown, and how: of each rule every cause once with its source, the others a line each, and those
//! beyond a number are counted. Advice is counted where something worse was found.

use std::collections::BTreeMap;
use std::fmt::Write;

use engine::{Finding, Severity};

use super::finding_text::rendered;
use super::fold::{count_of, fold};
use super::lint_text::subject;
use super::sources::Sources;
use crate::terminal::{FAINT, Terminal, style_of, visible};

/// So many causes of a rule are shown with their source.
const MAX_WHOLE: usize = 3;

/// So many others of it are shown by their place.
const MAX_PLACES: usize = 10;

/// Which findings are shown, and how.
#[derive(Clone, Copy, Debug)]
pub struct FindingsDetail {
    /// Each one with its source.
    pub every: bool,
    /// Advice, whatever else there is.
    pub infos: bool,
}

/// What findings have in common that say the same of different objects.
type FindingCause<'f> = (&'f str, &'f str, &'f str);

fn cause(finding: &Finding) -> FindingCause<'_> {
    (&finding.message, &finding.help, &finding.remedy)
}

/// What findings are grouped by: the order of the map is that in which rules are named.
type FindingKind = (std::cmp::Reverse<Severity>, &'static str, bool);

fn kind(finding: &Finding) -> FindingKind {
    let severity = std::cmp::Reverse(finding.severity);
    (severity, finding.rule.id, finding.suppressed.is_some())
}

impl FindingsDetail {
    /// The findings that are shown, and how many are not, because they are advice.
    pub fn without_infos(self, findings: Vec<&Finding>) -> (Vec<&Finding>, usize) {
        let is_info = |finding: &Finding| finding.severity == Severity::Info && finding.is_open();
        if self.infos || self.every || findings.iter().all(|finding| is_info(finding)) {
            return (findings, 0);
        }
        let before = findings.len();
        let mut shown = findings;
        shown.retain(|finding| !is_info(finding));
        let hidden = before - shown.len();
        (shown, hidden)
    }
}

/// How to see advice that is not shown, as a sentence after others.
pub const fn infos_hint(hidden: usize) -> &'static str {
    match hidden {
        0 => "",
        1 => " The info is not shown (--min-severity info shows it).",
        _ => " The infos are not shown (--min-severity info shows them).",
    }
}

/// The findings in their order, and then, rule by rule, the places of those that are left.
pub fn findings(
    findings: &[&Finding],
    sources: Sources<'_>,
    detail: FindingsDetail,
    terminal: &Terminal,
) -> String {
    let mut text = String::new();
    let mut whole: BTreeMap<FindingKind, Vec<FindingCause<'_>>> = BTreeMap::new();
    let mut others: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let kind = kind(finding);
        let causes = whole.entry(kind).or_default();
        let is_new = causes.len() < MAX_WHOLE && !causes.contains(&cause(finding));
        if detail.every || is_new {
            causes.push(cause(finding));
            text.push_str(&rendered(finding, sources, terminal));
        } else {
            others.entry(kind).or_default().push(finding);
        }
    }
    for (kind, others) in &others {
        let causes = whole.get(kind).map_or(&[][..], Vec::as_slice);
        places(others, causes, sources, terminal, &mut text);
    }
    text
}

/// A rule in so many more places, and the first of them.
fn places(
    findings: &[&Finding],
    causes: &[FindingCause<'_>],
    sources: Sources<'_>,
    terminal: &Terminal,
    text: &mut String,
) {
    let Some(first) = findings.first() else {
        return;
    };
    let ignored = if first.suppressed.is_some() {
        "ignored "
    } else {
        ""
    };
    let head = format!("{ignored}{}[{}]", first.severity.as_str(), first.rule.id);
    let head = terminal.paint(style_of(first.severity), &head);
    let places = count_of(findings.len(), "more place");
    let _ = writeln!(text, "{head}: the same rule in {places}");
    for finding in findings.iter().take(MAX_PLACES) {
        let file = visible(sources.name(finding.location.place.file));
        let at = finding.location.start;
        let subject = subject(&finding.object, finding.container.as_deref());
        let place = format!("  --> {file}:{}:{},", at.line, at.column);
        let width = place.chars().count() + 1 + subject.chars().count();
        let separator = match terminal.columns {
            Some(columns) if width > columns => "\n      ",
            _ => " ",
        };
        let _ = writeln!(text, "{place}{separator}{subject}");
        // A message that stands above is not repeated.
        if !causes
            .iter()
            .any(|(message, ..)| *message == finding.message)
        {
            let room = terminal.prose_width().saturating_sub(6).max(30);
            for line in fold(&visible(&finding.message), room).lines() {
                let _ = writeln!(text, "      {line}");
            }
        }
    }
    if let Some(left) = findings
        .len()
        .checked_sub(MAX_PLACES)
        .filter(|left| *left > 0)
    {
        let left = format!("  and {left} more (-v shows each with its source)");
        let _ = writeln!(text, "{}", terminal.paint(FAINT, &left));
    }
    text.push('\n');
}
