//! Which findings a change introduces, which stay and which it mends.
//!
//! A fault is the same if its fingerprint is: rule, object, container and path. Where an argument moved
//! to another index, or a container, a workload or a namespace got another name, the same words about the
//! same thing are the same fault.

use std::collections::HashMap;
use std::hash::Hash;

use super::finding::Finding;
use super::input::Input;
use objects::ObjectName;

/// What is about one container of one object.
pub(super) type Subject = (ObjectName, Option<String>);

/// The findings of both sides, sorted out.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub introduced: Vec<Finding>,
    pub existing: Vec<Finding>,
    pub removed: Vec<Finding>,
}

/// Sorts out the findings of both sides. `renamed`: what subjects of the old side are called now.
pub(super) fn compare(
    before: (Vec<Finding>, &Input),
    after: (Vec<Finding>, &Input),
    renamed: &HashMap<Subject, Subject>,
) -> Compared {
    let (old, old_input) = before;
    let (new, new_input) = after;
    let mut pairs = Pairs {
        partner: vec![None; new.len()],
        taken: vec![false; old.len()],
    };
    let old_file = |f: &Finding| old_input.name_within(f.location.place.file).to_owned();
    let new_file = |f: &Finding| new_input.name_within(f.location.place.file).to_owned();
    let now = |finding: &Finding| {
        let subject = (finding.object.clone(), finding.container.clone());
        renamed.get(&subject).cloned().unwrap_or(subject)
    };
    let as_is = |finding: &Finding| (finding.object.clone(), finding.container.clone());
    let print = |finding: &Finding| finding.fingerprint.clone();
    let words = |finding: &Finding| (finding.rule.id, finding.message.clone());
    let loosely = |(object, container): Subject| (object.kind, object.name, container);
    let exactly = |(object, container): Subject| {
        let ObjectName {
            kind,
            namespace,
            name,
            ..
        } = object;
        (kind, namespace, name, container)
    };

    pairs.by(
        (&old, |f: &Finding| (old_file(f), print(f), words(f))),
        (&new, |f: &Finding| (new_file(f), print(f), words(f))),
    );
    pairs.by(
        (&old, |f: &Finding| (print(f), words(f))),
        (&new, |f: &Finding| (print(f), words(f))),
    );
    pairs.by(
        (&old, |f: &Finding| (words(f), exactly(as_is(f)))),
        (&new, |f: &Finding| (words(f), exactly(as_is(f)))),
    );
    pairs.by(
        (&old, |f: &Finding| (old_file(f), print(f))),
        (&new, |f: &Finding| (new_file(f), print(f))),
    );
    pairs.by((&old, print), (&new, print));
    pairs.by(
        (&old, |f: &Finding| (words(f), exactly(now(f)))),
        (&new, |f: &Finding| (words(f), exactly(as_is(f)))),
    );
    pairs.by(
        (&old, |f: &Finding| (words(f), loosely(now(f)))),
        (&new, |f: &Finding| (words(f), loosely(as_is(f)))),
    );

    let mut compared = Compared::default();
    for (finding, partner) in new.into_iter().zip(&pairs.partner) {
        let stays = partner
            .and_then(|at| old.get(at))
            .is_some_and(|was| is_no_worse(&finding, was));
        if stays {
            compared.existing.push(finding);
        } else {
            compared.introduced.push(finding);
        }
    }
    let gone = old.into_iter().zip(pairs.taken).filter(|(_, taken)| !taken);
    compared.removed = gone
        .map(|(finding, _)| finding)
        .filter(|finding| finding.suppressed.is_none())
        .collect();
    compared
}

/// A fault that grew, or that an ignore silenced and does no more, is a new one.
fn is_no_worse(finding: &Finding, was: &Finding) -> bool {
    finding.suppressed.is_some() || (was.suppressed.is_none() && finding.severity <= was.severity)
}

/// Which finding of the old side each one of the new side is.
struct Pairs {
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    /// Pairs those that are still alone, by a key, the first with the first.
    fn by<K: Eq + Hash>(
        &mut self,
        (old, old_key): (&[Finding], impl Fn(&Finding) -> K),
        (new, new_key): (&[Finding], impl Fn(&Finding) -> K),
    ) {
        if self.taken.iter().all(|taken| *taken) || self.partner.iter().all(Option::is_some) {
            return;
        }
        let mut free: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, (finding, taken)) in old.iter().zip(&self.taken).enumerate().rev() {
            if !taken {
                free.entry(old_key(finding)).or_default().push(at);
            }
        }
        for (finding, partner) in new.iter().zip(&mut self.partner) {
            if partner.is_some() {
                continue;
            }
            *partner = free.get_mut(&new_key(finding)).and_then(Vec::pop);
            if let Some(taken) = partner.and_then(|at| self.taken.get_mut(at)) {
                *taken = true;
            }
        }
    }
}
