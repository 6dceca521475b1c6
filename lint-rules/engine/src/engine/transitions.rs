//! Judging a change: both sides by themselves, every elector as it was and as it will be, and what
//! the change introduces and mends.

use super::Engine;
use super::run::{Run, UnusedIgnores};
use crate::change::Change;
use crate::comparison::compared;
use crate::finding::Finding;
use crate::object_pairs::ObjectPairs;
use crate::outcome::Outcome;
use crate::pairing::{Fate, Pairing, Pairings, pair};
use crate::rule::{Check, Rule};
use crate::side::SideModel;
use crate::terms::Severity;

/// Judges the change from one side to another. Of the old side all is judged, or only what tells whether open errors
/// and warnings of the new side are new.
pub(super) fn judge_change<'w>(
    engine: &'w Engine,
    old: SideModel<'_, 'w>,
    new: SideModel<'_, 'w>,
    judges_whole_old_side: bool,
) -> Outcome<'w> {
    let (before, after) = (old.input, new.input);
    let mut run = Run::new(engine, after).after(before);
    run.check_all(engine.active(), &new);
    let mut objects = ObjectPairs::of(&old, &new);
    {
        let pairings = pair(&old, &new, &objects, engine.settings());
        let changes = changes(&old, &new, &pairings);
        check_changes(&mut run, engine.active(), &changes);
        run.note_replaced(|place| {
            let in_new = new.world().is_replaced(place);
            in_new.or_else(|| old.world().is_replaced(place))
        });
        for change in &changes {
            if let Some(after) = change.after {
                objects.join(change.before, after);
            }
        }
    }
    run.apply_ignores(new.objects(), UnusedIgnores::OfManifests);
    let head = run.finish(new);

    let few = match judges_whole_old_side {
        true => None,
        false => rules_that_count(&head.findings),
    };
    let mut run = Run::new(engine, before);
    run.check_all(few.as_deref().unwrap_or(engine.active()), &old);
    run.apply_ignores(old.objects(), UnusedIgnores::OfManifests);
    let base = run.finish(old);
    let mut outcome = compared((base, before), (head, after), few.as_deref(), &objects);
    if !engine.settings().brief {
        outcome.count(after);
    }
    outcome
}

/// The rules behind open errors and warnings; `None`: one of them depends on what all others report.
fn rules_that_count(findings: &[Finding]) -> Option<Vec<&'static Rule>> {
    let mut counting: Vec<&'static Rule> = Vec::new();
    let may_stop = |finding: &&Finding| finding.is_open() && finding.severity > Severity::Info;
    for finding in findings.iter().filter(may_stop) {
        match finding.rule.check {
            Check::Ignore(_) => return None,
            Check::Change(_) | Check::ChangeOrWithdrawal(..) => {}
            _ if counting.iter().any(|rule| rule.id == finding.rule.id) => {}
            _ => counting.push(finding.rule),
        }
    }
    Some(counting)
}

fn changes<'c, 'w>(
    old: &'c SideModel<'_, 'w>,
    new: &'c SideModel<'_, 'w>,
    pairings: &'c Pairings<'w>,
) -> Vec<Change<'c, 'w>> {
    let one = |pairing: &Pairing| {
        Some(Change {
            before: old.electors.get(pairing.before)?,
            after: match pairing.after {
                Fate::Is(at) => new.electors.get(at),
                Fate::Silent(at) => pairings.silent.get(at),
                Fate::Gone => None,
            },
            replaced: pairing.replaced,
            world_before: old.world(),
            world_after: new.world(),
        })
    };
    pairings.list.iter().filter_map(one).collect()
}

/// Runs the rules that look at changes.
fn check_changes(run: &mut Run<'_>, rules: &[&'static Rule], changes: &[Change<'_, '_>]) {
    for rule in rules {
        let (Check::Change(check) | Check::ChangeOrWithdrawal(check, _)) = rule.check else {
            continue;
        };
        for change in changes {
            let subject = || change.after.unwrap_or(change.before).into();
            run.check(rule, subject, |sink| check(change, sink));
        }
    }
}
