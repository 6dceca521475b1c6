//! One run: electors and rules, each about each.

mod finish;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::Context;
use super::finding::{Finding, Location, NotJudged, Related};
use super::input::Input;
use super::outcome::{AccessSummary, InternalError, Outcome, Settings};
use super::rule::{Check, Rule, Severity, rules};
use super::sink::{Draft, Sink};
use crate::world::{BundleSummary, FileSurroundings, FileWorld, World};
use election::{Elector, Surroundings, electors_of};
use manifest::text::{FileSpan, Position};
use objects::ObjectName;
use objects::{NestedList, Object, Workload, objects_of};
use programs::Unknown;

pub(super) use finish::order_of;

/// Judges an input, which is all there is.
#[must_use]
pub fn judge<'w>(input: &'w Input, settings: &'w Settings) -> Outcome<'w> {
    judge_files(input, settings, false)
}

/// As [`judge`], and tells each elector's access.
#[must_use]
pub fn inspect<'w>(input: &'w Input, settings: &'w Settings) -> Outcome<'w> {
    judge_files(input, settings, true)
}

fn judge_files<'w>(input: &'w Input, settings: &'w Settings, with_access: bool) -> Outcome<'w> {
    let surroundings = FileSurroundings::of(input, settings.bundling);
    let electors = electors_in(surroundings.objects(), &surroundings, settings);
    let world = FileWorld::of(surroundings, &electors);
    let subjects = Subjects {
        objects: world.objects(),
        nested: world.nested_lists(),
        electors,
    };
    judge_subjects(input, subjects, &world, settings, with_access)
}

/// Judges the objects of an input among the objects of a world that is not made of it, such as a
/// live cluster.
#[must_use]
pub fn judge_among<'w>(
    input: &'w Input,
    world: &dyn World<'w>,
    settings: &'w Settings,
) -> Outcome<'w> {
    let (objects, nested) = objects_in(input);
    let electors = electors_in(&objects, world, settings);
    let subjects = Subjects {
        objects: &objects,
        nested: &nested,
        electors,
    };
    judge_subjects(input, subjects, world, settings, false)
}

/// What belongs together around the electors of an input, in the order of the input.
#[must_use]
pub fn bundles_around_electors(input: &Input, settings: &Settings) -> Vec<BundleSummary> {
    let surroundings = FileSurroundings::of(input, settings.bundling);
    let electors = electors_in(surroundings.objects(), &surroundings, settings);
    FileWorld::of(surroundings, &electors).bundles_around(&electors)
}

/// What is judged.
pub(super) struct Subjects<'s, 'w> {
    pub objects: &'s [Object<'w>],
    pub nested: &'s [NestedList<'w>],
    pub electors: Vec<Elector<'w>>,
}

/// The objects of an input, and lists inside lists.
pub(super) fn objects_in(input: &Input) -> (Vec<Object<'_>>, Vec<NestedList<'_>>) {
    let mut objects = Vec::new();
    let mut nested = Vec::new();
    for document in input.documents() {
        let (found, list) = objects_of(document);
        objects.extend(found);
        nested.extend(list);
    }
    (objects, nested)
}

pub(super) fn electors_in<'w>(
    objects: &[Object<'w>],
    world: &dyn Surroundings<'w>,
    settings: &'w Settings,
) -> Vec<Elector<'w>> {
    let mut electors = Vec::new();
    for object in objects {
        if let Some(workload) = Workload::of(*object) {
            electors.append(&mut electors_of(workload, world, &settings.programs));
        }
    }
    electors
}

pub(super) fn judge_subjects<'w>(
    input: &'w Input,
    subjects: Subjects<'_, 'w>,
    world: &dyn World<'w>,
    settings: &'w Settings,
    with_access: bool,
) -> Outcome<'w> {
    let mut run = Run::new(input, settings);
    let access = run.all_rules(&subjects, world, with_access);
    Outcome {
        access,
        ..run.finish(subjects)
    }
}

/// One run of rules over one input.
pub(super) struct Run<'w> {
    input: &'w Input,
    /// The other side of a change, into which reports may point.
    pub before: Option<&'w Input>,
    /// The only rules to be asked; `None`: all.
    pub only: Option<Vec<&'static Rule>>,
    settings: &'w Settings,
    findings: Vec<Finding>,
    /// Findings that rest on what a later step replaces, by their place in the list, and why.
    replaced: Vec<(usize, Unknown)>,
    /// How many findings were looked at for that.
    looked_at: usize,
    not_judged: Vec<NotJudged>,
    internal: Vec<InternalError>,
}

