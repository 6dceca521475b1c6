//! `docs/rules.md`: all rules on one page, made from their records and their own pages.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use engine::{Entry, FixAvailability, rules};

const PAGE: &str = "docs/rules.md";

/// Writes the page.
pub fn write(root: &Path) -> Result<(), String> {
    let path = root.join(PAGE);
    fs::write(&path, page()).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{PAGE}: {} rules", rules().len());
    Ok(())
}

/// Whether the page is what [`write`] would make of it.
pub fn check(root: &Path) -> Result<(), String> {
    let found = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    // A checkout may have turned line ends around.
    if found.replace("\r\n", "\n") == page() {
        println!("{PAGE} is as the rules are");
        return Ok(());
    }
    Err(format!(
        "{PAGE} is not as the rules are: run `cargo xtask docs`"
    ))
}

fn page() -> String {
    let mut out = String::from(
        "# Rules\n\n<!-- Made by `cargo xtask docs` from lint-rules/engine/rules/*/rule.md. Do not edit. -->\n\n\
         | rule | group | severity | profile | fix | about |\n|---|---|---|---|---|---|\n",
    );
    for Entry { rule, .. } in rules() {
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
