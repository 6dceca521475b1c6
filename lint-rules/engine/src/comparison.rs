//! Which findings a change introduces, which stay and which it mends.
//!
//! A fault is the same if it is of the same object and has the same rule, container and path. Where an argument moved
//! to another index or a container got another name, the same words about the same object are the same fault. A fault
//! of another object is never the same one: mended in one environment and made in another it is new.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::finding::{Finding, NotJudged};
use super::input::Input;
use super::object_pairs::ObjectPairs;
use super::outcome::Outcome;
use super::rule::{Check, Rule};
use manifest::text::FileSpan;
use manifest::tree::ReadError;
use objects::ObjectName;

/// The findings of both sides, sorted out.
#[derive(Debug, Default)]
struct Comparison {
    introduced: Vec<Finding>,
    existing: Vec<Finding>,
    removed: Vec<Finding>,
}

/// The outcome of a change, from the outcomes of both of its sides. `few`: the only rules that ran over the old side.
pub(super) fn compared<'w>(
    (base, before): (Outcome<'_>, &Input),
    (head, after): (Outcome<'w>, &Input),
    few: Option<&[&'static Rule]>,
    objects: &ObjectPairs,
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
    } = compare((base.findings, before), (standing, after), objects);
    existing.extend(uncompared);
    introduced.extend(transitions);
    introduced.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));

    let mut not_judged = head.not_judged;
    drop_known(
        (&mut not_judged, after),
        (&base.not_judged, before),
        objects,
    );
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

/// Leaves out what could not be judged of the same object on the old side either.
fn drop_known(
    (entries, after): (&mut Vec<NotJudged>, &Input),
    (known, before): (&[NotJudged], &Input),
    objects: &ObjectPairs,
) {
    let key = |entry: &NotJudged, input: &Input| {
        let file = input.name_within(entry.location.place.file);
        let subject = SubjectKey::of(entry.object_place, &entry.object, file, objects);
        let path = entry.location.path.clone();
        (
            entry.rule.id,
            entry.code,
            subject,
            entry.container.clone(),
            path,
        )
    };
    let mut counts: HashMap<_, usize> = HashMap::new();
    for entry in known {
        *counts.entry(key(entry, before)).or_default() += 1;
    }
    entries.retain(|entry| match counts.get_mut(&key(entry, after)) {
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

/// Sorts out the findings of both sides.
fn compare(
    before: (Vec<Finding>, &Input),
    after: (Vec<Finding>, &Input),
    objects: &ObjectPairs,
) -> Comparison {
    let (old, old_input) = before;
    let (new, new_input) = after;
    let mut pairs = FindingPairs {
        partner: vec![None; new.len()],
        taken: vec![false; old.len()],
    };
    let old_side = FindingKeys::of(&old, old_input, objects, |object, container| {
        objects.container_now(object, container)
    });
    let new_side = FindingKeys::of(&new, new_input, objects, |_, container| container);
    // Whatever is compared, it is within one object: where the old one still stands, it explains no other.
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container, key.file, key.path, key.words)
    });
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container, key.path, key.words)
    });
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container, key.words)
    });
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container, key.file, key.path, key.rule)
    });
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container, key.path, key.rule)
    });
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container_now, key.words)
    });
    // What is wrong with the pod or its account is said at the first elector of the pod, which may be another now.
    pairs.by((&old_side, &new_side), |key| {
        (key.subject, key.container_at_fault(), key.path, key.words)
    });

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
    let grew = finding
        .excess
        .zip(was.excess)
        .is_some_and(|(excess, was)| excess > was);
    finding.suppressed.is_some()
        || (was.suppressed.is_none() && finding.severity <= was.severity && !grew)
}

/// Which finding of the old side each one of the new side is.
struct FindingPairs {
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
}

/// What of a finding is compared.
struct FindingKey<'f> {
    subject: &'f SubjectKey,
    container: Option<&'f str>,
    /// What the container is called on the new side.
    container_now: Option<&'f str>,
    file: &'f str,
    path: &'f str,
    rule: &'static str,
    words: (&'static str, &'f str),
}