/// What a rule is asked about.
pub(super) struct Subject {
    object: ObjectName,
    container: Option<String>,
}

impl From<&Elector<'_>> for Subject {
    fn from(elector: &Elector<'_>) -> Self {
        Self {
            object: elector.object.object_name(),
            container: Some(elector.container.name().to_owned()),
        }
    }
}

impl From<&Object<'_>> for Subject {
    fn from(object: &Object<'_>) -> Self {
        Self {
            object: object.object_name(),
            container: None,
        }
    }
}

/// Whether a rule speaks at all under these settings, and with which severity at the most strict.
pub(super) fn is_active(rule: &Rule, settings: &Settings) -> bool {
    match settings.severities.get(rule.id) {
        Some(None) => return false,
        Some(Some(_)) => return true,
        None => {}
    }
    rule.profile <= settings.profile
}

impl<'w> Run<'w> {
    pub(super) fn new(input: &'w Input, settings: &'w Settings) -> Self {
        Self {
            input,
            before: None,
            only: None,
            settings,
            findings: Vec::new(),
            replaced: Vec::new(),
            looked_at: 0,
            not_judged: Vec::new(),
            internal: Vec::new(),
        }
    }

    /// Asks every rule about every subject by itself. Tells each elector's access if asked for.
    pub(super) fn all_rules(
        &mut self,
        subjects: &Subjects<'_, 'w>,
        world: &dyn World<'w>,
        with_access: bool,
    ) -> Vec<AccessSummary> {
        let contexts: Vec<Context<'_, 'w>> = subjects
            .electors
            .iter()
            .map(|elector| Context::new(elector, world))
            .collect();
        match self.only.take() {
            Some(few) => {
                for rule in few {
                    self.rule(rule, subjects, &contexts, world);
                }
            }
            None => {
                for entry in rules() {
                    self.rule(entry.rule, subjects, &contexts, world);
                }
            }
        }
        self.note_replaced(|place| world.is_replaced(place));
        if !with_access {
            return Vec::new();
        }
        contexts
            .iter()
            .map(|context| AccessSummary::of(context.access()))
            .collect()
    }

    fn rule(
        &mut self,
        rule: &'static Rule,
        subjects: &Subjects<'_, 'w>,
        contexts: &[Context<'_, 'w>],
        world: &dyn World<'w>,
    ) {
        if !is_active(rule, self.settings) {
            return;
        }
        match rule.check {
            Check::Elector(check) => {
                for elector in &subjects.electors {
                    self.ask(rule, || elector.into(), |sink| check(elector, sink));
                }
            }
            Check::ElectorInWorld(check) => {
                for (elector, context) in subjects.electors.iter().zip(contexts) {
                    self.ask(
                        rule,
                        || elector.into(),
                        |sink| {
                            check(elector, context, sink);
                        },
                    );
                }
            }
            Check::Object(check) => {
                for object in subjects.objects {
                    self.ask(rule, || object.into(), |sink| check(object, sink));
                }
            }
            Check::ObjectInWorld(check) => {
                for object in subjects.objects {
                    self.ask(rule, || object.into(), |sink| check(object, world, sink));
                }
            }
            Check::Document(check) => {
                for document in self.input.documents() {
                    let subject = || {
                        let first = objects_of(document).0.first().copied();
                        Subject {
                            object: first
                                .map_or_else(ObjectName::default, |object| object.object_name()),
                            container: None,
                        }
                    };
                    self.ask(rule, subject, |sink| check(document, sink));
                }
            }
            // Changes are judged apart, and some rules are the engine's own.
            Check::Change(_) | Check::Engine => {}
        }
    }

