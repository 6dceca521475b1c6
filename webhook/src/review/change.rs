//! The engine's judgement of a request. Of an UPDATE what the change makes may deny, what was there before never does.

use engine::{Engine, Input, Outcome, Side, Task};

use super::judge::{JudgedFindings, ObjectChange, OldInput};
use super::objects::{have_same_spec, is_judged_in_time};
use crate::cluster::ClusterWorld;

/// Judges a change: the findings of the new object and of the step to it. Of an object that is created all are new.
///
/// An old object that is not there or cannot be read proves nothing about the change, so nothing of it
/// is new; nor is it judged by what is only advice, which is not shown.
pub(super) fn judge(
    change: &ObjectChange,
    is_update: bool,
    engine: &Engine,
    world: Option<&ClusterWorld<'_>>,
) -> JudgedFindings {
    let new = &change.new;
    let before = match &change.old {
        OldInput::Read(before)
            if is_update && is_judged_in_time(before) && may_differ(new, before) =>
        {
            before
        }
        OldInput::Read(_) | OldInput::SameSpec | OldInput::None => {
            return findings(new, !is_update, engine, world);
        }
    };
    let side = |input| side_of(input, world);
    let Outcome {
        findings,
        existing,
        internal,
        ..
    } = engine.judge(Task::update(side(before), side(new)));
    let made = findings.into_iter().map(|finding| (finding, true));
    let known = existing.into_iter().map(|finding| (finding, false));
    JudgedFindings {
        findings: made.chain(known).collect(),
        failed_rules: internal.iter().map(|error| error.rule).collect(),
    }
}

fn side_of<'i, 'w>(input: &'w Input, world: Option<&'i ClusterWorld<'w>>) -> Side<'i, 'w> {
    match world {
        Some(world) => Side::among(input, world),
        None => Side::from(input),
    }
}

fn may_differ(new: &Input, old: &Input) -> bool {
    let mut both = new.documents().zip(old.documents());
    !both.all(|(new, old)| have_same_spec(new, old))
}

/// The findings of an object by itself, all of them new or none.
fn findings(
    input: &Input,
    are_new: bool,
    engine: &Engine,
    world: Option<&ClusterWorld<'_>>,
) -> JudgedFindings {
    let outcome = engine.judge(Task::lint(side_of(input, world)));
    let found = outcome.findings.into_iter();
    JudgedFindings {
        findings: found.map(|finding| (finding, are_new)).collect(),
        failed_rules: outcome.internal.iter().map(|error| error.rule).collect(),
    }
}
