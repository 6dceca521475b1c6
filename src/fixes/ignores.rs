//! `--add-ignores`: a comment above the line of each finding.

use std::collections::BTreeMap;

use engine::{Edit, Finding, Fix, Input};
use manifest::text::{FileId, FileSpan, Span, to_offset};

use super::tally::FindingTally;
use super::{FixRun, TriedFix};

/// What stands where a reason is wanted.
const REASON: &str = "TODO: say why this may stay";

impl FixRun<'_> {
    /// The comments that silence the open findings, one for each line of a file.
    pub(super) fn next_ignores(&mut self, input: &Input, tally: &FindingTally) -> Vec<TriedFix> {
        let mut lines: BTreeMap<(FileId, u32), Vec<&Finding>> = BTreeMap::new();
        for finding in tally.open() {
            let is_left = self.given_up.contains(&finding.fingerprint)
                || (self.is_known)(&finding.fingerprint);
            if !is_left {
                let line = (finding.location.place.file, finding.location.start.line);
                lines.entry(line).or_default().push(finding);
            }
        }
        let mut batch = Vec::new();
        for ((file, line), findings) in lines {
            let edit = match self.fixable(input, file) {
                Ok(fixable) if is_yaml(&fixable.name) => {
                    comment_above(fixable.plain_text(), file, line, &findings)
                }
                _ => None,
            };
            let mut edits = Vec::from_iter(edit);
            let is_possible = !edits.is_empty();
            for finding in findings {
                let fix = Fix {
                    title: "ignore it".to_owned(),
                    safe: true,
                    // One comment is for all findings of its line.
                    edits: std::mem::take(&mut edits),
                };
                let tried = (finding.clone(), fix);
                if is_possible {
                    batch.push(tried);
                } else {
                    self.give_up(&[tried], input, "a comment has no place here");
                }
            }
        }
        batch
    }
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
}

/// The comment above a line, at its indentation.
fn comment_above(text: &str, file: FileId, line: u32, findings: &[&Finding]) -> Option<Edit> {
    let before = usize::try_from(line.checked_sub(1)?).ok()?;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let line = text.get(start..)?.split('\n').next()?;
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let indent = line.get(..indent)?;
    let newline = if line.ends_with('\r') { "\r\n" } else { "\n" };
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
    rules.sort_unstable();
    rules.dedup();
    let at = to_offset(start);
    Some(Edit {
        place: FileSpan {
            file,
            span: Span::new(at, at),
        },
        text: format!(
            "{indent}# leaselint: ignore[{}] {REASON}{newline}",
            rules.join(", ")
        ),
    })
}
