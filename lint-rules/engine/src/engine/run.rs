//! One run: rules over the electors, objects and documents of one input, then ignores, then the order of things.

mod ignores;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Engine;
use super::finding_builder::{FindingBuilder, part_fingerprints};
use crate::access_summary::AccessSummary;
use crate::context::Context;
use crate::finding::{Finding, FindingSource, NotJudged};
use crate::input::Input;
use crate::observation::{LiveElector, LiveLease, Observation};
use crate::outcome::{InternalError, Outcome};
use crate::releases::join_releases;
use crate::rule::{Check, Rule};
use crate::side::SideModel;
use crate::sink::Sink;
use crate::summary::unread;
use crate::terms::Group;
use manifest::text::{FileId, FileSpan};
use objects::objects_of;
use programs::Unknown;

pub(super) use ignores::UnusedIgnores;

/// One run of rules over one input.
pub(super) struct Run<'w> {
    engine: &'w Engine,
    input: &'w Input,
    /// The other side of a change, into which findings may point.
    before: Option<&'w Input>,
    /// Findings in earlier parts of the input, to which ignores were applied.
    earlier: Vec<Finding>,
    findings: Vec<Finding>,
    /// Findings that rest on what a later step replaces, by their place in the list, and why.
    replaced: Vec<(usize, Unknown)>,
    /// How many findings were looked at for that.
    looked_at: usize,
    not_judged: Vec<NotJudged>,
    internal: Vec<InternalError>,
    /// For each ignore of the configuration, whether it has silenced something.
    used_entries: Vec<bool>,
}

/// What was found in parts of an input, for the run over the next one.
#[derive(Default)]
pub(super) struct RunSoFar {
    findings: Vec<Finding>,
    not_judged: Vec<NotJudged>,
    internal: Vec<InternalError>,
    used_entries: Vec<bool>,
}

impl RunSoFar {
    /// The files that it points into.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        let of_findings = self.findings.iter().flat_map(|finding| {
            let related = finding.related.iter().map(|related| &related.location);
            related.chain([&finding.location])
        });
        let of_ledger = self.not_judged.iter().map(|entry| &entry.location);
        let places = of_findings.chain(of_ledger);
        places.map(|location| location.place.file)
    }
}

impl<'w> Run<'w> {
    pub(super) fn new(engine: &'w Engine, input: &'w Input) -> Self {
        Self {
            engine,
            input,
            before: None,
            earlier: Vec::new(),
            findings: Vec::new(),
            replaced: Vec::new(),
            looked_at: 0,
            not_judged: Vec::new(),
            internal: Vec::new(),
            used_entries: Vec::new(),
        }
    }

    /// The run that goes on after other parts of the input.
    pub(super) fn after_parts(mut self, so_far: RunSoFar) -> Self {
        self.earlier = so_far.findings;
        self.not_judged = so_far.not_judged;
        self.internal = so_far.internal;
        self.used_entries = so_far.used_entries;
        self
    }

    /// What it has found, for the run over the next part.
    pub(super) fn so_far(mut self) -> RunSoFar {
        self.earlier.append(&mut self.findings);
        RunSoFar {
            findings: self.earlier,
            not_judged: self.not_judged,
            internal: self.internal,
            used_entries: self.used_entries,
        }
    }

    /// The run over the new side of a change.
    pub(super) fn after(mut self, before: &'w Input) -> Self {
        self.before = Some(before);
        self
    }

