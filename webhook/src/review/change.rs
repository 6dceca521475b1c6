//! An UPDATE: what the change makes may deny, what was there before never does.

use engine::{Engine, Input, Outcome, Side, Task};

use super::judge::{JudgedFindings, ObjectChange, OldInput, findings};
use super::objects::{have_same_spec, is_judged_in_time};
use crate::cluster::FactsGuard;

/// Judges a change: the findings of the new object and of the step to it.
/// An old object that is not there or cannot be read proves nothing about the change, so nothing of it
/// is new; nor is it asked what is only advice, which nobody is told.
pub(super) fn judge(
    change: &ObjectChange,
    engine: &Engine,
    cluster: Option<&FactsGuard<'_>>,
) -> JudgedFindings {
    let new = &change.new;
    let before = match &change.old {
        OldInput::Read(before) if is_judged_in_time(before) && may_differ(new, before) => before,
        OldInput::Read(_) | OldInput::SameSpec | OldInput::None => {
            return findings(new, false, engine, cluster);
        }
    };
    let world = cluster.map(FactsGuard::world).map(|world| {
        if change.is_scale {
            world.while_scaling()
        } else {
            world
        }
    });
    let side = |input| match &world {
        Some(world) => Side::among(input, world),
        None => Side::from(input),
    };
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
        has_read_config_maps: world.is_some_and(|world| world.has_read_config_maps()),
    }
}

fn may_differ(new: &Input, old: &Input) -> bool {
    let mut both = new.documents().zip(old.documents());
    !both.all(|(new, old)| have_same_spec(new, old))
}
