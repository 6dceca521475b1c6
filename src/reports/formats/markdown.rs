//! `--format markdown`: for a comment on a pull request, and for the summary of a step.

use std::fmt::Write;

use engine::Severity;

use super::{ReportContent, count_of, one_line};
use crate::reports::finding_text::rendered;
use crate::reports::fold::count;
use crate::terminal::Terminal;

/// GitHub takes comments of 65,536 characters and summaries of 1 MiB; what does not fit is counted.
const MAX_BYTES: usize = 60_000;

/// So many places that could not be read are listed.
const MAX_UNREAD: usize = 50;

/// The report.
pub fn report(content: &ReportContent<'_>) -> String {
    let mut text = String::from("## leaselint\n\n");
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .filter_map(|severity| {
            let number = u32::try_from(count_of(content, severity)).unwrap_or(u32::MAX);
            (number > 0).then(|| count(number, severity.as_str()))
        })
        .collect();
    let summary = &content.summary;
    let found = if counts.is_empty() {
        "No findings".to_owned()
    } else {
        format!("**{}**", counts.join(", "))
    };
    let _ = writeln!(
        text,
        "{found} in {} ({}). {} ignored, {} not judged, {} not read.",
        count(summary.files, "file"),
        count(summary.electors, "elector"),
        summary.suppressed,
        summary.not_judged,
        summary.unread,
    );
    if content.open().next().is_some() {
        text.push_str("\n| | Rule | Place | Finding |\n|---|---|---|---|\n");
    }
    let mut left_out = 0_usize;
    for finding in content.open() {
        if text.len() > MAX_BYTES / 2 {
            left_out += 1;
            continue;
        }
        let _ = writeln!(
            text,
            "| {} | [{}]({}) | {} | {} |",
            symbol(finding.severity),
            finding.rule.id,
            finding.rule.url(),
            code(&format!(
                "{}:{}",
                content.path(finding.location.place.file),
                finding.location.start.line
            ))
            .replace('|', "\\|"),
            cell(&finding.message),
        );
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\n{left_out} more findings do not fit into this table."
        );
    }
    for finding in content.open() {
        let frame = rendered(finding, content.sources, &Terminal::plain());
        // A fence longer than any run of backticks inside.
        let fence = "`".repeat(longest_run(&frame, '`').max(2) + 1);
        let block = format!(
            "\n<details><summary>{} <code>{}</code> {}</summary>\n\n{fence}text\n{}\n{fence}\n\n</details>\n",
            symbol(finding.severity),
            finding.rule.id,
            html(&one_line(&finding.message)),
            frame.trim_end(),
        );
        if text.len() + block.len() > MAX_BYTES {
            text.push_str("\nDetails of the other findings do not fit here; the log has them.\n");
            break;
        }
        text.push_str(&block);
    }
    if !content.unread.is_empty() {
        text.push_str("\n### Not read\n\n");
    }
    for unread in content.unread.iter().take(MAX_UNREAD) {
        let at = unread.position;
        let place = format!("{}:{}:{}", content.path(unread.file), at.line, at.column);
        let _ = writeln!(text, "- {} {}", code(&place), cell(&unread.reason));
    }
    let left_out = content.unread.len().saturating_sub(MAX_UNREAD);
    if left_out > 0 {
        let _ = writeln!(text, "\n{left_out} more could not be read.");
    }
    text
}

const fn symbol(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => ":x:",
        Severity::Warning => ":warning:",
        Severity::Info => ":information_source:",
    }
}

/// A text as code, in which a backslash is itself.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// A text in a cell of a table: it stays in its line, and nothing in it is Markdown but code in backticks.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let mut is_code = false;
    for character in one_line(text).chars() {
        match character {
            '`' => is_code = !is_code,
            // A bar ends the cell even inside of code.
            '|' => cell.push('\\'),
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '@' if !is_code => {
                cell.push('\\')
            }
            _ => {}
        }
        cell.push(character);
    }
    cell
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The length of the longest run of a character.
fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|character| character != wanted)
        .map(str::len)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{cell, code, longest_run};

    #[test]
    fn code_shows_what_it_holds() {
        assert_eq!(code("my_app/*a*.yaml:3"), "`my_app/*a*.yaml:3`");
        assert_eq!(code("a`b\nc.yaml:3"), "`a'b c.yaml:3`");
    }

    #[test]
    fn cells_hold_no_markdown() {
        assert_eq!(cell("a|b\n<c> @d"), "a\\|b \\<c\\> \\@d");
        assert_eq!(cell("`Quota_Warden|x` a_b"), "`Quota_Warden\\|x` a\\_b");
    }

    #[test]
    fn runs_are_counted() {
        assert_eq!(longest_run("a``b```c`", '`'), 3);
        assert_eq!(longest_run("abc", '`'), 0);
    }
}