    /// Runs rules over everything of an input.
    pub(super) fn check_all(&mut self, rules: &[&'static Rule], model: &SideModel<'_, 'w>) {
        let contexts = Context::of_all(&model.electors, model.world());
        let contexts: Vec<Context<'_, 'w>> = contexts.collect();
        for rule in rules {
            self.check_model(rule, model, &contexts);
        }
        self.note_replaced(|place| model.world().is_replaced(place));
    }

    fn check_model<'m>(
        &mut self,
        rule: &'static Rule,
        model: &'m SideModel<'_, 'w>,
        contexts: &[Context<'m, 'w>],
    ) {
        if let Check::ElectorOrObjectInWorld(_, check) | Check::ObjectInWorld(check) = rule.check {
            for object in model.objects() {
                let check = |sink: &mut Sink<'_>| check(object, model.world(), sink);
                self.check(rule, || object.into(), check);
            }
        }
        match rule.check {
            Check::Elector(check) => {
                for elector in &model.electors {
                    self.check(rule, || elector.into(), |sink| check(elector, sink));
                }
            }
            Check::Program(check) => {
                for program in model.electors.iter().chain(&model.never_electing) {
                    self.check(rule, || program.into(), |sink| check(program, sink));
                }
            }
            Check::ElectorInWorld(check) | Check::ElectorOrObjectInWorld(check, _) => {
                for (elector, context) in model.electors.iter().zip(contexts) {
                    let check = |sink: &mut Sink<'_>| check(elector, context, sink);
                    self.check(rule, || elector.into(), check);
                }
            }
            Check::Object(check) => {
                for object in model.objects() {
                    self.check(rule, || object.into(), |sink| check(object, sink));
                }
            }
            Check::Own(own) if own.is_of_electors() => {
                for (elector, context) in model.electors.iter().zip(contexts) {
                    let access = AccessSummary::of(context.access());
                    let check = |sink: &mut Sink<'_>| {
                        own.check_elector(elector, &access, self.input, sink);
                    };
                    self.check(rule, || elector.into(), check);
                }
            }
            Check::Own(own) => {
                for object in model.objects() {
                    self.check(
                        rule,
                        || object.into(),
                        |sink| own.check_object(object, sink),
                    );
                }
            }
            Check::Document(check) => {
                for document in self.input.documents() {
                    let subject = || {
                        let objects = objects_of(document).0;
                        objects.first().map(FindingSource::from).unwrap_or_default()
                    };
                    self.check(rule, subject, |sink| check(document, sink));
                }
            }
            // `ObjectInWorld` is done above; the others are given changes, withdrawn rights and ignores where there are such.
            Check::ObjectInWorld(_)
            | Check::Lease(_)
            | Check::LiveElector(_)
            | Check::Change(_)
            | Check::ChangeOrWithdrawal(..)
            | Check::Ignore(_) => {}
        }
    }

    /// Runs the rules about what was observed of a live cluster.
    pub(super) fn check_observed(
        &mut self,
        rules: &[&'static Rule],
        model: &SideModel<'_, 'w>,
        observation: &Observation,
    ) {
        let leases = LiveLease::all(observation, model.objects(), &model.electors);
        for rule in rules {
            if let Check::Lease(check) = rule.check {
                for lease in &leases {
                    self.check(rule, || (&lease.object).into(), |sink| check(lease, sink));
                }
            }
            if let Check::LiveElector(check) = rule.check {
                for elector in &model.electors {
                    let live = LiveElector {
                        elector,
                        observation,
                    };
                    self.check(rule, || elector.into(), |sink| check(&live, sink));
                }
            }
        }
    }

    /// Runs one rule over one subject, which is named only if the rule reports something. A rule that panics is
    /// reported, and the others still run.
    pub(super) fn check(
        &mut self,
        rule: &'static Rule,
        source: impl FnOnce() -> FindingSource,
        check: impl FnOnce(&mut Sink<'_>),
    ) {
        let settings = self.engine.settings();
        let mut sink = Sink::new(settings.profile, &settings.limits);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&mut sink))) {
            self.internal.push(InternalError {
                rule: rule.id,
                message: words_of(&*panic),
            });
        }
        let Sink {
            drafts,
            mut unjudged,
            ..
        } = sink;
        if settings.brief {
            unjudged.clear();
        }
        if drafts.is_empty() && unjudged.is_empty() {
            return;
        }
        let source = source();
        let builder = FindingBuilder {
            input: self.input,
            before: self.before,
            settings,
        };
        let findings = drafts.into_iter();
        let findings = findings.filter_map(|draft| {
            let mut finding = builder.finding(rule, &source, draft);
            if !settings.per_path.is_empty() {
                let file = builder.name_of(finding.location.place.file);
                if let Some(severity) = settings.severity_in(rule, file) {
                    finding.severity = severity?;
                }
            }
            Some(finding)
        });
        self.findings.extend(findings);
        let entries = unjudged.into_iter();
        self.not_judged
            .extend(entries.map(|entry| builder.not_judged(rule, &source, entry)));
    }

    /// Notes which findings, of those that are new since the last call, rest on a token that says nothing about what
    /// will be applied.
    pub(super) fn note_replaced(&mut self, is_replaced: impl Fn(FileSpan) -> Option<Unknown>) {
        for (at, finding) in self.findings.iter().enumerate().skip(self.looked_at) {
            let related = finding.related.iter().map(|related| &related.location);
            let because = std::iter::once(&finding.location)
                .chain(related)
                .find_map(|location| is_replaced(location.judged_place()));
            self.replaced.extend(because.map(|because| (at, because)));
        }
        self.looked_at = self.findings.len();
    }

    /// The outcome of the run over the objects of an input.
    pub(super) fn finish(mut self, model: SideModel<'_, 'w>) -> Outcome<'w> {
        let (input, is_brief) = (self.input, self.engine.settings().brief);
        let unrendered = input.unrendered().iter();
        let entries = unrendered.map(|entry| NotJudged::unrendered(entry, input));
        self.not_judged.extend(entries);
        if !is_brief {
            self.note_unjudged_objects(&model);
        }
        let mut outcome = self.into_outcome();
        if !is_brief {
            outcome.unread = unread(input, model.nested());
        }
        outcome.electors = model.into_electors();
        if !is_brief {
            outcome.count(input);
        }
        outcome
    }

    /// Notes what only renderers or sources of programs would show.
    pub(super) fn note_unjudged_objects(&mut self, model: &SideModel<'_, 'w>) {
        let input = self.input;
        let objects = model.objects().iter();
        let deliveries = objects.filter_map(|object| NotJudged::delivery(*object, input));
        let not_tied = model.not_tied.iter();
        let not_tied = not_tied.map(|one| NotJudged::not_tied(one, input));
        let hooks = model.hooks.iter();
        let hooks = hooks.filter_map(|hook| NotJudged::hook(hook, input));
        self.not_judged
            .extend(deliveries.chain(not_tied).chain(hooks));
    }

    /// What the rules found, in order.
    pub(super) fn into_outcome(mut self) -> Outcome<'w> {
        self.findings.append(&mut self.earlier);
        self.findings
            .sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        // One token at fault is one finding, also when several containers of a pod rest on it; a line of a program's
        // source, also when several workloads run it.
        self.findings.dedup_by(|a, b| {
            let is_same_place = a.location.judged_place() == b.location.judged_place();
            let is_same_object = a.object == b.object || a.rule.group == Group::Code;
            is_same_place && a.rule.id == b.rule.id && is_same_object
        });
        join_releases(&mut self.findings, self.input);
        part_fingerprints(&mut self.findings);
        self.not_judged
            .sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        Outcome {
            findings: self.findings,
            not_judged: self.not_judged,
            internal: self.internal,
            ..Outcome::default()
        }
    }
}

/// What a panic says.
fn words_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
        .to_owned()
}
