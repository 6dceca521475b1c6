//! Judging a change: both sides by themselves, every elector as it was and as it will be, and what
//! the change introduces and mends.

use std::collections::{HashMap, HashSet};

use super::change::{Change, Side};
use super::compare::{Compared, Subject, compare};
use super::finding::{Finding, NotJudged};
use super::input::Input;
use super::outcome::{InternalError, Outcome, Settings, Summary};
use super::pairing::{Fate, Pairings, pair};
use super::rule::{Check, Rule, Severity, rules};
use super::run::{Run, Subjects, electors_in, is_active, objects_in, order_of};
use crate::world::{FileSurroundings, FileWorld};
use election::Elector;
use manifest::tree::ReadError;
use objects::{NestedList, Object};

/// What one change is judged as.
pub struct ChangeOutcome<'w> {
    /// The transitions, and what the new side has and the old one had not, sorted as in an [`Outcome`]. A
    /// fault that grew more severe, or that an ignore no longer silences, is among them.
    pub introduced: Vec<Finding>,
    /// What both sides have.
    pub existing: Vec<Finding>,
    /// What the change mends: open findings of the old side that the new one has no more.
    pub removed: Vec<Finding>,
    /// What could not be judged of the change, and of the new side where it could be on the old one.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read of the new side, then of the old side what could be on the new one.
    pub unread: Vec<ReadError>,
    /// Every elector of the new side.
    pub electors: Vec<Elector<'w>>,
    /// Rules that failed on either side; the others still ran.
    pub internal: Vec<InternalError>,
    /// Counts of the new side; its findings are those of `introduced`.
    pub summary: Summary,
}

/// How much of the old side is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OldSide {
    Whole,
    /// What tells whether open errors and warnings of the new side are new.
    WhereItCounts,
}

/// Judges the change from one input to another; each is all there is on its side.
///
/// The ids of `after` count on from those of `before`, or the other way round: see
/// [`Input::starting_at`].
#[must_use]
pub fn judge_change<'w>(
    before: &'w Input,
    after: &'w Input,
    settings: &'w Settings,
) -> ChangeOutcome<'w> {
    judge_files(before, after, settings, OldSide::Whole)
}

/// Judges the change as [`judge_change`], for one who only asks what may stop it: which open errors and
/// warnings the new side has, and which of them are new.
///
/// That costs little where there are none, as the old side is only asked about the rules behind them. All
/// other findings of the new side are among [`ChangeOutcome::existing`] whether they are new or not, and
/// of the old side nothing is told by itself: what is removed, not judged or unread there.
#[must_use]
pub fn judge_update<'w>(
    before: &'w Input,
    after: &'w Input,
    settings: &'w Settings,
) -> ChangeOutcome<'w> {
    judge_files(before, after, settings, OldSide::WhereItCounts)
}

/// As [`judge_update`], each side among the objects of a world that is not made of it, such as a live
/// cluster.
#[must_use]
pub fn judge_update_among<'w>(
    before: Side<'_, 'w>,
    after: Side<'_, 'w>,
    settings: &'w Settings,
) -> ChangeOutcome<'w> {
    judge_among(before, after, settings, OldSide::WhereItCounts)
}

fn judge_files<'w>(
    before: &'w Input,
    after: &'w Input,
    settings: &'w Settings,
    scope: OldSide,
) -> ChangeOutcome<'w> {
    let surroundings = FileSurroundings::of(before, settings.bundling);
    let old_electors = electors_in(surroundings.objects(), &surroundings, settings);
    let old_world = FileWorld::of(surroundings, &old_electors);
    let surroundings = FileSurroundings::of(after, settings.bundling);
    let new_electors = electors_in(surroundings.objects(), &surroundings, settings);
    let new_world = FileWorld::of(surroundings, &new_electors);
    let old = Judged {
        side: Side {
            input: before,
            world: &old_world,
        },
        objects: old_world.objects(),
        nested: old_world.nested_lists(),
        electors: old_electors,
    };
    let new = Judged {
        side: Side {
            input: after,
            world: &new_world,
        },
        objects: new_world.objects(),
        nested: new_world.nested_lists(),
        electors: new_electors,
    };
    judge_sides(old, new, settings, scope)
}

