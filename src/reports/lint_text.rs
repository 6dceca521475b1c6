//! `lint` for people: findings with their source, what was not read, what was not judged,
//! and a summary last.

use std::collections::BTreeMap;
use std::fmt::Write;

use engine::world::BundleSummary;
use engine::{Finding, Fix, InternalError, NotJudged, Outcome, Summary};
use manifest::text::FileId;
use manifest::tree::ReadError;
use objects::ObjectName;

use super::fold::{count, count_of, fold, fold_on_terminal};
use super::grouping::{self, FindingsDetail};
use super::json::{LiveParts, NotRead, VerifiedOut};
use super::sources::Sources;
use super::unread_text::unread;
use crate::terminal::visible;
use crate::terminal::{ADVICE, BAD, DOUBTFUL, FAINT, GOOD, STRONG, Terminal};

/// How much to show.
#[derive(Clone, Copy)]
pub struct LintDetail<'a> {
    /// Findings that an ignore silences, too.
    pub suppressed: bool,
    /// The ledger of things not judged, entry by entry.
    pub ledger: bool,
    /// Findings and what was not read, nothing else.
    pub quiet: bool,
    /// Which findings are shown, and how.
    pub findings: FindingsDetail,
    /// Whether `--fix` may edit a file.
    pub is_fixable: &'a dyn Fn(FileId) -> bool,
}

/// The report.
pub fn report(
    outcome: &Outcome<'_>,
    sources: Sources<'_>,
    live: Option<LiveParts<'_>>,
    amount: LintDetail<'_>,
    terminal: &Terminal,
) -> String {
    let shown = outcome.findings.iter();
    let shown: Vec<&Finding> = shown
        .filter(|finding| finding.suppressed.is_none() || amount.suppressed)
        .collect();
    let (shown, hidden_infos) = amount.findings.without_infos(shown);
    let mut text = grouping::findings(&shown, sources, amount.findings, terminal);
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
    if amount.ledger {
        ledger(&outcome.not_judged, sources, terminal, &mut text);
    }
    let mut together_lines = String::new();
    together(&outcome.bundles, &mut together_lines);
    text.push_str(&fold_on_terminal(&together_lines, terminal));
    if let Some((not_read, verified)) = live {
        let lines = not_read.iter().map(NotRead::line);
        for line in lines.chain(verified.into_iter().flat_map(VerifiedOut::lines)) {
            text.push_str(&fold(&visible(&line), terminal.prose_width()));
            text.push('\n');
        }
    }
    let mut end = String::new();
    match live {
        Some(_) => read_of_cluster(&outcome.summary, &mut end),
        None => read_of_files(&outcome.summary, &mut end),
    }
    summary(&outcome.summary, amount, hidden_infos, terminal, &mut end);
    end.push_str(&fixable(&outcome.findings, amount.is_fixable));
    text.push_str(&fold_on_terminal(&end, terminal));
    text
}

/// How many findings have a fix to try, in a line. Whether it mends more than it breaks is only known then, and trying all would
/// cost as much as everything else.
fn fixable(findings: &[Finding], is_fixable: &dyn Fn(FileId) -> bool) -> String {
    let mut files: BTreeMap<FileId, bool> = BTreeMap::new();
    let mut can_be_made = |fix: &Fix| {
        let mut edits = fix.edits.iter().map(|edit| edit.place.file);
        edits.all(|file| *files.entry(file).or_insert_with(|| is_fixable(file)))
    };
    let (mut safe, mut others) = (0, 0);
    for finding in findings.iter().filter(|finding| finding.is_open()) {
        let fixes = finding.fixes.iter().filter(|fix| can_be_made(fix));
        match fixes.map(|fix| fix.safe).max() {
            Some(true) => safe += 1,
            Some(false) => others += 1,
            None => {}
        }
    }
    const SAFE: &str = "a safe fix to try (`--fix`)";
    const UNSAFE: &str = "a fix to try that changes what runs or is granted";
    let have = |number: usize| {
        let verb = if number == 1 { "has" } else { "have" };
        format!("{} {verb}", count_of(number, "finding"))
    };
    match (safe, others) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{} {SAFE}.\n", have(safe)),
        (0, others) => format!("{} {UNSAFE} (`--fix --unsafe-fixes`).\n", have(others)),
        (safe, others) => format!(
            "{} {SAFE}, and {others} {UNSAFE} (`--unsafe-fixes`).\n",
            have(safe)
        ),
    }
}

/// What could not be read, and rules that failed.
pub fn troubles(
    entries: &[ReadError],
    internal: &[InternalError],
    sources: Sources<'_>,
    (quiet, terminal): (bool, &Terminal),
    text: &mut String,
) {
    if !entries.is_empty() {
        text.push_str(&unread(entries, sources, quiet, terminal));
        text.push('\n');
    }
    for error in internal {
        let head = terminal.paint(BAD, "internal error");
        let message = visible(&error.message);
        let _ = writeln!(
            text,
            "{head}: rule {} failed and was left out: {message}",
            error.rule
        );
    }
}

