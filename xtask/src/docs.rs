//! The generated pages of the documentation: written, or compared with what is there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use engine::{FixAvailability, RuleEntry, rules};

use crate::{ledger, pictures, programs};

/// `docs/rules.md`: all rules on one page, made from their records and their own pages.
const RULES_PAGE: &str = "docs/rules.md";

/// A page: where it is, from the workspace's folder, and what makes its text.
pub type DocsPage = (&'static str, fn() -> String);

const PAGES: [DocsPage; 3] = [
    (RULES_PAGE, page),
    (ledger::PAGE, ledger::page),
    (programs::PAGE, programs::page),
];

/// All that is generated.
fn pages() -> impl Iterator<Item = DocsPage> {
    PAGES.into_iter().chain(pictures::PICTURES)
}

/// Writes all pages.
pub fn write(root: &Path) -> Result<(), String> {
    write_pages(root, pages())
}

/// Writes the pictures alone.
pub fn write_pictures(root: &Path) -> Result<(), String> {
    write_pages(root, pictures::PICTURES.into_iter())
}

fn write_pages(root: &Path, pages: impl Iterator<Item = DocsPage>) -> Result<(), String> {
    for (page, text) in pages {
        let path = root.join(page);
        fs::write(&path, text()).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{page}: written");
    }
    Ok(())
}

/// Whether the pages are what [`write`] would make of them.
pub fn check(root: &Path) -> Result<(), String> {
    for (page, text) in pages() {
        let found = fs::read_to_string(root.join(page)).unwrap_or_default();
        // A checkout may have converted line ends.
        if found.replace("\r\n", "\n") != text() {
            return Err(format!(
                "{page} differs from the code: run `cargo xtask docs`"
            ));
        }
        println!("{page}: up to date");
    }
    Ok(())
}

fn page() -> String {
    let mut out = String::from(
        "# Rules\n\n<!-- Made by `cargo xtask docs` from lint-rules/engine/rules/*/rule.md. Do not edit. -->\n\n\
         | rule | group | severity | profile | fix | about |\n|---|---|---|---|---|---|\n",
    );
    for RuleEntry { rule, .. } in rules() {
        let fix = match rule.fix {
            FixAvailability::None => "",
            FixAvailability::Sometimes => "sometimes",
            FixAvailability::Always => "always",
        };
        let profile = if rule.needs_target {
            "with a target"
        } else {
            rule.profile.as_str()
        };
        let _ = writeln!(
            out,
            "| [{id}](#{id}) | {} | {} | {profile} | {fix} | {} |",
            rule.group.as_str(),
            rule.severity.as_str(),
            rule.summary.replace('|', "\\|"),
            id = rule.id,
        );
    }
    for entry in rules() {
        out.push('\n');
        out.push_str(&one_deeper(entry.page));
    }
    out
}

/// The page with every heading one level deeper.
fn one_deeper(page: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<&str> = None;
    for line in page.trim_end().lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = line.get(..ticks),
            Some(open) if line.trim_end() == open => fence = None,
            None if line.starts_with('#') => out.push('#'),
            _ => {}
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_go_down_and_code_stays() {
        let page = "# a\n\n## What\n\n````yaml\n# c\n```\n# d\n````\n\n## Why\n";
        let deeper = "## a\n\n### What\n\n````yaml\n# c\n```\n# d\n````\n\n### Why\n";
        assert_eq!(one_deeper(page), deeper);
    }
}
