//! An UPDATE: what the change makes may deny, what was there before never does.

use lint_rules::engine::{self, ChangeOutcome, Input, Side};
use lint_rules::source::FileId;
use lint_rules::yaml::{Document, Node};

use super::Policy;
use super::judge::{Asked, Found, LIMITS, findings, is_judged_in_time};
use crate::cluster::Reading;

/// Judges a change: the findings of the new object and of the step to it.
/// An old object that is not there or cannot be read proves nothing about the change, so nothing of it
/// is new; nor is it asked what is only advice, which nobody is told.
pub(super) fn judge(
    new: &Input,
    asked: &Asked<'_>,
    policy: &Policy,
    cluster: Option<&Reading<'_>>,
) -> Found {
    let same = new.documents().all(|document| has_spec_of(document, asked));
    let old = asked.old.as_deref().filter(|_| !same);
    let before = old.and_then(|old| read_old(old, new.next_id()));
    let Some(before) = before else {
        return findings(new, false, policy, cluster);
    };
    let world = cluster.map(Reading::world).map(|world| {
        if asked.is_scale {
            world.while_scaling()
        } else {
            world
        }
    });
    let ChangeOutcome {
        introduced,
        existing,
        internal,
        ..
    } = match &world {
        Some(world) => engine::judge_update_among(
            Side {
                input: &before,
                world,
            },
            Side { input: new, world },
            &policy.settings,
        ),
        None => engine::judge_update(&before, new, &policy.settings),
    };
    let made = introduced.into_iter().map(|finding| (finding, true));
    let known = existing.into_iter().map(|finding| (finding, false));
    Found {
        findings: made.chain(known).collect(),
        failed_rules: internal.iter().map(|error| error.rule).collect(),
        has_read_config_maps: world.is_some_and(|world| world.has_read_config_maps()),
    }
}

fn read_old(old: &str, first: FileId) -> Option<Input> {
    let file = engine::read_object(first, "object", old, LIMITS).ok()?;
    Some(Input::starting_at(first, vec![file])).filter(is_judged_in_time)
}

/// Whether the old object has the same spec, byte for byte, and neither has an ignore: then whatever
/// can be said of the new one could be said of the old one. Most updates of controllers are such.
fn has_spec_of(new: &Document, asked: &Asked<'_>) -> bool {
    const IGNORE: &str = "leaselint.io/ignore.";
    let (Some(old), Some(old_spec)) = (&asked.old, asked.old_spec) else {
        return false;
    };
    let Some(spec) = new.root().get("spec").map(Node::span) else {
        return false;
    };
    let spec = new.text().get(spec.start as usize..spec.end as usize);
    spec == Some(old_spec) && !new.text().contains(IGNORE) && !old.contains(IGNORE)
}
