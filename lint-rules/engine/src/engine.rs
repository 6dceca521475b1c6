//! The one door of the engine.

mod finding_builder;
mod parts;
mod run;
mod transitions;

use std::sync::OnceLock;

use super::access_summary::AccessSummary;
use super::fields::{fields, join_rules};
use super::finding::FindingSource;
use super::ignores::is_annotated;
use super::input::Input;
use super::observation::Observation;
use super::outcome::Outcome;
use super::registry::rules;
use super::rule::{Check, Rule};
use super::settings::Settings;
use super::side::{Side, SideModel};
use super::task::{OldSide, Task, TaskOutput, TaskSubject};
use super::withdrawal::WithdrawnRights;
use manifest::tree::FieldMask;
use objects::Object;
pub use parts::PartedRun;
use run::{Run, UnusedIgnores};
use transitions::judge_change;

/// Judges under one configuration.
#[derive(Clone, Debug)]
pub struct Engine {
    settings: Settings,
    /// The rules that run, in the order of their ids.
    active: Vec<&'static Rule>,
    /// The fields that views and rules read, once they are wanted.
    fields: OnceLock<FieldMask>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Engine {
    /// An engine with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let built_in = rules().iter().map(|entry| entry.rule);
        let mut active: Vec<_> = built_in.chain(settings.rules.iter().copied()).collect();
        active.retain(|rule| settings.is_active(rule));
        active.sort_by_key(|rule| rule.id);
        Self {
            active,
            fields: OnceLock::new(),
            settings,
        }
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The fields of an object that are read to judge it: what a reader of live objects keeps.
    #[must_use]
    pub fn fields(&self) -> &FieldMask {
        // Files are read whole: only reviews and live objects need it.
        self.fields
            .get_or_init(|| join_rules(fields(), self.settings.rules.iter().copied()))
    }

    /// The rules that run, in the order of their ids.
    #[must_use]
    pub fn active(&self) -> &[&'static Rule] {
        &self.active
    }

    /// Judges what a task says.
    #[must_use]
    pub fn judge<'w>(&'w self, task: Task<'_, 'w>) -> Outcome<'w> {
        match task.subject {
            TaskSubject::Input(side) => self.judge_input(side, task.output, task.observation),
            TaskSubject::Change {
                before,
                after,
                scope,
            } => {
                let old = SideModel::of(before, &self.settings);
                let new = SideModel::of(after, &self.settings);
                judge_change(self, old, new, scope == OldSide::Whole)
            }
            TaskSubject::Withdrawal(input, rights) => self.judge_withdrawal(input, rights),
        }
    }

    /// Whether a rule would report rights that are withdrawn by a change of this object: one that is active and that no
    /// annotation of the object silences.
    #[must_use]
    pub fn reports_withdrawals_by(&self, object: &Object<'_>) -> bool {
        self.active.iter().any(|rule| {
            matches!(rule.check, Check::ChangeOrWithdrawal(..)) && !is_annotated(object, rule.id)
        })
    }

    fn judge_input<'w>(
        &'w self,
        side: Side<'_, 'w>,
        output: TaskOutput,
        observation: Option<&Observation>,
    ) -> Outcome<'w> {
        let model = SideModel::of(side, &self.settings);
        let mut run = Run::new(self, side.input);
        if output.findings {
            run.check_all(&self.active, &model);
            if let Some(observation) = observation {
                run.check_observed(&self.active, &model, observation);
            }
            run.apply_ignores(model.objects(), UnusedIgnores::All);
        }
        let mut access = Vec::new();
        if output.access {
            let electors = model.electors.iter().chain(&model.hooks);
            access.extend(electors.map(|one| AccessSummary::of(&model.world().access(one))));
        }
        let bundles = model
            .file_world()
            .filter(|_| output.bundles)
            .map(|world| world.bundles_around(&model.electors));
        Outcome {
            access,
            bundles: bundles.unwrap_or_default(),
            ..run.finish(model)
        }
    }

    fn judge_withdrawal<'w>(
        &'w self,
        input: &'w Input,
        rights: WithdrawnRights<'_>,
    ) -> Outcome<'w> {
        let mut run = Run::new(self, input);
        for rule in &self.active {
            if let Check::ChangeOrWithdrawal(_, check) = rule.check {
                let subject = || FindingSource::from(&rights.object);
                run.check(rule, subject, |sink| check(&rights, sink));
            }
        }
        run.apply_ignores(&[rights.object], UnusedIgnores::None);
        run.into_outcome()
    }
}
