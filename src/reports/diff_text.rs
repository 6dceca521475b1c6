//! `diff` for people: what is unsafe as a change, what it introduces, what it mends, and how much stays.

use std::fmt::Write;

use engine::{Finding, Group, Outcome};

use super::fold::{count, fold_on_terminal};
use super::grouping::{self, FindingsDetail};
use super::lint_text::{counts, ledger, subject, troubles};
use super::sources::Sources;
use crate::terminal::visible;
use crate::terminal::{BAD, GOOD, STRONG, Terminal};

/// How much to show.
#[derive(Clone, Copy, Debug)]
pub struct DiffDetail<'a> {
    /// Findings that an ignore silences, too.
    pub suppressed: bool,
    /// What both sides have, too.
    pub existing: bool,
    /// The ledger, and what the change mends, entry by entry.
    pub verbose: bool,
    /// Findings and what was not read, nothing else.
    pub quiet: bool,
    /// Which findings are shown, and how.
    pub findings: FindingsDetail,
    /// What was left out of the judgement.
    pub skipped: &'a [String],
}

/// The report.
pub fn report(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    amount: DiffDetail<'_>,
    terminal: &Terminal,
) -> String {
    let mut text = String::new();
    let (transitions, introduced): (Vec<&Finding>, Vec<&Finding>) = outcome
        .findings
        .iter()
        .partition(|finding| finding.rule.group == Group::Transitions);
    let existing = if amount.existing {
        outcome.existing.iter().collect()
    } else {
        Vec::new()
    };
    let mut hidden_infos = 0;
    for (title, findings) in [
        ("Unsafe as a change:", transitions),
        ("New with this change:", introduced),
        ("As before:", existing),
    ] {
        let findings = findings.into_iter();
        let findings: Vec<&Finding> = findings
            .filter(|finding| finding.suppressed.is_none() || amount.suppressed)
            .collect();
        let (findings, hidden) = amount.findings.without_infos(findings);
        hidden_infos += hidden;
        if !findings.is_empty() && !amount.quiet {
            let _ = writeln!(text, "{}\n", terminal.paint(STRONG, title));
        }
        text.push_str(&grouping::findings(
            &findings,
            sources,
            amount.findings,
            terminal,
        ));
    }
    troubles(
        &outcome.unread,
        &outcome.internal,
        sources,
        (amount.quiet, terminal),
        &mut text,
    );
    if amount.quiet {
        return text;
    }
    if amount.verbose {
        mended(&outcome.removed, sources, terminal, &mut text);
        ledger(&outcome.not_judged, sources, terminal, &mut text);
        for skipped in amount.skipped {
            let _ = writeln!(text, "Skipped: {}.", visible(skipped));
        }
    }
    let mut end = String::new();
    summary(outcome, sources, amount, hidden_infos, terminal, &mut end);
    text.push_str(&fold_on_terminal(&end, terminal));
    text
}

/// What the change mends, two lines each.
fn mended(removed: &[Finding], sources: Sources<'_>, terminal: &Terminal, text: &mut String) {
    if removed.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "{}\n",
        terminal.paint(STRONG, "Mended by this change:")
    );
    for finding in removed {
        let what = format!("{}[{}]", finding.severity.as_str(), finding.rule.id);
        let head = terminal.paint(GOOD, &what);
        let file = visible(sources.name(finding.location.place.file));
        let at = finding.location.start;
        let subject = subject(&finding.object, finding.container.as_deref());
        let message = visible(&finding.message);
        let _ = writeln!(
            text,
            "{head}: {message}\n  --> {file}:{}:{}, {subject}",
            at.line, at.column
        );
    }
    text.push('\n');
}

fn summary(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    amount: DiffDetail<'_>,
    hidden_infos: usize,
    terminal: &Terminal,
    text: &mut String,
) {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let of_base = sources.before().map_or(0, |before| {
        let files = before.files().iter();
        files.filter(|file| !file.attached).count()
    });
    let _ = writeln!(
        text,
        "Read {} before and {} after the change: {}.",
        count(number(of_base), "file"),
        outcome.summary.files,
        count(outcome.summary.electors, "elector"),
    );
    let found = counts(&outcome.summary, terminal);
    if found.is_empty() {
        text.push_str(&terminal.paint(GOOD, "The change brings no findings."));
    } else {
        let _ = write!(text, "The change brings {}.", found.join(", "));
    }
    text.push_str(grouping::infos_hint(hidden_infos));
    let hint = |is_shown: bool, hint: &'static str| if is_shown { "" } else { hint };
    let open = |findings: &[Finding]| {
        let open = findings
            .iter()
            .filter(|finding| finding.suppressed.is_none());
        number(open.count())
    };
    let mended = open(&outcome.removed);
    if mended > 0 {
        let hint = hint(amount.verbose, " (-v lists it)");
        let hint = if mended > 1 && !hint.is_empty() {
            " (-v lists them)"
        } else {
            hint
        };
        let _ = write!(text, " It mends {mended}{hint}.");
    }
    let stays = open(&outcome.existing);
    if stays > 0 {
        let verb = if stays == 1 {
            "stays as it was"
        } else {
            "stay as they were"
        };
        let hint = hint(amount.existing, " (--all shows them)");
        let _ = write!(text, " {stays} {verb}{hint}.");
    }
    for (number, what, hint) in [
        (
            outcome.summary.suppressed,
            "ignored",
            hint(amount.suppressed, " (--show-suppressed shows them)"),
        ),
        (
            outcome.summary.not_judged,
            "not judged for want of something in the input",
            hint(amount.verbose, " (-v lists them)"),
        ),
        (outcome.summary.unread, "not read", ""),
    ] {
        if number > 0 {
            let _ = write!(text, " {number} {what}{hint}.");
        }
    }
    text.push('\n');
    if !outcome.internal.is_empty() {
        let _ = writeln!(text, "{}", terminal.paint(BAD, "Some rules failed."));
    }
    if !found.is_empty() {
        text.push_str("`leaselint explain RULE` tells more about a rule.\n");
    }
}
