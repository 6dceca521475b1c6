//! What every folder of a rule must hold.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use engine::{Check, Finding, FixAvailability, Needs};

use crate::document::{Expected, Section};
use crate::expectations::check_terms;
use crate::judging::judge;

pub fn check_folder(id: &str, folder: &Path, sections: &[Arc<Section>]) -> Result<(), String> {
    for part in ["rule.rs", "rule.md", "tests.md"] {
        if !folder.join(part).is_file() {
            return Err(format!("{part} is missing"));
        }
    }
    let entry = engine::rule(id).ok_or("no rule of that id is registered".to_owned())?;
    let code = fs::read_to_string(folder.join("rule.rs")).unwrap_or_default();
    if code.lines().count() > 200 {
        return Err(format!("rule.rs has {} lines", code.lines().count()));
    }
    if !check_summary(entry.rule.summary) {
        return Err(format!(
            "the summary {:?} is not in style",
            entry.rule.summary
        ));
    }
    check_page(id, entry.page)?;
    check_shown_finding(id, folder, entry.page, sections)?;

    let of_rule = |expected: &[Expected]| expected.iter().any(|finding| finding.rule == id);
    let fires = sections.iter().any(|section| of_rule(&section.findings));
    let silent = sections.iter().any(|section| {
        !of_rule(&section.findings) && !of_rule(&section.suppressed) && !section.is_ignored()
    });
    let suppressed = sections.iter().any(|section| {
        section.is_ignored() && (section.suppressed.is_empty() || of_rule(&section.suppressed))
    });
    let shows_fix = sections.iter().any(|section| {
        let mut fixed = section.fixed.iter();
        section.change.is_some() || fixed.any(|expected| expected.effect.is_some())
    });
    if shows_fix == (entry.rule.fix == FixAvailability::None) {
        return Err(
            "a section says what a fix writes if and only if the rule has fixes".to_owned(),
        );
    }
    // The engine's own rule about ignores is the one that no ignore silences.
    let needs_ignored = !matches!(entry.rule.check, Check::Ignore(_));
    // What only the webhook sees cannot be shown here, other than that it is silent.
    let is_elsewhere = !needs_ignored && entry.rule.needs == Needs::Change;
    match (fires || is_elsewhere, silent, suppressed || !needs_ignored) {
        (true, true, true) => Ok(()),
        (false, _, _) => Err("no section in which it fires".to_owned()),
        (_, false, _) => Err("no section in which it is silent".to_owned()),
        _ => Err("no section with \"ignored\" in its title and a suppressed finding".to_owned()),
    }
}

pub fn check_summary(summary: &str) -> bool {
    !summary.is_empty()
        && !summary.ends_with('.')
        && !summary.starts_with(|first: char| first.is_ascii_uppercase())
}

pub fn check_page(id: &str, page: &str) -> Result<(), String> {
    let headings: Vec<&str> = page
        .lines()
        .scan(false, |fenced, line| {
            *fenced ^= line.starts_with("```");
            Some(if *fenced { "" } else { line })
        })
        .filter_map(|line| line.strip_prefix("## "))
        .map(str::trim)
        .collect();
    let all = [
        "What it does",
        "Why it matters",
        "Example",
        "Use instead",
        "When to ignore",
        "Configuration",
        "References",
    ];
    if headings != all {
        return Err(format!("rule.md has the headings {headings:?}"));
    }
    let since = page.lines().nth(2).unwrap_or_default();
    if !since.starts_with("Since version ") || !since.ends_with('.') {
        return Err("rule.md does not say below its title since when the rule exists".to_owned());
    }
    check_terms(page)?;
    let mut fenced = false;
    for line in page.lines().take_while(|line| *line != "## References") {
        fenced ^= line.starts_with("```");
        let mut prose = line.split('`').step_by(2);
        if !fenced && prose.any(|part| part.contains("; ") || part.ends_with(';')) {
            return Err(format!("rule.md chains sentences: {line:?}"));
        }
    }
    if page.lines().next() != Some(format!("# {id}").as_str()) {
        return Err(format!("rule.md does not begin with `# {id}`"));
    }
    Ok(())
}

/// What stands before the finding that a page shows.
const SHOWN: &str = "A finding of this rule:\n\n```text\n";

/// The page shows a finding as it is: the first one of the rule's tests. `LEASELINT_BLESS=1` writes it anew.
pub fn check_shown_finding(
    id: &str,
    folder: &Path,
    page: &str,
    sections: &[Arc<Section>],
) -> Result<(), String> {
    let mut shown = None;
    for section in sections.iter().filter(|section| !section.files.is_empty()) {
        let judged = judge(section, &section.files)?;
        let mut findings = judged.findings.iter();
        let first = findings.find(|one| one.rule.id == id && one.suppressed.is_none());
        if let Some(finding) = first {
            shown = Some(as_text(finding));
            break;
        }
    }
    // Of a rule of the webhook alone there is none here.
    let Some(shown) = shown else { return Ok(()) };
    let block = format!("{SHOWN}{shown}```\n");
    if page.contains(&block) {
        return Ok(());
    }
    if std::env::var_os("LEASELINT_BLESS").is_none() {
        return Err(format!(
            "rule.md does not show this finding in its example (LEASELINT_BLESS=1 writes it):\n\n{block}"
        ));
    }
    let (before, after) = page
        .split_once("\n## Use instead")
        .ok_or("no section \"Use instead\"".to_owned())?;
    let example = before.split(SHOWN).next().unwrap_or_default().trim_end();
    let text = format!("{example}\n\n{block}\n## Use instead{after}");
    fs::write(folder.join("rule.md"), text).map_err(|error| error.to_string())
}

/// A finding as `lint` prints it, without its source.
fn as_text(finding: &Finding) -> String {
    let mut text = format!(
        "{}[{}]: {}\n",
        finding.severity.as_str(),
        finding.rule.id,
        finding.message
    );
    for (name, prose) in [("help", &finding.help), ("remedy", &finding.remedy)] {
        let mut line = format!("  {name}:");
        for word in prose.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > 100 {
                text.push_str(&line);
                text.push('\n');
                line = "   ".to_owned();
            }
            line.push(' ');
            line.push_str(word);
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}
