//! Whether fixes did what they should: what they mend is gone, and nothing as severe is new.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Engine, Finding, Input, NotJudged, Task};
use manifest::text::FileId;
use objects::ObjectName;

/// The open findings of an input, what was not judged, and how much could not be read.
#[derive(Clone)]
pub struct FindingTally {
    open: Vec<Finding>,
    unread: usize,
    counts: BTreeMap<TallyKey, usize>,
    not_judged: BTreeSet<TallyKey>,
}

/// What of a finding stays when lines and indexes move: rule, file, object and container.
type TallyKey = (
    &'static str,
    u32,
    (String, Option<String>, String),
    Option<String>,
);

fn key(finding: &Finding) -> TallyKey {
    let file = finding.location.place.file;
    key_of(finding.rule.id, file, &finding.object, &finding.container)
}

fn key_of(
    rule: &'static str,
    file: FileId,
    object: &ObjectName,
    container: &Option<String>,
) -> TallyKey {
    let ObjectName {
        kind,
        namespace,
        name,
        ..
    } = object;
    (
        rule,
        file.0,
        (kind.clone(), namespace.clone(), name.clone()),
        container.clone(),
    )
}

impl FindingTally {
    /// Judges an input.
    pub fn of(engine: &Engine, input: &Input) -> Self {
        let outcome = engine.judge(Task::lint(input));
        let findings = outcome.findings.into_iter();
        let open: Vec<Finding> = findings.filter(Finding::is_open).collect();
        let not_judged = outcome.not_judged.iter().map(|entry: &NotJudged| {
            let file = entry.location.place.file;
            key_of(entry.rule.id, file, &entry.object, &entry.container)
        });
        let mut counts: BTreeMap<TallyKey, usize> = BTreeMap::new();
        for finding in &open {
            *counts.entry(key(finding)).or_default() += 1;
        }
        Self {
            open,
            unread: outcome.unread.len(),
            counts,
            not_judged: not_judged.collect(),
        }
    }

    /// The open findings, in order.
    pub fn open(&self) -> &[Finding] {
        &self.open
    }

    /// The findings that were not there before, where there are more of their rule, file, object and container.
    pub fn new_since(&self, before: &Self) -> impl Iterator<Item = &Finding> {
        let known = before.open.iter();
        let known: BTreeSet<&str> = known.map(|finding| finding.fingerprint.as_str()).collect();
        self.open.iter().filter(move |finding| {
            let key = key(finding);
            let allowed = before.counts.get(&key).copied().unwrap_or_default();
            self.counts.get(&key).is_some_and(|count| *count > allowed)
                && !known.contains(finding.fingerprint.as_str())
        })
    }

    /// What is wrong after fixes, as the end of a sentence; `None` where what they mend is gone and nothing is new that
    /// is as severe. A milder finding may have been hidden by the one that is mended, as was one that could not be judged.
    pub fn problem<'f>(
        &self,
        before: &Self,
        fixed: impl Iterator<Item = &'f Finding> + Clone,
    ) -> Option<String> {
        if self.unread > before.unread {
            return Some("leaves a file that cannot be read".to_owned());
        }
        let mildest = fixed.clone().map(|finding| finding.severity).min()?;
        let mut expected = before.counts.clone();
        for finding in fixed {
            let key = key(finding);
            if let Some(count) = expected.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
        let is_more = |key: &TallyKey| {
            let allowed = expected.get(key).copied().unwrap_or_default();
            self.counts.get(key).is_some_and(|count| *count > allowed)
        };
        let problem = |finding: &Finding| {
            let key = key(finding);
            let was_there = before.counts.contains_key(&key);
            let was_hidden = before.not_judged.contains(&key);
            let counts = was_there || (finding.severity >= mildest && !was_hidden);
            let verb = if was_there { "leaves" } else { "brings" };
            (counts && is_more(&key)).then(|| format!("{verb} a finding of {}", finding.rule.id))
        };
        self.open.iter().find_map(problem)
    }
}
