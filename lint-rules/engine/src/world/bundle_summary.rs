//! What was taken together in an input, for reports.

use super::bundles::{BundleScope, Bundles};
use super::maps::HashMap;
use election::Elector;

/// Files that were taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// What they are, in words: `folder deploy/`.
    pub what: String,
    /// How many files.
    pub files: usize,
    /// How many electors are in them.
    pub electors: usize,
}

impl BundleSummary {
    /// What belongs together around electors, in the order of their files.
    pub(crate) fn all_of(bundles: &Bundles<'_>, electors: &[Elector<'_>]) -> Vec<Self> {
        let mut places: HashMap<BundleScope, usize> = HashMap::default();
        let mut summaries: Vec<Self> = Vec::new();
        for elector in electors {
            for home in bundles.homes(elector.object.file()) {
                let at = *places.entry(home).or_insert_with_key(|home| {
                    summaries.push(Self {
                        what: bundles.describe(home),
                        files: bundles.count_files(home),
                        electors: 0,
                    });
                    summaries.len() - 1
                });
                if let Some(summary) = summaries.get_mut(at) {
                    summary.electors += 1;
                }
            }
        }
        summaries
    }
}