/// An object as people name it: `Deployment ops/controller`.
pub fn object(name: &ObjectName) -> String {
    let kind = if name.kind.is_empty() {
        "object"
    } else {
        &name.kind
    };
    match (&name.namespace, name.name.as_str()) {
        (Some(namespace), own) => format!("{kind} {}/{}", visible(namespace), visible(own)),
        (None, "") => visible(kind).into_owned(),
        (None, own) => format!("{} {}", visible(kind), visible(own)),
    }
}

/// The object and, where it is about one, the container.
pub fn subject(name: &ObjectName, container: Option<&str>) -> String {
    match container {
        Some(container) => format!("{}, container {}", object(name), visible(container)),
        None => object(name),
    }
}

/// What was not judged, entry by entry.
pub fn ledger(entries: &[NotJudged], sources: Sources<'_>, terminal: &Terminal, text: &mut String) {
    if entries.is_empty() {
        return;
    }
    for NotJudged {
        rule,
        object,
        container,
        location,
        code,
        reason,
        ..
    } in entries
    {
        let head = terminal.paint(STRONG, &format!("not judged[{}]", rule.id));
        let file = visible(sources.name(location.place.file));
        let at = location.start;
        let subject = subject(object, container.as_deref());
        let reason = visible(reason);
        let code = terminal.paint(FAINT, &format!("({code})"));
        let _ = writeln!(
            text,
            "{head}: {reason} {code}\n  --> {file}:{}:{}, {subject}",
            at.line, at.column
        );
    }
    text.push('\n');
}

/// What was judged together, a line each.
fn together(together: &[BundleSummary], text: &mut String) {
    for BundleSummary {
        what,
        files,
        electors,
    } in together
    {
        let (what, files) = (visible(what), count_of(*files, "file"));
        let electors = count_of(*electors, "elector");
        let _ = writeln!(text, "Judged together: {what} ({files}, {electors}).");
    }
}

/// The findings by severity: `2 errors`, `1 warning`.
pub fn counts(summary: &Summary, terminal: &Terminal) -> Vec<String> {
    let mut found = Vec::new();
    for (number, word, style) in [
        (summary.errors, "error", BAD),
        (summary.warnings, "warning", DOUBTFUL),
        (summary.infos, "info", ADVICE),
    ] {
        if number > 0 {
            found.push(terminal.paint(style, &count(number, word)));
        }
    }
    found
}

/// How much was read of a cluster.
fn read_of_cluster(summary: &Summary, text: &mut String) {
    let objects = count(summary.objects, "object");
    let electors = count(summary.electors, "elector");
    let _ = writeln!(text, "Read {objects} of the cluster: {electors}.");
}

/// How much was read of files.
fn read_of_files(summary: &Summary, text: &mut String) {
    let read = format!(
        "{}, {}, {}",
        count(summary.files, "file"),
        count(summary.documents, "document"),
        count(summary.objects, "object"),
    );
    if summary.files == 0 {
        text.push_str(
            "Read nothing: no .yaml, .yml or .json file is there that is not hidden, ignored by git or \
             excluded.\n",
        );
    } else if summary.objects == 0 && summary.unread == 0 {
        let files = count(summary.files, "file");
        let _ = writeln!(text, "Read {read}: no Kubernetes object in {files}.");
    } else if summary.electors == 0 {
        // What was not read may hold one.
        let among = if summary.unread > 0 {
            " among what could be read"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "Read {read}: no container that elects a leader was found{among}."
        );
    } else {
        let electors = count(summary.electors, "elector");
        let _ = writeln!(text, "Read {read}: {electors}.");
    }
}

fn summary(
    summary: &Summary,
    amount: LintDetail<'_>,
    hidden_infos: usize,
    terminal: &Terminal,
    text: &mut String,
) {
    if summary.files == 0 {
        return;
    }
    let found = counts(summary, terminal);
    if found.is_empty() {
        text.push_str(&terminal.paint(GOOD, "No findings."));
    } else {
        let _ = write!(text, "Found {}.", found.join(", "));
    }
    text.push_str(grouping::infos_hint(hidden_infos));
    let hint = |is_shown: bool, hint: &'static str| if is_shown { "" } else { hint };
    for (number, what, hint) in [
        (
            summary.suppressed,
            "ignored",
            hint(amount.suppressed, " (--show-suppressed shows them)"),
        ),
        (
            summary.not_judged,
            "not judged for want of something in the input",
            hint(amount.ledger, " (-v lists them)"),
        ),
        (summary.unread, "not read", ""),
    ] {
        if number > 0 {
            let _ = write!(text, " {number} {what}{hint}.");
        }
    }
    text.push('\n');
    if !found.is_empty() {
        text.push_str("`leaselint explain RULE` tells more about a rule.\n");
    }
}
