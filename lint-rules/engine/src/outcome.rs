//! What the engine returns.

use super::access_summary::AccessSummary;
use super::finding::{Finding, NotJudged};
use super::input::Input;
use super::summary::{Summary, number};
use crate::world::BundleSummary;
use election::Elector;
use manifest::tree::ReadError;

/// The outcome of a task.
#[derive(Default)]
pub struct Outcome<'w> {
    /// The findings, suppressed ones among them, sorted by file, place and rule. Of a change: what is wrong with the
    /// step itself, and what the new side has and the old one had not; a fault that grew more severe, or that an
    /// ignore no longer silences, is among them.
    pub findings: Vec<Finding>,
    /// Of a change: the findings that both sides have.
    pub existing: Vec<Finding>,
    /// Of a change: what it mends, which are open findings of the old side that the new one has no more.
    pub removed: Vec<Finding>,
    /// What could not be judged, sorted likewise. Of a change: of the new side where it could be on the old one.
    pub not_judged: Vec<NotJudged>,
    /// What could not be read. Of a change: of the new side, then of the old side what could be on the new one.
    pub unread: Vec<ReadError>,
    /// Every elector, in order of file and place. Of a change: of the new side.
    pub electors: Vec<Elector<'w>>,
    /// Each elector's access, in the same order; empty unless the task wants it.
    pub access: Vec<AccessSummary>,
    /// The files that were taken together; empty unless the task wants them.
    pub bundles: Vec<BundleSummary>,
    /// Rules that failed, on either side; the others still ran.
    pub internal: Vec<InternalError>,
    /// Counts. Of a change: of the new side with `findings`.
    pub summary: Summary,
}

impl Outcome<'_> {
    /// The same without its electors, and so independent of the input.
    pub(super) fn without_electors(self) -> Outcome<'static> {
        Outcome {
            findings: self.findings,
            existing: self.existing,
            removed: self.removed,
            not_judged: self.not_judged,
            unread: self.unread,
            electors: Vec::new(),
            access: self.access,
            bundles: self.bundles,
            internal: self.internal,
            summary: self.summary,
        }
    }

    /// Counts what it holds, once all is there.
    pub(super) fn count(&mut self, input: &Input) {
        let files = input.files();
        let mut summary = Summary {
            files: number(files.iter().filter(|file| !file.attached).count()),
            documents: files.iter().map(|file| file.reading.counts.documents).sum(),
            objects: files.iter().map(|file| file.reading.counts.objects).sum(),
            electors: number(self.electors.len()),
            not_judged: number(self.not_judged.len()),
            unread: number(self.unread.len()),
            ..Summary::default()
        };
        summary.count_findings(&self.findings);
        self.summary = summary;
    }
}

/// A rule that failed.
#[derive(Clone, Debug)]
pub struct InternalError {
    /// The rule.
    pub rule: &'static str,
    /// What its panic says.
    pub message: String,
}
