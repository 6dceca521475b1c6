//! How often each rule reports something.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use engine::{Finding, Severity};

use super::fold::count;
use super::table::cut;
use crate::terminal::{STRONG, Terminal};

/// A line for each rule that reports something, the most frequent first: how often, how severe, which rule, and what it
/// finds.
pub fn statistics<'f>(findings: impl Iterator<Item = &'f Finding>, terminal: &Terminal) -> String {
    let mut counts: BTreeMap<(&'static str, Severity), (u32, &'static str)> = BTreeMap::new();
    for finding in findings {
        let key = (finding.rule.id, finding.severity);
        counts.entry(key).or_insert((0, finding.rule.summary)).0 += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let mut lines: Vec<_> = counts.into_iter().collect();
    lines.sort_by_key(|((id, severity), (count, _))| {
        (std::cmp::Reverse(*count), std::cmp::Reverse(*severity), *id)
    });
    let numbers = lines.iter().map(|(_, (count, _))| count.to_string().len());
    let number_width = numbers.max().unwrap_or_default();
    let ids = lines.iter().map(|((id, _), _)| id.len());
    let id_width = ids.max().unwrap_or_default();
    let mut text = String::new();
    let mut total = 0_u32;
    for ((id, severity), (number, summary)) in lines {
        total += number;
        let number = format!("{number:>number_width$}");
        let before = number_width + id_width + 13;
        let room = terminal
            .columns
            .map_or(usize::MAX, |columns| columns.saturating_sub(before));
        let _ = writeln!(
            text,
            "{}  {:<7}  {id:<id_width$}  {}",
            terminal.paint(STRONG, &number),
            severity.as_str(),
            cut(summary, room),
        );
    }
    let _ = writeln!(text, "\n{} in all", count(total, "finding"));
    text
}
