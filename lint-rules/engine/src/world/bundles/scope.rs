//! A set of files that are taken together.

use super::super::kustomize::KustomizationId;
use manifest::text::FileId;

/// Files taken together. Folders have a slash at their end; the top is empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BundleScope {
    /// One file.
    File(FileId),
    /// The files of a kustomization and its bases.
    Kustomization(KustomizationId),
    /// A folder.
    Folder(String),
    /// A folder with all below it.
    Tree(String),
    /// The whole input.
    Input,
}
