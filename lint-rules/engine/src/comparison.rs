//! Which findings a change introduces, which stay and which it mends.
//!
//! A fault is the same if its fingerprint is: rule, object, container and path. Where an argument moved
//! to another index, or a container, a workload or a namespace got another name, the same words about the
//! same thing are the same fault.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::finding::{Finding, FindingSubject, NotJudged};
use super::input::Input;
use super::outcome::Outcome;
use super::rule::{Check, Rule};
use manifest::tree::ReadError;
use objects::ObjectName;

/// The findings of both sides, sorted out.
#[derive(Debug, Default)]
struct Comparison {
    introduced: Vec<Finding>,
    existing: Vec<Finding>,
    removed: Vec<Finding>,
}

/// What came of a change, of what came of both of its sides. `few`: the only rules that ran over the old side. `renamed`:
/// what subjects of the old side are called now.
pub(super) fn compared<'w>(
    (base, before): (Outcome<'_>, &Input),
    (head, after): (Outcome<'w>, &Input),
    few: Option<&[&'static Rule]>,
    renamed: &HashMap<FindingSubject, FindingSubject>,
) -> Outcome<'w> {
    let is_of_change = |finding: &Finding| {
        matches!(
            finding.rule.check,
            Check::Change(_) | Check::ChangeOrWithdrawal(..)
        )
    };
    let (transitions, standing): (Vec<_>, Vec<_>) =
        head.findings.into_iter().partition(is_of_change);
    // Findings of rules that did not run over the old side cannot be compared.
    let ran =
        |finding: &Finding| few.is_none_or(|few| few.iter().any(|rule| rule.id == finding.rule.id));
    let (standing, uncompared): (Vec<_>, Vec<_>) = standing.into_iter().partition(ran);
    let Comparison {
        mut introduced,
        mut existing,
        removed,
    } = compare((base.findings, before), (standing, after), renamed);
    existing.extend(uncompared);
    introduced.extend(transitions);
    introduced.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));

    let mut not_judged = head.not_judged;
    drop_known(&mut not_judged, &base.not_judged);
    let mut unread = head.unread;
    add_unknown(&mut unread, base.unread, before, after);
    let mut internal = head.internal;
    internal.extend(base.internal);
    Outcome {
        findings: introduced,
        existing,
        removed,
        not_judged,
        unread,
        internal,
        electors: head.electors,
        ..Outcome::default()
    }
}

/// Leaves out what could not be judged on the old side either.
fn drop_known(entries: &mut Vec<NotJudged>, known: &[NotJudged]) {
    let key = |entry: &NotJudged| {
        let subject = (entry.object.clone(), entry.container.clone());
        let path = entry.location.path.clone();
        (entry.rule.id, entry.code, subject, path)
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

/// Adds what could not be read of the old side where it could be on the new one.
fn add_unknown(
    unread: &mut Vec<ReadError>,
    of_base: Vec<ReadError>,
    before: &Input,
    after: &Input,
) {
    let known: HashSet<_> = unread
        .iter()
        .map(|entry| (after.name_within(entry.file), entry.code))
        .collect();
    let is_new = |entry: &ReadError| !known.contains(&(before.name_within(entry.file), entry.code));
    unread.extend(of_base.into_iter().filter(is_new));
}

/// Sorts out the findings of both sides. `renamed`: what subjects of the old side are called now.
fn compare(
    before: (Vec<Finding>, &Input),
    after: (Vec<Finding>, &Input),
    renamed: &HashMap<FindingSubject, FindingSubject>,
) -> Comparison {
    let (old, old_input) = before;
    let (new, new_input) = after;
    let mut pairs = FindingPairs {
        partner: vec![None; new.len()],
        taken: vec![false; old.len()],
    };
    let old_file = |f: &Finding| old_input.name_within(f.location.place.file).to_owned();
    let new_file = |f: &Finding| new_input.name_within(f.location.place.file).to_owned();
    let as_is = |finding: &Finding| FindingSubject {
        object: finding.object.clone(),
        container: finding.container.clone(),
    };
    let now = |finding: &Finding| {
        let subject = as_is(finding);
        renamed.get(&subject).cloned().unwrap_or(subject)
    };
    let fingerprint = |finding: &Finding| finding.fingerprint.clone();
    let words = |finding: &Finding| (finding.rule.id, finding.message.clone());
    let loosely = |FindingSubject { object, container }| (object.kind, object.name, container);
    let exactly = |FindingSubject { object, container }| {
        let ObjectName {
            kind,
            namespace,
            name,
            ..
        } = object;
        (kind, namespace, name, container)
    };

    pairs.by(
        (&old, |f: &Finding| (old_file(f), fingerprint(f), words(f))),
        (&new, |f: &Finding| (new_file(f), fingerprint(f), words(f))),
    );
    pairs.by(
        (&old, |f: &Finding| (fingerprint(f), words(f))),
        (&new, |f: &Finding| (fingerprint(f), words(f))),
    );
    pairs.by(
        (&old, |f: &Finding| (words(f), exactly(as_is(f)))),
        (&new, |f: &Finding| (words(f), exactly(as_is(f)))),
    );
    pairs.by(
        (&old, |f: &Finding| (old_file(f), fingerprint(f))),
        (&new, |f: &Finding| (new_file(f), fingerprint(f))),
    );
    pairs.by((&old, fingerprint), (&new, fingerprint));
    pairs.by(
        (&old, |f: &Finding| (words(f), exactly(now(f)))),
        (&new, |f: &Finding| (words(f), exactly(as_is(f)))),
    );
    pairs.by(
        (&old, |f: &Finding| (words(f), loosely(now(f)))),
        (&new, |f: &Finding| (words(f), loosely(as_is(f)))),
    );

    let mut compared = Comparison::default();
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
struct FindingPairs {
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl FindingPairs {
    /// FindingPairs those that are still alone, by a key, the first with the first.
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
