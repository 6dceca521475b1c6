//! All kustomizations of an input, found by their folders and by what they name.

use super::super::file_tree::FileTree;
use super::super::maps::{HashMap, HashSet};
use super::kustomization::Kustomization;

/// A kustomization of an input, by its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KustomizationId(usize);

/// All kustomizations of an input.
pub(crate) struct KustomizationIndex<'w> {
    list: Vec<Kustomization<'w>>,
    by_folder: HashMap<String, Vec<KustomizationId>>,
    /// Kustomizations by the files and folders that they take in, each once.
    by_resource: HashMap<String, Vec<KustomizationId>>,
    /// The paths of files that are patches.
    patch_files: HashSet<String>,
}

impl<'w> KustomizationIndex<'w> {
    pub(crate) fn of(files: &FileTree<'w>) -> Self {
        let list: Vec<Kustomization<'w>> = files
            .iter()
            .filter_map(|(file, path)| Kustomization::of(path, files.documents(file)))
            .collect();
        let mut by_folder: HashMap<String, Vec<KustomizationId>> = HashMap::default();
        let mut by_resource: HashMap<String, Vec<KustomizationId>> = HashMap::default();
        let mut patch_files = HashSet::default();
        for (at, kustomization) in list.iter().enumerate() {
            let id = KustomizationId(at);
            let folder = kustomization.folder().to_owned();
            by_folder.entry(folder).or_default().push(id);
            for resource in kustomization.resources() {
                let named = by_resource.entry(kustomization.path(resource));
                let named = named.or_default();
                if named.last() != Some(&id) {
                    named.push(id);
                }
            }
            let files = kustomization.patch_files();
            patch_files.extend(files.map(|file| kustomization.path(file)));
        }
        Self {
            list,
            by_folder,
            by_resource,
            patch_files,
        }
    }

    /// Whether the input has none.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// All of them, in the order of their files.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (KustomizationId, &Kustomization<'w>)> {
        let ids = (0..).map(KustomizationId);
        ids.zip(&self.list)
    }

    /// One of them.
    pub(crate) fn get(&self, id: KustomizationId) -> Option<&Kustomization<'w>> {
        self.list.get(id.0)
    }

    /// The folder of one, without a slash at its end.
    pub(crate) fn folder_of(&self, id: KustomizationId) -> &str {
        self.get(id).map_or("", Kustomization::folder)
    }

    /// Those in a folder (a normalized path). kustomize allows one; here each spelling of the file's name counts.
    pub(crate) fn in_folder(&self, folder: &str) -> &[KustomizationId] {
        self.by_folder.get(folder).map_or(&[], Vec::as_slice)
    }

    /// Those that take in a file or folder (a normalized path) themselves.
    pub(crate) fn taking(&self, path: &str) -> &[KustomizationId] {
        self.by_resource.get(path).map_or(&[], Vec::as_slice)
    }

    /// Whether the file at a normalized path is a patch of some kustomization.
    pub(crate) fn is_patch_file(&self, path: &str) -> bool {
        !self.patch_files.is_empty() && self.patch_files.contains(path)
    }
}

/// A value for each kustomization.
pub(crate) struct PerKustomization<T>(Vec<T>);

impl<T: Default> PerKustomization<T> {
    pub(crate) fn of(index: &KustomizationIndex<'_>) -> Self {
        Self((0..index.len()).map(|_| T::default()).collect())
    }

    pub(crate) fn get(&self, id: KustomizationId) -> Option<&T> {
        self.0.get(id.0)
    }
}
