//! The end of a run: ignores, what is replaced, the order of things, the counts.

use super::super::finding::{Finding, NotJudged};
use super::super::input::Input;
use super::super::outcome::{Outcome, Summary};
use super::super::rule::{Check, Needs, Rule, Severity, rule};
use super::super::sink::Draft;
use super::super::suppress::Suppressor;
use super::{Run, Subjects, is_active};
use manifest::text::FileSpan;
use manifest::tree::{ReadError, ReadErrorCode};
use objects::NestedList;
use objects::ObjectName;

impl<'w> Run<'w> {
    /// Moves those findings to the ledger. They count for ignores, which somebody may have written for them.
    fn set_replaced_aside(&mut self) {
        let mut replaced = std::mem::take(&mut self.replaced).into_iter().peekable();
        let findings = std::mem::take(&mut self.findings);
        for (at, finding) in findings.into_iter().enumerate() {
            let Some((_, because)) = replaced.next_if(|(which, _)| *which == at) else {
                self.findings.push(finding);
                continue;
            };
            if self.settings.brief || finding.suppressed.is_some() {
                continue;
            }
            self.not_judged.push(NotJudged {
                rule: finding.rule,
                object: finding.object,
                container: finding.container,
                location: finding.location,
                code: because.code,
                reason: because.reason,
            });
        }
    }

    /// What came of the run.
    pub(in super::super) fn finish(mut self, subjects: Subjects<'_, 'w>) -> Outcome<'w> {
        let suppressor = Suppressor::of(self.input, subjects.objects);
        if !(self.findings.is_empty() && suppressor.is_empty()) {
            self.settle(suppressor);
        }
        let mut outcome = Outcome {
            findings: self.findings,
            not_judged: self.not_judged,
            unread: Vec::new(),
            electors: subjects.electors,
            access: Vec::new(),
            internal: self.internal,
            summary: Summary::default(),
        };
        if !self.settings.brief {
            outcome.not_judged.sort_by(|a, b| {
                let key = |entry: &NotJudged| (entry.location.place, entry.rule.id, entry.code);
                key(a).cmp(&key(b))
            });
            outcome.unread = unread(self.input, subjects.nested);
            outcome.summary = summary(self.input, &outcome);
        }
        outcome
    }

    /// Applies ignores and brings findings into order.
    fn settle(&mut self, mut suppressor: Suppressor) {
        suppressor.apply(&mut self.findings, self.settings.today);
        self.set_replaced_aside();
        self.note_unused(suppressor);
        self.findings.sort_by(|a, b| order_of(a).cmp(&order_of(b)));
        // One token at fault is one finding, also when several containers of a pod rest on it.
        self.findings.dedup_by(|a, b| {
            a.rule.id == b.rule.id && a.location.place == b.location.place && a.object == b.object
        });
    }

    fn note_unused(&mut self, suppressor: Suppressor) {
        let Some(entry) =
            rule("unused-ignore").filter(|entry| is_active(entry.rule, self.settings))
        else {
            return;
        };
        // A change is judged once, and what it needed an ignore for is soon the past.
        let could_speak =
            |rule: &Rule| is_active(rule, self.settings) && !matches!(rule.check, Check::Change(_));
        // Nor can be said that it silences nothing of what was not judged. Where no ledger is kept,
        // that may be all that needs other objects.
        let was_judged = |rule: &Rule, object: &ObjectName| {
            let mut unjudged = self.not_judged.iter();
            let is_blind = self.settings.brief && rule.needs == Needs::Bundle;
            !is_blind && !unjudged.any(|one| one.rule.id == rule.id && one.object == *object)
        };
        for unused in suppressor.unused(self.settings.today, |id, object| {
            rule(id).is_some_and(|entry| could_speak(entry.rule) && was_judged(entry.rule, object))
        }) {
            let draft = Draft::new(unused.place, unused.message).help(unused.help);
            let finding = self.concrete(entry.rule, &unused.object, None, draft);
            self.findings.push(finding);
        }
    }
}

/// What was not read of an input, in its order.
fn unread(input: &Input, nested: &[NestedList<'_>]) -> Vec<ReadError> {
    let files = input.files().iter();
    let mut unread: Vec<ReadError> = files
        .flat_map(|file| file.reading.unread.iter().cloned())
        .collect();
    for nested in nested {
        let document = nested.0.document();
        unread.push(ReadError {
            file: document.file(),
            position: document.position(nested.0.span().start),
            code: ReadErrorCode::Syntax,
            reason: "a list inside a list, which kubectl refuses".to_owned(),
            chunk: 0,
        });
    }
    unread.sort_by_key(|entry| (entry.file, entry.position));
    unread
}

fn summary(input: &Input, outcome: &Outcome<'_>) -> Summary {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut summary = Summary {
        files: count(input.files().iter().filter(|file| !file.attached).count()),
        electors: count(outcome.electors.len()),
        not_judged: count(outcome.not_judged.len()),
        unread: count(outcome.unread.len()),
        ..Summary::default()
    };
    for file in input.files() {
        summary.documents += file.reading.counts.documents;
        summary.objects += file.reading.counts.objects;
    }
    for finding in &outcome.findings {
        match (&finding.suppressed, finding.severity) {
            (Some(_), _) => summary.suppressed += 1,
            (None, Severity::Error) => summary.errors += 1,
            (None, Severity::Warning) => summary.warnings += 1,
            (None, Severity::Info) => summary.infos += 1,
        }
    }
    summary
}

type Order<'f> = (FileSpan, &'f str, &'f str);

pub(in super::super) fn order_of(finding: &Finding) -> Order<'_> {
    (
        finding.location.place,
        finding.rule.id,
        finding.message.as_str(),
    )
}
