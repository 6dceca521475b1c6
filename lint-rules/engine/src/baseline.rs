//! Findings that are known and may stay: a text with one of them a line.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use super::finding::Finding;
use super::outcome::Outcome;
use super::suppression::{SuppressedBy, Suppression};

/// The first line of a baseline.
const HEAD: &str = "# leaselint baseline: known findings, which `--baseline` silences. Written by `--write-baseline`.\n";

/// Characters of a fingerprint: 64 bits in hexadecimal.
const FINGERPRINT_LENGTH: usize = 16;

/// The findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<BaselineEntry>,
}

/// One known finding. Only its fingerprint counts; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The file, from the root of its repository on.
    pub file: String,
    /// The rule's id.
    pub rule: String,
    /// Object, container and path, as words.
    pub place: String,
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// The line in the baseline, from 1; 0 for one that is not written yet.
    pub line: u32,
}

/// A line that is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineMistake {
    /// Its number, from 1.
    pub line: u32,
}

impl BaselineEntry {
    /// The entry of a finding in a file of that name.
    #[must_use]
    pub fn of(finding: &Finding, file: &str) -> Self {
        let object = &finding.object;
        let mut place = String::new();
        if !object.kind.is_empty() {
            let namespace = object.namespace.as_deref();
            let separator = namespace.map_or("", |_| "/");
            let namespace = namespace.unwrap_or_default();
            let _ = write!(
                place,
                "{} {namespace}{separator}{} ",
                object.kind, object.name
            );
        }
        if let Some(container) = &finding.container {
            let _ = write!(place, "{container} ");
        }
        place.push_str(&finding.location.path);
        Self {
            file: one_word(file),
            rule: finding.rule.id.to_owned(),
            place: one_word(&place),
            fingerprint: finding.fingerprint.clone(),
            line: 0,
        }
    }
}

impl Baseline {
    /// A baseline of these entries, in an order that edits elsewhere do not change.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = BaselineEntry>) -> Self {
        let mut known = BTreeSet::new();
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.retain(|entry| known.insert(entry.fingerprint.clone()));
        entries.sort();
        Self { entries }
    }

    /// Reads the text of a baseline: fields with a tab between them, the fingerprint first. Empty lines and those that
    /// begin with `#` say nothing.
    ///
    /// # Errors
    /// The first line that does not begin with a fingerprint.
    pub fn parse(text: &str) -> Result<Self, BaselineMistake> {
        let mut entries = Vec::new();
        for (line, number) in text.lines().zip(1_u32..) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut fields = line.split('\t');
            let mut next = || fields.next().unwrap_or_default().trim().to_owned();
            let fingerprint = next();
            let is_hexadecimal = fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
            if fingerprint.len() != FINGERPRINT_LENGTH || !is_hexadecimal {
                return Err(BaselineMistake { line: number });
            }
            let (rule, file, place) = (next(), next(), next());
            entries.push(BaselineEntry {
                file,
                rule,
                place,
                fingerprint,
                line: number,
            });
        }
        Ok(Self { entries })
    }

    /// The text of the baseline, one entry a line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for BaselineEntry {
            file,
            rule,
            place,
            fingerprint,
            ..
        } in &self.entries
        {
            let _ = writeln!(text, "{fingerprint}\t{rule}\t{file}\t{place}");
        }
        text
    }

    /// Its entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[BaselineEntry] {
        &self.entries
    }

    /// Silences the findings that it knows, those that a change leaves as they were among them. Returns the entries that
    /// match nothing; one whose finding something else silences matches.
    pub fn apply(&self, outcome: &mut Outcome<'_>) -> Vec<&BaselineEntry> {
        let mut known: HashMap<&str, bool> = HashMap::new();
        for entry in &self.entries {
            known.insert(&entry.fingerprint, false);
        }
        let Outcome {
            findings, existing, ..
        } = &mut *outcome;
        for finding in findings.iter_mut().chain(existing) {
            if let Some(is_used) = known.get_mut(finding.fingerprint.as_str()) {
                *is_used = true;
                finding.suppressed.get_or_insert_with(|| Suppression {
                    by: SuppressedBy::Baseline,
                    reason: "known when the baseline was written".to_owned(),
                });
            }
        }
        outcome.summary.count_findings(&outcome.findings);
        let is_unmatched =
            |entry: &&BaselineEntry| known.get(entry.fingerprint.as_str()) == Some(&false);
        self.entries.iter().filter(is_unmatched).collect()
    }
}

/// A text as a field of a line: neither tabs nor line ends.
fn one_word(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    let escaped = text.chars().map(|character| {
        if character.is_control() {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(file: &str, rule: &str, fingerprint: &str) -> BaselineEntry {
        BaselineEntry {
            file: file.to_owned(),
            rule: rule.to_owned(),
            place: "Deployment ops/x $.spec.replicas".to_owned(),
            fingerprint: fingerprint.to_owned(),
            line: 0,
        }
    }

    #[test]
    fn entries_are_sorted_and_read_back() {
        let baseline = Baseline::new([
            entry("b.yaml", "single-replica", "0123456789abcdef"),
            entry("a file.yaml", "unusual-ratio", "fedcba9876543210"),
            entry("b.yaml", "single-replica", "0123456789abcdef"),
        ]);
        let text = baseline.text();
        let expected = format!(
            "{HEAD}fedcba9876543210\tunusual-ratio\ta file.yaml\tDeployment ops/x $.spec.replicas\n\
             0123456789abcdef\tsingle-replica\tb.yaml\tDeployment ops/x $.spec.replicas\n"
        );
        assert_eq!(text, expected);
        let mut read = Baseline::parse(&text).expect("a baseline").entries;
        assert_eq!(read.iter().map(|entry| entry.line).sum::<u32>(), 5);
        read.iter_mut().for_each(|entry| entry.line = 0);
        assert_eq!(Baseline { entries: read }, baseline);
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let refused = |text| Baseline::parse(text).map_err(|mistake| mistake.line);
        assert_eq!(refused("kind: Deployment\n"), Err(1));
        assert_eq!(refused("# head\n\n0123456789abcdeg\tx\n"), Err(3));
        assert_eq!(refused("").map(|read| read.entries.len()), Ok(0));
        // People may cut what is for people.
        let short = refused("0123456789abcdef\r\n").expect("an entry");
        assert_eq!(short.entries.len(), 1);
    }
}
