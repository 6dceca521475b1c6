//! An UPDATE: what the change makes may deny, what was there before never does.

use engine::{self, ChangeOutcome, Input, Side};
use manifest::json::says_the_same;
use manifest::text::FileId;
use manifest::tree::Document;

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
    let may_differ = |was: Option<&Document>| {
        let mut all = new.documents();
        !all.all(|document| has_spec_of(document, was, asked))
    };
    let old = asked.old.as_deref().filter(|_| may_differ(None));
    let before = old.and_then(|old| read_old(old, new.next_id()));
    let before = before.filter(|before| may_differ(before.documents().next()));
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

/// Whether the old object has the same spec, byte for byte or, once it is read, in all that is read of it, and
/// neither has an ignore: then whatever can be said of the new one could be said of the old one. Most
/// updates of controllers are such, and every restart of a rollout.
fn has_spec_of(new: &Document, was: Option<&Document>, asked: &Asked<'_>) -> bool {
    const IGNORE: &str = "leaselint.io/ignore.";
    let Some(spec) = new.root().get("spec") else {
        return false;
    };
    let is_same = match was {
        Some(was) => was
            .root()
            .get("spec")
            .is_some_and(|old| says_the_same(spec, old)),
        None => {
            let span = spec.span();
            let written = new.text().get(span.start as usize..span.end as usize);
            asked.old_spec.is_some() && written == asked.old_spec
        }
    };
    let has_ignore = |text: &str| text.contains(IGNORE);
    is_same && !has_ignore(new.text()) && !asked.old.as_deref().is_some_and(has_ignore)
}
