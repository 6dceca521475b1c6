//! The ignores of a run: what they silence, and those that silence nothing.

use super::Run;
use crate::finding::NotJudged;
use crate::ignores::{ConfigIgnore, FaultyIgnore, IgnorePass};
use crate::rule::{Check, Rule};
use crate::sink::Sink;
use crate::terms::Needs;
use objects::{Object, ObjectName};

/// Of which ignores that silence nothing a run reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum UnusedIgnores {
    /// Not all rules ran.
    None,
    /// Comments and annotations: what one change leaves of the configuration's work says nothing about its entries.
    OfManifests,
    /// Entries of the configuration, too.
    All,
}

/// What a rule says of an ignore that silences nothing.
type IgnoreCheck = fn(&FaultyIgnore<'_>, &mut Sink<'_>);

impl<'w> Run<'w> {
    /// Applies all ignores, once; reports those that silence nothing; then sets aside what is replaced.
    pub(in crate::engine) fn apply_ignores(
        &mut self,
        objects: &[Object<'_>],
        unused: UnusedIgnores,
    ) {
        let settings = self.engine.settings();
        let mut pass = IgnorePass::of(
            self.input,
            objects,
            &settings.ignores,
            &settings.rules,
            settings.today,
        )
        .having_used(&self.used_entries);
        if self.findings.is_empty() && pass.is_empty() {
            return;
        }
        pass.apply(&mut self.findings);
        self.set_replaced_aside();
        if unused != UnusedIgnores::None {
            self.report_unused(&mut pass);
        }
        if unused == UnusedIgnores::All {
            self.report_unused_of_configuration(&pass);
        }
        self.used_entries = pass.used_entries();
    }

    /// Reports the entries of the configuration that silenced nothing in all parts of the input.
    pub(in crate::engine) fn report_unused_entries(&mut self) {
        let settings = self.engine.settings();
        let pass = IgnorePass::of(
            self.input,
            &[],
            &settings.ignores,
            &settings.rules,
            settings.today,
        );
        self.report_unused_of_configuration(&pass.having_used(&self.used_entries));
    }

    /// Moves those findings to the ledger. They count for ignores, which somebody may have written for them.
    fn set_replaced_aside(&mut self) {
        let mut replaced = std::mem::take(&mut self.replaced).into_iter().peekable();
        let findings = std::mem::take(&mut self.findings);
        for (at, finding) in findings.into_iter().enumerate() {
            let Some((_, because)) = replaced.next_if(|(which, _)| *which == at) else {
                self.findings.push(finding);
                continue;
            };
            if self.engine.settings().brief || !finding.is_open() {
                continue;
            }
            self.not_judged.push(NotJudged {
                rule: finding.rule,
                object: finding.object,
                container: finding.container,
                location: finding.location,
                code: because.code,
                reason: because.reason,
                object_place: finding.object_place,
            });
        }
    }

    fn report_unused(&mut self, pass: &mut IgnorePass<'w>) {
        let checks = self.ignore_checks();
        let of_manifests = pass.faults_of_manifests(|rule, object| {
            self.has_judged(rule, |entry| entry.object == *object)
        });
        let reported = self.findings.len();
        for (object, faulty) in of_manifests {
            for (rule, check) in &checks {
                let subject = || object.clone().into();
                self.check(rule, subject, |sink| check(&faulty, sink));
            }
        }
        if let Some(new) = self.findings.get_mut(reported..) {
            pass.apply_configuration(new);
        }
    }

    fn report_unused_of_configuration(&mut self, pass: &IgnorePass<'w>) {
        let checks = self.ignore_checks();
        let of_configuration = pass.faults_of_configuration(|entry: &ConfigIgnore| {
            self.has_judged(entry.rule, |unjudged| {
                let object = &unjudged.object;
                entry
                    .object
                    .as_ref()
                    .is_none_or(|pattern| pattern.matches(object))
            })
        });
        for faulty in of_configuration {
            for (rule, check) in &checks {
                let subject = || ObjectName::default().into();
                self.check(rule, subject, |sink| check(&faulty, sink));
            }
        }
    }

    /// The rules about ignores.
    fn ignore_checks(&self) -> Vec<(&'static Rule, IgnoreCheck)> {
        let rules = self.engine.active().iter().copied();
        rules
            .filter_map(|rule| match rule.check {
                Check::Ignore(check) => Some((rule, check)),
                _ => None,
            })
            .collect()
    }

    /// Whether a rule has run and could judge what an ignore speaks of; otherwise it is not known that the ignore silences
    /// nothing. `is_meant`: whether an entry of the ledger is about that.
    fn has_judged(&self, rule: &Rule, is_meant: impl Fn(&NotJudged) -> bool) -> bool {
        let settings = self.engine.settings();
        // A change is judged once, and what it needed an ignore for is soon the past.
        let of_changes = matches!(rule.check, Check::Change(_) | Check::ChangeOrWithdrawal(..));
        // Where no ledger is kept, whatever needs other objects may not have been judged.
        let is_blind = settings.brief && rule.needs == Needs::Bundle;
        let is_unjudged = |entry: &NotJudged| std::ptr::eq(entry.rule, rule) && is_meant(entry);
        settings.is_active(rule)
            && !of_changes
            && !is_blind
            && !self.not_judged.iter().any(is_unjudged)
    }
}