/// Judges the change from one input to another, each among the objects of a world that is not made
/// of it, such as a live cluster.
#[must_use]
pub fn judge_change_among<'w>(
    before: Side<'_, 'w>,
    after: Side<'_, 'w>,
    settings: &'w Settings,
) -> ChangeOutcome<'w> {
    judge_among(before, after, settings, OldSide::Whole)
}

fn judge_among<'w>(
    before: Side<'_, 'w>,
    after: Side<'_, 'w>,
    settings: &'w Settings,
    scope: OldSide,
) -> ChangeOutcome<'w> {
    let (old_objects, old_nested) = objects_in(before.input);
    let (new_objects, new_nested) = objects_in(after.input);
    let old = Judged {
        side: before,
        electors: electors_in(&old_objects, before.world, settings),
        objects: &old_objects,
        nested: &old_nested,
    };
    let new = Judged {
        side: after,
        electors: electors_in(&new_objects, after.world, settings),
        objects: &new_objects,
        nested: &new_nested,
    };
    judge_sides(old, new, settings, scope)
}

/// One side with its subjects.
struct Judged<'s, 'w> {
    side: Side<'s, 'w>,
    objects: &'s [Object<'w>],
    nested: &'s [NestedList<'w>],
    electors: Vec<Elector<'w>>,
}

fn judge_sides<'w>(
    old: Judged<'_, 'w>,
    new: Judged<'_, 'w>,
    settings: &'w Settings,
    scope: OldSide,
) -> ChangeOutcome<'w> {
    let (before, after) = (old.side, new.side);
    let pairings = pair(
        (&old.electors, before),
        (&new.electors, new.objects, after),
        settings,
    );

    let new_subjects = Subjects {
        objects: new.objects,
        nested: new.nested,
        electors: new.electors,
    };
    let mut run = Run::new(after.input, settings);
    run.before = Some(before.input);
    run.all_rules(&new_subjects, after.world, false);
    let renamed = {
        let changes = changes(
            &old.electors,
            &new_subjects.electors,
            &pairings,
            before,
            after,
        );
        transitions(&mut run, &changes, settings);
        run.note_replaced(|place| {
            let in_new = after.world.is_replaced(place);
            in_new.or_else(|| before.world.is_replaced(place))
        });
        renamed(&changes)
    };
    let head = run.finish(new_subjects);

    let old_subjects = Subjects {
        objects: old.objects,
        nested: old.nested,
        electors: old.electors,
    };
    let asked = match scope {
        OldSide::Whole => None,
        OldSide::WhereItCounts => rules_that_count(&head.findings),
    };
    let mut run = Run::new(before.input, settings);
    run.only.clone_from(&asked);
    run.all_rules(&old_subjects, before.world, false);
    let base = run.finish(old_subjects);
    outcome(head, (base, asked), before.input, after.input, &renamed)
}

/// Whether a finding may stop a change, or is at least told to the one who makes it.
fn counts(finding: &Finding) -> bool {
    finding.suppressed.is_none() && finding.severity > Severity::Info
}

/// The rules behind open errors and warnings; `None`: one of them depends on what all others say.
fn rules_that_count(findings: &[Finding]) -> Option<Vec<&'static Rule>> {
    let mut counting: Vec<&'static Rule> = Vec::new();
    for finding in findings.iter().filter(|finding| counts(finding)) {
        match finding.rule.check {
            Check::Engine => return None,
            Check::Change(_) => {}
            _ if counting.iter().any(|rule| rule.id == finding.rule.id) => {}
            _ => counting.push(finding.rule),
        }
    }
    Some(counting)
}

fn changes<'c, 'w>(
    old: &'c [Elector<'w>],
    new: &'c [Elector<'w>],
    pairings: &'c Pairings<'w>,
    before: Side<'c, 'w>,
    after: Side<'c, 'w>,
) -> Vec<Change<'c, 'w>> {
    let one = |pairing: &super::pairing::Pairing| {
        Some(Change {
            before: old.get(pairing.before)?,
            after: match pairing.after {
                Fate::Is(at) => new.get(at),
                Fate::Silent(at) => pairings.silent.get(at),
                Fate::Gone => None,
            },
            replaced: pairing.replaced,
            world_before: before.world,
            world_after: after.world,
        })
    };
    pairings.list.iter().filter_map(one).collect()
}

