//! Tests of the user's own rules: how often each finds something in its files.

use std::sync::atomic::Ordering;

use engine::{Engine, Settings, Task};

use crate::config::Config;
use crate::inputs;

/// The result of one test.
pub struct RuleTestOutcome {
    /// The rule.
    pub rule: &'static str,
    /// The file as it is written; `None` for a rule without a test.
    pub file: Option<String>,
    /// How many findings there must be.
    pub expected: usize,
    /// How many there are, or why the file was not judged.
    pub found: Result<usize, String>,
    /// Whether the rule selected anything in the file.
    pub has_matched: bool,
}

impl RuleTestOutcome {
    /// Whether it is as expected.
    pub fn is_right(&self) -> bool {
        self.file.is_none() || self.found == Ok(self.expected)
    }
}

/// Runs the tests of a configuration's rules: each file alone, and the rule alone.
pub fn run_tests(config: &Config) -> Vec<RuleTestOutcome> {
    let mut outcomes = Vec::new();
    for own in &config.own_rules {
        let id = own.rule.id;
        if own.tests.is_empty() {
            outcomes.push(RuleTestOutcome {
                rule: id,
                file: None,
                expected: 0,
                found: Ok(0),
                has_matched: false,
            });
        }
        let engine = Engine::new(Settings {
            selected: Some([id].into()),
            rules: vec![own.rule],
            programs: config.settings.programs.clone(),
            ..Settings::default()
        });
        for test in &own.tests {
            own.custom.has_matched.store(false, Ordering::Relaxed);
            let input = inputs::named_files(std::slice::from_ref(&test.file), config.largest_file);
            let outcome = engine.judge(Task::lint(&input));
            let unread = outcome.unread.first().map(|unread| unread.reason.clone());
            let open = outcome.findings.iter();
            let count = open
                .filter(|one| one.is_open() && one.rule.id == id)
                .count();
            let found = unread.map_or(Ok(count), Err);
            outcomes.push(RuleTestOutcome {
                rule: id,
                file: Some(test.name.clone()),
                expected: test.finds,
                found,
                has_matched: own.custom.has_matched.load(Ordering::Relaxed),
            });
        }
    }
    outcomes
}
