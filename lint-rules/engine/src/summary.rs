//! Counts of one run.

use super::finding::Finding;
use super::input::Input;
use super::terms::Severity;
use manifest::tree::{ReadError, ReadErrorCode};
use objects::NestedList;

/// Counts of one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: u32,
    /// Documents in them, skipped ones too.
    pub documents: u32,
    /// Documents that are Kubernetes objects.
    pub objects: u32,
    /// Containers that take part in an election, or may.
    pub electors: u32,
    /// Findings by severity, without the suppressed ones.
    pub errors: u32,
    /// See `errors`.
    pub warnings: u32,
    /// See `errors`.
    pub infos: u32,
    /// Silenced findings.
    pub suppressed: u32,
    /// Entries in the ledger of things not judged.
    pub not_judged: u32,
    /// Entries in the list of things not read.
    pub unread: u32,
}

impl Summary {
    /// Counts findings anew.
    pub(super) fn count_findings(&mut self, findings: &[Finding]) {
        *self = Self {
            errors: 0,
            warnings: 0,
            infos: 0,
            suppressed: 0,
            ..*self
        };
        for finding in findings {
            self.add(finding);
        }
    }

    fn add(&mut self, finding: &Finding) {
        let count = match finding.severity {
            _ if !finding.is_open() => &mut self.suppressed,
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        };
        *count = count.saturating_add(1);
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What was not read of an input, in its order.
pub(super) fn unread(input: &Input, nested: &[NestedList<'_>]) -> Vec<ReadError> {
    let files = input.files().iter();
    let mut unread: Vec<ReadError> = files
        .flat_map(|file| file.reading.unread.iter().cloned())
        .collect();
    for nested in nested {
        let document = nested.0.document();
        unread.push(ReadError {
            file: document.file(),
            position: document.position(nested.0.span().start),
            code: ReadErrorCode::Syntax,
            reason: "a list inside a list, which kubectl refuses".to_owned(),
            chunk: 0,
        });
    }
    unread.sort_by_key(|entry| (entry.file, entry.position));
    unread
}