/// Asks the rules that look at changes.
fn transitions(run: &mut Run<'_>, changes: &[Change<'_, '_>], settings: &Settings) {
    if changes.is_empty() {
        return;
    }
    for entry in rules() {
        let Check::Change(check) = entry.rule.check else {
            continue;
        };
        if !is_active(entry.rule, settings) {
            continue;
        }
        for change in changes {
            run.ask(
                entry.rule,
                || change.after.unwrap_or(change.before).into(),
                |sink| check(change, sink),
            );
        }
    }
}

/// What electors of the old side are called now, where that differs.
fn renamed(changes: &[Change<'_, '_>]) -> HashMap<Subject, Subject> {
    let mut renamed = HashMap::new();
    for change in changes {
        let Some(after) = change.after else { continue };
        let subject = |elector: &Elector<'_>| {
            let container = elector.container.name().to_owned();
            (elector.object.object_name(), Some(container))
        };
        let (was, is) = (subject(change.before), subject(after));
        if was != is {
            let (whole_was, whole_is) = ((was.0.clone(), None), (is.0.clone(), None));
            renamed.insert(whole_was, whole_is);
            renamed.insert(was, is);
        }
    }
    renamed
}

fn outcome<'w>(
    head: Outcome<'w>,
    (base, asked): (Outcome<'_>, Option<Vec<&'static Rule>>),
    before: &Input,
    after: &Input,
    renamed: &HashMap<Subject, Subject>,
) -> ChangeOutcome<'w> {
    let is_transition = |finding: &Finding| matches!(finding.rule.check, Check::Change(_));
    let (transitions, mut standing): (Vec<_>, Vec<_>) =
        head.findings.into_iter().partition(is_transition);
    // What was not asked about the old side cannot be compared.
    let uncompared = match asked {
        None => Vec::new(),
        Some(asked) => {
            let is_asked = |finding: &Finding| asked.iter().any(|rule| rule.id == finding.rule.id);
            let (compared, others) = standing.into_iter().partition(is_asked);
            standing = compared;
            others
        }
    };
    let Compared {
        mut introduced,
        mut existing,
        removed,
    } = compare((base.findings, before), (standing, after), renamed);
    existing.extend(uncompared);
    introduced.extend(transitions);
    introduced.sort_by(|a, b| order_of(a).cmp(&order_of(b)));

    let mut not_judged = head.not_judged;
    drop_known(&mut not_judged, &base.not_judged);
    let mut unread = head.unread;
    let known: HashSet<_> = unread
        .iter()
        .map(|entry| (after.name_within(entry.file), entry.code))
        .collect();
    let further: Vec<ReadError> = base
        .unread
        .into_iter()
        .filter(|entry| !known.contains(&(before.name_within(entry.file), entry.code)))
        .collect();
    drop(known);
    unread.extend(further);
    let mut internal = head.internal;
    internal.extend(base.internal);

    let mut outcome = ChangeOutcome {
        introduced,
        existing,
        removed,
        not_judged,
        unread,
        electors: head.electors,
        internal,
        summary: head.summary,
    };
    outcome.recount();
    outcome
}

/// Leaves out what could not be judged on the old side either.
fn drop_known(entries: &mut Vec<NotJudged>, known: &[NotJudged]) {
    let key = |entry: &NotJudged| {
        let subject = (entry.object.clone(), entry.container.clone());
        (
            entry.rule.id,
            entry.code,
            subject,
            entry.location.path.clone(),
        )
    };
    let mut counts: HashMap<_, usize> = HashMap::new();
    for entry in known {
        *counts.entry(key(entry)).or_default() += 1;
    }
    entries.retain(|entry| match counts.get_mut(&key(entry)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
}

impl ChangeOutcome<'_> {
    /// Counts again, after findings were silenced from outside.
    pub fn recount(&mut self) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let open = |severity: Severity| {
            let is_open =
                |finding: &&Finding| finding.suppressed.is_none() && finding.severity == severity;
            count(self.introduced.iter().filter(is_open).count())
        };
        let (errors, warnings, infos) = (
            open(Severity::Error),
            open(Severity::Warning),
            open(Severity::Info),
        );
        let is_silenced = |finding: &&Finding| finding.suppressed.is_some();
        let suppressed = count(self.introduced.iter().filter(is_silenced).count());
        let summary = &mut self.summary;
        (summary.errors, summary.warnings, summary.infos) = (errors, warnings, infos);
        summary.suppressed = suppressed;
        summary.not_judged = count(self.not_judged.len());
        summary.unread = count(self.unread.len());
    }
}