    /// Asks one rule about one subject, which is named only if the rule says something about it. A
    /// rule that panics is reported, and the others still run.
    pub(super) fn ask(
        &mut self,
        rule: &'static Rule,
        subject: impl FnOnce() -> Subject,
        check: impl FnOnce(&mut Sink<'_>),
    ) {
        let mut sink = Sink {
            limits: &self.settings.limits,
            profile: self.settings.profile,
            drafts: Vec::new(),
            unjudged: Vec::new(),
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&mut sink))) {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message")
                .to_owned();
            self.internal.push(InternalError {
                rule: rule.id,
                message,
            });
        }
        let Sink {
            drafts,
            mut unjudged,
            ..
        } = sink;
        if self.settings.brief {
            unjudged.clear();
        }
        if drafts.is_empty() && unjudged.is_empty() {
            return;
        }
        let Subject { object, container } = subject();
        for draft in drafts {
            let finding = self.concrete(rule, &object, container.as_deref(), draft);
            self.findings.push(finding);
        }
        for entry in unjudged {
            self.not_judged.push(NotJudged {
                rule,
                object: object.clone(),
                container: container.clone(),
                location: self.locate(entry.place, Severity::Info),
                code: entry.code,
                reason: entry.reason,
            });
        }
    }

    /// Notes which findings, of those that are new since it was last asked, rest on a token that says nothing
    /// about what will be applied.
    pub(super) fn note_replaced(&mut self, is_replaced: impl Fn(FileSpan) -> Option<Unknown>) {
        for (at, finding) in self.findings.iter().enumerate().skip(self.looked_at) {
            let related = finding.related.iter().map(|related| &related.location);
            let because = std::iter::once(&finding.location)
                .chain(related)
                .find_map(|location| is_replaced(location.place));
            self.replaced.extend(because.map(|because| (at, because)));
        }
        self.looked_at = self.findings.len();
    }

    /// A place with its lines: of this input, or of the other side of a change.
    fn locate(&self, place: FileSpan, severity: Severity) -> Location {
        let input = match self.before {
            Some(before) if before.file(place.file).is_some() => before,
            _ => self.input,
        };
        if !self.settings.brief {
            return input.locate(place);
        }
        Location {
            place,
            start: Position::FIRST,
            end: Position::FIRST,
            path: match severity {
                Severity::Info => String::new(),
                Severity::Warning | Severity::Error => input.path_of(place),
            },
        }
    }

    fn concrete(
        &self,
        rule: &'static Rule,
        object: &ObjectName,
        container: Option<&str>,
        draft: Draft,
    ) -> Finding {
        let mut severity = draft.severity.unwrap_or(rule.severity);
        let mut message = one_line(draft.message);
        let timing = rule.group == super::rule::Group::Timing;
        if draft.nothing_written && timing && severity == Severity::Warning {
            severity = Severity::Info;
        } else if !draft.assumed.is_empty() {
            severity = severity.milder();
        }
        if let Some(assumed) = draft
            .assumed
            .first()
            .filter(|text| !message.contains(text.as_str()))
        {
            message.push_str(" (");
            message.push_str(assumed);
            message.push(')');
        }
        if let Some(Some(configured)) = self.settings.severities.get(rule.id) {
            severity = *configured;
        }
        let location = self.locate(draft.place, severity);
        let related = draft
            .related
            .into_iter()
            .map(|(place, message)| Related {
                location: self.locate(place, Severity::Info),
                message,
            })
            .collect();
        let is_compared = !self.settings.brief || severity > Severity::Info;
        Finding {
            rule,
            severity,
            message,
            help: draft.help,
            fingerprint: match is_compared {
                true => fingerprint(rule.id, object, container, &location.path),
                false => String::new(),
            },
            object: object.clone(),
            container: container.map(str::to_owned),
            location,
            related,
            fixes: draft.fixes,
            suppressed: None,
        }
    }
}

/// Stable across edits elsewhere: rule, object, container and path, hashed (FNV-1a, 64 bits).
fn fingerprint(rule: &str, object: &ObjectName, container: Option<&str>, path: &str) -> String {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let parts = [
        rule,
        object.api_version.as_str(),
        object.kind.as_str(),
        namespace,
        object.name.as_str(),
        container.unwrap_or_default(),
        path,
    ];
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash ^= u64::from(byte);
            hash = hash.wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// A message is one line, whatever the manifest's texts hold: control characters are written out.
fn one_line(message: String) -> String {
    if !message.contains(char::is_control) {
        return message;
    }
    message
        .chars()
        .flat_map(|c| {
            let escaped = c.is_control().then(|| c.escape_default());
            let plain = escaped.is_none().then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// How many findings there are of each rule, for reports.
#[must_use]
pub fn count_by_rule(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.rule.id).or_insert(0) += 1;
    }
    counts
}
