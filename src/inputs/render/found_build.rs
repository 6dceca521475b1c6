//! A kustomization that is built.

use std::collections::BTreeMap;

use engine::AppliedBy;
use manifest::text::FileId;
use rendering::delivery::KustomizationEdits;

use super::deliveries::DeliveredBuild;
use super::layer_walk::NamedLayer;

/// A kustomization that is built.
pub struct FoundBuild {
    /// Its folder by the names in reports, without a slash at its end; the top one empty.
    pub folder: String,
    /// Where it is reported that it is not built.
    pub file: FileId,
    /// Its files in the order in which they act.
    pub layers: Vec<NamedLayer>,
    /// All files that it is made of.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files may lie anywhere in the repository.
    pub reaches_out: bool,
    /// Why it cannot be built.
    pub obstacle: Option<String>,
    /// How an object applies it.
    pub delivered: Option<Box<DeliveredBuild>>,
}

impl FoundBuild {
    /// What is written into it before it is built.
    pub fn edits(&self) -> Option<&KustomizationEdits> {
        self.delivered.as_ref().map(|delivered| &delivered.edits)
    }

    /// The object that applies it.
    pub fn applied_by(&self) -> Option<&AppliedBy> {
        self.delivered
            .as_ref()
            .map(|delivered| &delivered.applied_by)
    }
}