impl<'f> FindingKey<'f> {
    /// The container, if the token at fault is in it.
    fn container_at_fault(&self) -> Option<&'f str> {
        self.container
            .filter(|_| self.path.to_ascii_lowercase().contains("containers["))
    }
}

/// The object of a finding, the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum SubjectKey {
    /// An object, by the number that its pair shares.
    Object(u32),
    /// What has no place, such as an entry of the configuration, by file and name.
    Named {
        file: String,
        kind: String,
        namespace: Option<String>,
        name: String,
    },
}

impl SubjectKey {
    fn of(place: Option<FileSpan>, object: &ObjectName, file: &str, pairs: &ObjectPairs) -> Self {
        let number = place.and_then(|place| pairs.number(place));
        number.map_or_else(
            || Self::Named {
                file: file.to_owned(),
                kind: object.kind.clone(),
                namespace: object.namespace.clone(),
                name: object.name.clone(),
            },
            Self::Object,
        )
    }
}

/// The findings of one side with what is compared of them.
struct FindingKeys<'f> {
    findings: &'f [Finding],
    subjects: Vec<SubjectKey>,
    files: Vec<&'f str>,
    containers_now: Vec<Option<&'f str>>,
}

impl<'f> FindingKeys<'f> {
    fn of(
        findings: &'f [Finding],
        input: &'f Input,
        pairs: &ObjectPairs,
        container_now: impl Fn(u32, &'f str) -> &'f str,
    ) -> Self {
        let file = |finding: &Finding| input.name_within(finding.location.place.file);
        let subject = |finding: &Finding| {
            SubjectKey::of(finding.object_place, &finding.object, file(finding), pairs)
        };
        let subjects: Vec<SubjectKey> = findings.iter().map(subject).collect();
        let now = |(finding, subject): (&'f Finding, &SubjectKey)| {
            let container = finding.container.as_deref()?;
            Some(match subject {
                SubjectKey::Object(number) => container_now(*number, container),
                SubjectKey::Named { .. } => container,
            })
        };
        Self {
            findings,
            files: findings.iter().map(file).collect(),
            containers_now: findings.iter().zip(&subjects).map(now).collect(),
            subjects,
        }
    }

    fn keys(&self) -> impl DoubleEndedIterator<Item = FindingKey<'_>> + ExactSizeIterator {
        let parts = self.subjects.iter().zip(&self.files);
        let parts = parts.zip(&self.containers_now);
        let whole = self.findings.iter().zip(parts);
        whole.map(|(finding, ((subject, file), container_now))| FindingKey {
            subject,
            container: finding.container.as_deref(),
            container_now: *container_now,
            file,
            path: &finding.location.path,
            rule: finding.rule.id,
            words: (finding.rule.id, &finding.message),
        })
    }
}

impl FindingPairs {
    /// Pairs those that are still alone, by a key, the first with the first.
    fn by<'f, K: Eq + Hash>(
        &mut self,
        (old, new): (&'f FindingKeys<'_>, &'f FindingKeys<'_>),
        key_of: impl Fn(FindingKey<'f>) -> K,
    ) {
        if self.taken.iter().all(|taken| *taken) || self.partner.iter().all(Option::is_some) {
            return;
        }
        let mut free: HashMap<K, Vec<usize>> = HashMap::new();
        for (at, (key, taken)) in old.keys().zip(&self.taken).enumerate().rev() {
            if !taken {
                free.entry(key_of(key)).or_default().push(at);
            }
        }
        for (key, partner) in new.keys().zip(&mut self.partner) {
            if partner.is_some() {
                continue;
            }
            *partner = free.get_mut(&key_of(key)).and_then(Vec::pop);
            if let Some(taken) = partner.and_then(|at| self.taken.get_mut(at)) {
                *taken = true;
            }
        }
    }
}
