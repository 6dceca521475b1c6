//! `rules test`: a line a test.

use std::fmt::Write as _;

use super::fold::count_of;
use crate::rule_tests::RuleTestOutcome;
use crate::terminal::{BAD, DOUBTFUL, GOOD, Terminal, visible};

/// The report.
pub fn report(outcomes: &[RuleTestOutcome], terminal: &Terminal) -> String {
    let mut text = String::new();
    let (mut right, mut wrong) = (0, 0);
    for outcome in outcomes {
        let rule = outcome.rule;
        let Some(file) = &outcome.file else {
            let head = terminal.paint(DOUBTFUL, "no test");
            let _ = writeln!(text, "{head}  {rule}");
            continue;
        };
        let (file, expected) = (visible(file), count_of(outcome.expected, "finding"));
        if outcome.is_right() {
            right += 1;
            let head = terminal.paint(GOOD, "ok");
            // A rule that selects nothing is silent for another reason than that all is well.
            let remark = match outcome.has_matched {
                true => "",
                false => "; it selects nothing there",
            };
            let _ = writeln!(text, "{head}  {rule}  {file}: {expected}{remark}");
            continue;
        }
        wrong += 1;
        let head = terminal.paint(BAD, "wrong");
        let found = match &outcome.found {
            Ok(found) => format!("{}, not {expected}", count_of(*found, "finding")),
            Err(reason) => visible(reason).into_owned(),
        };
        let _ = writeln!(text, "{head}  {rule}  {file}: {found}");
    }
    let _ = writeln!(text, "{} right, {wrong} wrong", count_of(right, "test"));
    text
}
