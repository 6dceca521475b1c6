//! Our own pages of Markdown, readable in a terminal: headings, paragraphs, lists, tables, fenced code, and code,
//! emphasis and links in a line.

use super::fold::fold;
use super::markdown_table;
use crate::terminal::{CODE, FAINT, STRONG, Terminal};

/// The page as text.
pub fn render(page: &str, terminal: &Terminal) -> String {
    let mut text = String::new();
    let mut paragraph = String::new();
    let mut rows: Vec<&str> = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        if !in_code && line.starts_with('|') {
            flush(&mut paragraph, terminal, &mut text);
            rows.push(line);
            continue;
        }
        if !rows.is_empty() {
            let width = terminal.prose_width();
            let table = markdown_table::render(&rows, width, terminal);
            text.push_str(&inline(&table, terminal));
            rows.clear();
        }
        if let Some(fence) = line.strip_prefix("```") {
            flush(&mut paragraph, terminal, &mut text);
            in_code = !in_code && !fence.ends_with("```");
            continue;
        }
        if in_code {
            text.push_str("    ");
            text.push_str(&terminal.paint(FAINT, line));
            trim_line(&mut text);
            continue;
        }
        let bare = line.trim_start();
        if let Some(heading) = heading(bare) {
            flush(&mut paragraph, terminal, &mut text);
            text.push_str(&terminal.paint(STRONG, &heading.to_uppercase()));
            text.push('\n');
        } else if bare.is_empty() {
            flush(&mut paragraph, terminal, &mut text);
            text.push('\n');
        } else if bare.starts_with('>') {
            flush(&mut paragraph, terminal, &mut text);
            text.push_str(&inline(line, terminal));
            text.push('\n');
        } else {
            if starts_item(bare) {
                flush(&mut paragraph, terminal, &mut text);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(bare);
        }
    }
    flush(&mut paragraph, terminal, &mut text);
    text
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    if text.len() < line.len() {
        text.strip_prefix(' ').map(str::trim)
    } else {
        None
    }
}

fn starts_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (number.len() < line.len() && number.starts_with(". "))
}

/// Ends a paragraph or a list item: folded, and styled after folding so that colours do not count.
fn flush(paragraph: &mut String, terminal: &Terminal, text: &mut String) {
    if paragraph.is_empty() {
        return;
    }
    let indent = if starts_item(paragraph) { "  " } else { "" };
    let folded = fold(paragraph, terminal.prose_width().min(88));
    let styled = inline(&folded, terminal);
    for (number, line) in styled.lines().enumerate() {
        if number > 0 {
            text.push_str(indent);
        }
        text.push_str(line);
        text.push('\n');
    }
    paragraph.clear();
}

/// Code, strong text and links of a text.
fn inline(text: &str, terminal: &Terminal) -> String {
    let mut styled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        styled.push_str(before);
        rest = from;
        let taken = if from.starts_with('`') {
            enclosed(from, "`").map(|code| {
                // Without colours the marks are what sets code apart.
                let shown = if terminal.color {
                    terminal.paint(CODE, code)
                } else {
                    format!("`{code}`")
                };
                (shown, code.len() + 2)
            })
        } else if from.starts_with("**") {
            enclosed(from, "**").map(|strong| (terminal.paint(STRONG, strong), strong.len() + 4))
        } else {
            link(from)
        };
        let (shown, length) = taken.unwrap_or_else(|| (from.chars().take(1).collect(), 1));
        styled.push_str(&shown);
        rest = rest.get(length..).unwrap_or_default();
    }
    styled.push_str(rest);
    styled
}

/// The text between two marks, the first of which begins the text.
fn enclosed<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    let inner = text.strip_prefix(mark)?;
    inner
        .find(mark)
        .filter(|length| *length > 0)
        .and_then(|length| inner.get(..length))
}

/// `[text](target)` as `text (target)`, and how long it was.
fn link(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('[')?;
    let (label, after) = inner.split_once("](")?;
    let (target, _) = after.split_once(')')?;
    if label.contains(['[', '\n']) || target.contains([' ', '\n']) {
        return None;
    }
    let length = label.len() + target.len() + 4;
    let shown = if label == target {
        target.to_owned()
    } else {
        format!("{label} ({target})")
    };
    Some((shown, length))
}

fn trim_line(text: &mut String) {
    let kept = text.trim_end_matches(' ').len();
    text.truncate(kept);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_without_its_marks() {
        let page = "## What\n\nA **strong** word, `code`\nand a [link](https://a.b).\n\n- one\n- two\n\n```yaml\na: 1\n\nb: [x](y)\n```\n";
        assert_eq!(
            render(page, &Terminal::plain()),
            "WHAT\n\nA strong word, `code` and a link (https://a.b).\n\n- one\n- two\n\n    a: 1\n\n    b: [x](y)\n"
        );
    }

    #[test]
    fn lone_marks_stay() {
        assert_eq!(inline("a * b [c] `d", &Terminal::plain()), "a * b [c] `d");
    }
}
