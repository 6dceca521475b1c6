//! Judgements that were made before.
//!
//! Controllers that keep a cluster as a repository says send the same objects again and again, and where a dry
//! run comes first everything is asked twice. A judgement depends on the object as it will be and as it was, on
//! the policy and on the facts of the cluster: where all of these are the same, it is the same, and is not made
//! again. Which object it is about is told by a SHA-256 of what is read of both.
//!
//! Nothing is kept that says an error: every denial is a judgement of its own.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use lint_rules::engine::{Finding, Severity};
use parking_lot::Mutex;
use ring::digest::{Context, SHA256};

use super::judge::{Found, Made};
use crate::cluster::{Basis, Reading};

/// Judgements that are kept at most.
const MOST: usize = 16_384;
/// Bytes of all their words, and of one.
const MOST_WORDS: usize = 1 << 20;
const LONGEST: usize = 8 << 10;

/// What tells objects apart: the SHA-256 of what is read of them.
pub(super) type Print = [u8; 32];

/// Makes a [`Print`] of what is said of objects, one thing after the other.
///
/// Each begins with what it is and says how long its texts are, so that no two series of them have the same bytes.
pub(super) struct Printer(Context);

/// What is said of an object.
#[derive(Clone, Copy)]
pub(super) enum Part<'t> {
    /// A member and its raw text.
    Member(&'t str, &'t str),
    /// A member of `metadata` and its raw text.
    Metadata(&'t str, &'t str),
    /// The same spec as the other object has.
    SameSpec,
    /// The object's end.
    End,
    /// What is said of the request.
    Word(&'t str),
}

impl Printer {
    pub(super) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(super) fn add(&mut self, part: Part<'_>) {
        let (number, texts) = match part {
            Part::Member(key, raw) => (1, [key, raw]),
            Part::Metadata(key, raw) => (2, [key, raw]),
            Part::SameSpec => (3, [""; 2]),
            Part::End => (4, [""; 2]),
            Part::Word(word) => (5, [word, ""]),
        };
        self.0.update(&[number]);
        for text in texts {
            self.0.update(&(text.len() as u64).to_le_bytes());
            self.0.update(text.as_bytes());
        }
    }

    pub(super) fn finish(self) -> Option<Print> {
        self.0.finish().as_ref().try_into().ok()
    }
}

/// The judgements of one policy, as long as the facts they rest on hold.
#[derive(Default)]
pub(super) struct Recall(Mutex<Kept>);

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
    /// What was found of the same objects on the same facts.
    pub(super) fn get(&self, print: &Print, cluster: Option<&Reading<'_>>) -> Option<Vec<Made>> {
        let kept = self.0.lock();
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
        let mut kept = self.0.lock();
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
    use lint_rules::engine::{self, Settings};

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

    fn print(number: usize) -> Print {
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
            recall.keep(print(number), None, &none);
        }
        assert_eq!(
            recall.0.lock().judgements.len(),
            1,
            "all were forgotten once"
        );
        assert!(recall.get(&print(MOST), None).is_some());
        assert!(recall.get(&print(0), None).is_none());

        let long = found(LONGEST);
        recall.keep(print(1), None, long.as_ref().unwrap_or(&none));
        assert!(recall.get(&print(1), None).is_none(), "too long");

        let large = found(LONGEST / 2);
        for number in 0..1000 {
            recall.keep(print(number), None, large.as_ref().unwrap_or(&none));
            let kept = recall.0.lock();
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
        recall.keep(print(1), None, &one);
        assert!(recall.get(&print(1), None).is_none());
        one.failed_rules.clear();
        recall.keep(print(1), None, &one);
        assert!(recall.get(&print(1), None).is_some());
        for (finding, _) in &mut one.findings {
            finding.severity = Severity::Error;
        }
        recall.keep(print(2), None, &one);
        assert!(recall.get(&print(2), None).is_none());
    }
}
