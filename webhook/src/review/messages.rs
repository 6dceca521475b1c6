//! Findings as the person at the terminal reads them: the message of a denial, and warnings.
//!
//! kubectl prints each warning as one line. The API server drops a warning that holds a control
//! character, and cuts all of them at 256 characters once they are more than 4096 together
//! (apiserver `pkg/endpoints/filters/warning.go`, v1.36). What is written here stays below both.

use std::fmt::Write as _;

use engine::Finding;
use engine::ignores::KEY_PREFIX;
use manifest::text::turns_direction;

use super::AnnotationAuthority;

/// Warnings of one answer, the line about those left out included.
const MAX_WARNINGS: usize = 10;
/// Characters of one warning.
const MAX_WARNING_CHARACTERS: usize = 250;
/// Characters of all warnings together.
const MAX_CHARACTERS_OF_WARNINGS: usize = 4096;
/// Findings that the message of a denial spells out.
const MAX_CAUSES: usize = 8;
/// Characters of one line of a denial.
const MAX_LINE_CHARACTERS: usize = 1000;

/// The message of a denial: each rule with the values, what happens, the remedy, its page, and how to ignore it where
/// annotations count. What was said of one cause is not repeated.
pub(super) fn denial(causes: &[&Finding], ignores: AnnotationAuthority) -> String {
    let mut out = String::new();
    let shown = causes.get(..MAX_CAUSES).unwrap_or(causes);
    for (at, finding) in shown.iter().enumerate() {
        let before = shown.get(..at).unwrap_or_default();
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line(&statement(finding), MAX_LINE_CHARACTERS));
        let texts = |one: &Finding| [one.help.clone(), one.remedy.clone()];
        for (name, text) in ["help", "remedy"].into_iter().zip(texts(finding)) {
            if !text.is_empty() && !before.iter().any(|one| texts(one).contains(&text)) {
                let _ = write!(out, "\n  {name}: {}", line(&text, MAX_LINE_CHARACTERS));
            }
        }
        if !before.iter().any(|one| one.rule.id == finding.rule.id) {
            let _ = write!(out, "\n  see {}", finding.rule.url());
            let annotation = format!("{KEY_PREFIX}{}", finding.rule.id);
            let _ = match ignores {
                AnnotationAuthority::Anybody => {
                    write!(out, "; to ignore it: annotation {annotation}: \"REASON\"")
                }
                AnnotationAuthority::WithOwner => write!(
                    out,
                    "; to ignore it: annotation {annotation}: \"owner=TEAM until=YYYY-MM-DD REASON\""
                ),
                AnnotationAuthority::Nobody => Ok(()),
            };
        }
    }
    if causes.len() > MAX_CAUSES {
        let _ = write!(out, "\nand {} more", causes.len() - MAX_CAUSES);
    }
    out
}

/// Warnings, the first ones first, within the API server's budget. `notes` are sentences that are no
/// findings and come before them. What is to be done is said once.
pub(super) fn warnings<'f>(
    notes: &[String],
    findings: impl ExactSizeIterator<Item = &'f Finding>,
) -> Vec<String> {
    let total = notes.len() + findings.len();
    let mut out: Vec<String> = Vec::with_capacity(total.min(MAX_WARNINGS));
    let mut budget = MAX_CHARACTERS_OF_WARNINGS;
    let mut remedies: Vec<&str> = Vec::new();
    let statements = findings.map(|finding| {
        let mut text = statement(finding);
        let remedy = &*finding.remedy;
        if !remedy.is_empty() && !remedies.contains(&remedy) {
            let _ = write!(text, ". {remedy}");
            remedies.push(remedy);
        }
        text
    });
    for text in notes.iter().cloned().chain(statements) {
        let text = line(&format!("leaselint: {text}"), MAX_WARNING_CHARACTERS);
        // The API server merges equal texts of one request.
        if out.contains(&text) {
            continue;
        }
        let length = text.chars().count();
        let last = out.len() + 1 == MAX_WARNINGS && total > MAX_WARNINGS;
        if last || length > budget {
            out.push(format!("leaselint: {} more findings", total - out.len()));
            break;
        }
        budget -= length;
        out.push(text);
    }
    out
}

/// What is wrong, in one line of at most so many characters for each finding, as far as there is room.
pub(super) fn statements(findings: &[&Finding], most: usize) -> String {
    let mut out = String::new();
    for finding in findings.iter().take(MAX_CAUSES / 2) {
        let _ = write!(
            out,
            "{}{}",
            if out.is_empty() { "" } else { "\n" },
            line(&statement(finding), most)
        );
    }
    out
}

/// The place of a finding about a whole object.
const NAME_PATH: &str = "$.metadata.name";

/// Rule, values and place.
fn statement(finding: &Finding) -> String {
    let mut text = format!("[{}] {}", finding.rule.id, finding.message);
    if let Some(container) = &finding.container {
        let _ = write!(text, " (container {container})");
    } else if finding.location.path.len() > 1 && finding.location.path != NAME_PATH {
        let _ = write!(text, " (at {})", finding.location.path);
    }
    text
}

/// One line of at most so many characters, without control characters and those that turn the direction of writing: what a
/// tenant writes is shown to others in Events.
fn line(text: &str, most: usize) -> String {
    let fits = text.len() <= most || text.chars().count() <= most;
    let is_unsafe = |c: char| c.is_control() || turns_direction(c);
    if fits && !text.contains(is_unsafe) {
        return text.to_owned();
    }
    let clean = text.chars().map(|c| if is_unsafe(c) { ' ' } else { c });
    if fits {
        return clean.collect();
    }
    clean.take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_one_line_and_cut_by_characters() {
        assert_eq!(line("a\nb\tc\u{1b}[0m", 20), "a b c [0m");
        assert_eq!(line("a\u{202e}b\u{2069}c", 20), "a b c");
        assert_eq!(line("ééé", 3), "ééé");
        assert_eq!(line("éééé", 3), "éé…");
    }

    #[test]
    fn notes_are_counted_merged_and_bounded() {
        let many: Vec<String> = (0..30)
            .map(|n| format!("{n} {}", "x".repeat(600)))
            .collect();
        let out = warnings(&many, [].into_iter());
        assert_eq!(out.len(), 10);
        assert_eq!(
            out.last().map(String::as_str),
            Some("leaselint: 21 more findings")
        );
        assert!(out.iter().all(|text| text.chars().count() <= 250));
        assert!(out.iter().map(|text| text.chars().count()).sum::<usize>() <= 4096);
        let same = vec!["same".to_owned(), "same".to_owned()];
        assert_eq!(warnings(&same, [].into_iter()), ["leaselint: same"]);
    }
}
