//! What every folder of a rule must hold.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use engine::{Check, Needs};

use crate::document::{Expected, Section};

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

    let of_rule = |expected: &[Expected]| expected.iter().any(|finding| finding.rule == id);
    let fires = sections.iter().any(|section| of_rule(&section.findings));
    let silent = sections.iter().any(|section| {
        !of_rule(&section.findings) && !of_rule(&section.suppressed) && !section.is_ignored()
    });
    let suppressed = sections.iter().any(|section| {
        section.is_ignored() && (section.suppressed.is_empty() || of_rule(&section.suppressed))
    });
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
        "What",
        "Why",
        "Example",
        "Instead",
        "Options",
        "When to ignore",
        "References",
    ];
    let without_options: Vec<&str> = all.into_iter().filter(|name| *name != "Options").collect();
    if headings != all && headings != without_options {
        return Err(format!("rule.md has the headings {headings:?}"));
    }
    if page.lines().next() != Some(format!("# {id}").as_str()) {
        return Err(format!("rule.md does not begin with `# {id}`"));
    }
    Ok(())
}
