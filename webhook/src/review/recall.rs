//! Judgements that were made before.
//!
//! Controllers that keep a cluster as a repository says send the same objects again and again, and where a dry
//! run comes first everything is asked twice. A judgement depends on the object as it will be and as it was, on
//! the policy and on the facts of the cluster: where all of these are the same, it is the same, and is not made
//! again. Which objects they are is told by a SHA-256 of what is read of both, and that is only made of what
//! comes a second time, as far as a quicker hash tells: objects that come once cost little more.
//!
//! Nothing is kept that says an error: every denial is a judgement of its own.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};

use engine::{Finding, Severity};
use foldhash::fast::RandomState;
use parking_lot::Mutex;
use ring::digest::{self, SHA256};

use super::judge::{Found, Made};
use crate::cluster::{Basis, Reading};

/// Judgements that are kept at most.
const MOST: usize = 16_384;
/// Bytes of all their words, and of one.
const MOST_WORDS: usize = 1 << 20;
const LONGEST: usize = 8 << 10;

/// Changes of which it is remembered that they came.
const SEEN: usize = 32_768;

/// What tells changes apart: the SHA-256 of what is read of them.
type Print = [u8; 32];

/// What is said of a change, in the order in which it comes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'t> {
    /// The raw text of a member of an object, its key included.
    Member(&'t str),
    /// The same of a member of its `metadata`.
    Metadata(&'t str),
    /// The same spec as the other object has.
    SameSpec,
    /// The object's end.
    End,
    /// Whether the object is new.
    Created(bool),
}

/// Gives all bytes of a change to `hash`. Each part begins with what it is and says how long its text is, so that
/// no two changes have the same bytes.
fn write(parts: &[Part<'_>], mut hash: impl FnMut(&[u8])) {
    for part in parts {
        let (number, text) = match *part {
            Part::Member(text) => (1, text),
            Part::Metadata(text) => (2, text),
            Part::SameSpec => (3, ""),
            Part::End => (4, ""),
            Part::Created(false) => (5, ""),
            Part::Created(true) => (6, ""),
        };
        let mut head = [number; 9];
        head[1..].copy_from_slice(&(text.len() as u64).to_le_bytes());
        hash(&head);
        hash(text.as_bytes());
    }
}

fn print(parts: &[Part<'_>]) -> Option<Print> {
    let mut context = digest::Context::new(&SHA256);
    write(parts, |bytes| context.update(bytes));
    context.finish().as_ref().try_into().ok()
}

/// What is known of a change.
pub(super) enum Sight {
    /// It comes for the first time, as far as can be told.
    New,
    /// It came before; its judgement is worth keeping.
    Again(Print),
    /// It was judged before, on the same facts.
    Judged(Vec<Made>),
}

/// The judgements of one policy, as long as the facts they rest on hold.
pub(super) struct Recall {
    /// Hashes of what came, each at the place that it names itself.
    seen: Box<[AtomicU64]>,
    hasher: RandomState,
    kept: Mutex<Kept>,
}

impl Default for Recall {
    fn default() -> Self {
        Self {
            seen: (0..SEEN).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::default(),
            kept: Mutex::default(),
        }
    }
}

#[derive(Default)]
struct Kept {
    /// `None` without a cluster.
    basis: Option<Basis>,
    /// Bytes of words in all.
    words: usize,
    judgements: HashMap<Print, Box<[Made]>, RandomState>,
}

impl Kept {
    fn forget(&mut self, basis: Option<Basis>) {
        self.basis = basis;
        self.words = 0;
        self.judgements.clear();
    }
}

impl Recall {
    /// Looks whether a change came before, and what was found then.
    pub(super) fn look(&self, parts: &[Part<'_>], cluster: Option<&Reading<'_>>) -> Sight {
        if !self.has_come(parts) {
            return Sight::New;
        }
        let Some(print) = print(parts) else {
            return Sight::New;
        };
        match self.get(&print, cluster) {
            Some(found) => Sight::Judged(found),
            None => Sight::Again(print),
        }
    }

    /// Whether a change came before and was not forgotten for another; from now on it did.
    fn has_come(&self, parts: &[Part<'_>]) -> bool {
        let mut hasher = self.hasher.build_hasher();
        write(parts, |bytes| hasher.write(bytes));
        let hash = hasher.finish();
        // The lower bits name the place; the table has a power of two of them.
        let place = usize::try_from(hash).unwrap_or(0) % SEEN;
        let seen = self.seen.get(place);
        seen.is_some_and(|seen| seen.swap(hash, Ordering::Relaxed) == hash)
    }

    fn get(&self, print: &Print, cluster: Option<&Reading<'_>>) -> Option<Vec<Made>> {
        let kept = self.kept.lock();
        if kept.basis != cluster.map(Reading::basis) {
            return None;
        }
        Some(kept.judgements.get(print)?.to_vec())
    }

    /// Keeps what was found, if it is worth it and says no error.
    pub(super) fn keep(&self, print: Print, cluster: Option<&Reading<'_>>, found: &Found) {
        let says_error = |(finding, _): &Made| finding.severity == Severity::Error;
        if !found.failed_rules.is_empty() || found.findings.iter().any(says_error) {
            return;
        }
        let words: usize = found
            .findings
            .iter()
            .map(|(finding, _)| size(finding))
            .sum();
        if words > LONGEST {
            return;
        }
        let basis = cluster.map(Reading::basis);
        let mut kept = self.kept.lock();
        let is_full = kept.judgements.len() >= MOST || kept.words + words > MOST_WORDS;
        if kept.basis != basis || is_full {
            kept.forget(basis);
        }
        kept.words += words;
        kept.judgements
            .insert(print, found.findings.as_slice().into());
    }
}

/// Bytes that a finding takes, about.
fn size(finding: &Finding) -> usize {
    let related = finding
        .related
        .iter()
        .map(|related| related.message.len() + 100);
    let fixes = finding.fixes.len() * 500;
    size_of::<Made>()
        + finding.message.len()
        + finding.help.len()
        + finding.location.path.len()
        + related.sum::<usize>()
        + fixes
}

#[cfg(test)]
mod tests {
    use engine::{self, Settings};

    use super::super::judge::read;
    use super::*;

    const OBJECT: &str = r#"{
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a", "namespace": "b"},
        "spec": {"replicas": 1, "template": {"spec": {
            "containers": [{"name": "c", "image": "d", "args": ["--leader-elect"]}]
        }}}
    }"#;

    /// Something found, of which the message has so many bytes.
    fn found(bytes: usize) -> Option<Found> {
        let input = read(OBJECT).ok()?;
        let settings = Settings::default();
        let findings = engine::judge(&input, &settings).findings;
        let mut finding = findings
            .into_iter()
            .find(|finding| finding.severity == Severity::Warning)?;
        finding.message = "x".repeat(bytes);
        Some(Found {
            findings: vec![(finding, true)],
            failed_rules: Vec::new(),
            has_read_config_maps: false,
        })
    }

    fn numbered(number: usize) -> Print {
        let mut print = Print::default();
        print[..8].copy_from_slice(&number.to_le_bytes());
        print
    }

    #[test]
    fn neither_many_judgements_nor_long_ones_fill_the_memory() {
        let Some(small) = found(1) else {
            panic!("one replica is worth a warning");
        };
        let recall = Recall::default();
        let none = Found {
            findings: Vec::new(),
            ..found(0).unwrap_or(small)
        };
        for number in 0..=MOST {
            recall.keep(numbered(number), None, &none);
        }
        assert_eq!(
            recall.kept.lock().judgements.len(),
            1,
            "all were forgotten once"
        );
        assert!(recall.get(&numbered(MOST), None).is_some());
        assert!(recall.get(&numbered(0), None).is_none());

        let long = found(LONGEST);
        recall.keep(numbered(1), None, long.as_ref().unwrap_or(&none));
        assert!(recall.get(&numbered(1), None).is_none(), "too long");

        let large = found(LONGEST / 2);
        for number in 0..1000 {
            recall.keep(numbered(number), None, large.as_ref().unwrap_or(&none));
            let kept = recall.kept.lock();
            assert!(kept.words <= MOST_WORDS);
            assert!(kept.judgements.len() <= MOST_WORDS / (LONGEST / 2));
        }
    }

    #[test]
    fn what_failed_or_says_an_error_is_not_kept() {
        let recall = Recall::default();
        let Some(mut one) = found(1) else {
            panic!("one replica is worth a warning");
        };
        one.failed_rules.push("single-replica");
        recall.keep(numbered(1), None, &one);
        assert!(recall.get(&numbered(1), None).is_none());
        one.failed_rules.clear();
        recall.keep(numbered(1), None, &one);
        assert!(recall.get(&numbered(1), None).is_some());
        for (finding, _) in &mut one.findings {
            finding.severity = Severity::Error;
        }
        recall.keep(numbered(2), None, &one);
        assert!(recall.get(&numbered(2), None).is_none());
    }
}
