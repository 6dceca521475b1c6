//! A picture of a finding as a comment in a pull request: the lines of an example, and what is really found in them.

use std::fmt::Write as _;

use engine::{Engine, Finding, Input, Task, read_file};
use manifest::text::FileId;
use manifest::tree::ReadLimits;

use crate::timeline::{WIDTH, count, head};

const FILE: &str = "examples/broken/warden.yaml";
const TEXT: &str = include_str!("../../examples/broken/warden.yaml");
/// The finding stands in the line with this.
const MARK: &str = "--leader-elect-lease-duration=";
/// Lines around it.
const AROUND: usize = 1;

const LEFT: f64 = 12.0;
const TOP: f64 = 36.0;
const LINE_HEIGHT: f64 = 20.0;
/// Letters of a line of the comment.
const MOST_LETTERS: usize = 104;

/// The picture.
pub fn picture() -> String {
    let lines: Vec<&str> = TEXT.lines().collect();
    let at = lines.iter().position(|line| line.contains(MARK));
    let Some((at, finding)) = at.and_then(|at| Some((at, finding_in(at)?))) else {
        return String::new();
    };
    let first = at.saturating_sub(AROUND);
    let shown = lines.get(first..=at + AROUND).unwrap_or_default();
    let title = format!(
        "{}[{}]: {}",
        finding.severity.as_str(),
        finding.rule.id,
        finding.message
    );
    let mut comment = wrapped(&finding.help);
    comment.extend(wrapped(&finding.remedy));
    let code = count(shown.len()) * LINE_HEIGHT;
    let box_top = TOP + code + 10.0;
    let box_height = (count(comment.len()) + 1.0) * LINE_HEIGHT + 16.0;
    let mut out = head(FILE, box_top + box_height + 12.0);
    let width = WIDTH - 2.0 * LEFT;
    // Writing into a text cannot fail.
    for (row, line) in shown.iter().enumerate() {
        let number = first + row;
        let y = TOP + count(row) * LINE_HEIGHT;
        let class = if number == at { "tries" } else { "waits" };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{y}\" width=\"{width}\" height=\"{LINE_HEIGHT}\"/>\n\
             <text class=\"small\" xml:space=\"preserve\" style=\"font-family:monospace\" x=\"{}\" y=\"{}\">{:>3} + {}</text>\n",
            LEFT + 6.0,
            y + 14.0,
            number + 1,
            escaped(line),
        );
    }
    let _ = write!(
        out,
        "<rect class=\"axis\" fill=\"none\" x=\"{}\" y=\"{box_top}\" width=\"{}\" height=\"{box_height}\" rx=\"6\"/>\n\
         <text class=\"title\" x=\"{}\" y=\"{}\">{}</text>\n",
        LEFT + 20.0,
        width - 20.0,
        LEFT + 32.0,
        box_top + 20.0,
        escaped(&title),
    );
    for (row, line) in comment.iter().enumerate() {
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{}\" y=\"{}\">{}</text>",
            LEFT + 32.0,
            box_top + 22.0 + count(row + 1) * LINE_HEIGHT,
            escaped(line),
        );
    }
    out.push_str("</svg>\n");
    out
}

/// What is found in a line, counted from 0.
fn finding_in(line: usize) -> Option<Finding> {
    let file = read_file(
        FileId(0),
        FILE,
        TEXT.as_bytes(),
        false,
        ReadLimits::default(),
    );
    let input = Input::new(vec![file]);
    let findings = Engine::default().judge(Task::lint(&input)).findings;
    let is_there =
        |finding: &Finding| usize::try_from(finding.location.start.line).ok() == Some(line + 1);
    findings.into_iter().find(is_there)
}

/// A text in lines that fit into the picture.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < MOST_LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_line_and_what_is_found_in_it() {
        let picture = picture();
        for words in [
            "53 +             - --leader-elect-lease-duration=15s<",
            "]: lease duration 15s is not above renew deadline 15s<",
            ">Set `--leader-elect-lease-duration=19s` or",
        ] {
            assert!(picture.contains(words), "{words}: {picture}");
        }
    }
}
