//! Which kustomizations build a file, through which others, and what a build takes from outside of the input.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::super::file_tree::{FileTree, PerFile};
use super::index::{KustomizationId, KustomizationIndex, PerKustomization};
use super::kustomization::{Kustomization, RESOURCE_FIELDS};
use manifest::text::FileId;

/// How kustomizations take in files and each other.
///
/// A kustomization *holds* a file if its build takes the file in, itself or through others. A *root* is one that no
/// other takes in: what people apply.
pub(crate) struct Builds<'w> {
    files: Rc<FileTree<'w>>,
    kustomizations: Rc<KustomizationIndex<'w>>,
    /// Found when first used, as the next: many questions are about the same files.
    of_file: PerFile<OnceCell<FileBuilds>>,
    /// Only the roots of files with electors are looked at.
    contents: PerKustomization<BuildContents>,
}

/// The kustomizations that hold a file, and the roots among them; sorted.
#[derive(Default)]
struct FileBuilds {
    holders: Vec<KustomizationId>,
    roots: Vec<KustomizationId>,
}

/// What a kustomization is built from, itself and through others; sorted.
#[derive(Default)]
struct BuildContents {
    files: OnceCell<Vec<FileId>>,
    /// Itself among them, as the next.
    kustomizations: OnceCell<Vec<KustomizationId>>,
    with_components: OnceCell<Vec<KustomizationId>>,
}

/// Fields that make objects from something else than files of the input.
const GENERATOR_FIELDS: [&str; 3] = ["helmCharts", "helmChartInflationGenerator", "generators"];

impl<'w> Builds<'w> {
    pub(crate) fn of(
        files: &Rc<FileTree<'w>>,
        kustomizations: &Rc<KustomizationIndex<'w>>,
    ) -> Self {
        Self {
            files: Rc::clone(files),
            kustomizations: Rc::clone(kustomizations),
            of_file: files.per_file(),
            contents: PerKustomization::of(kustomizations),
        }
    }

    /// The files of the input.
    pub(crate) fn files(&self) -> &FileTree<'w> {
        &self.files
    }

    /// The kustomizations of the input.
    pub(crate) fn kustomizations(&self) -> &KustomizationIndex<'w> {
        &self.kustomizations
    }

    /// Whether a file is a patch of some kustomization.
    pub(crate) fn is_patch(&self, file: FileId) -> bool {
        self.kustomizations.is_patch_file(self.files.path(file))
    }

    /// The kustomizations that hold a file, in order.
    pub(crate) fn holders(&self, file: FileId) -> &[KustomizationId] {
        self.of_file(file).map_or(&[], |builds| &builds.holders)
    }

    /// The roots that hold a file, in order.
    pub(crate) fn roots(&self, file: FileId) -> &[KustomizationId] {
        self.of_file(file).map_or(&[], |builds| &builds.roots)
    }

    fn of_file(&self, file: FileId) -> Option<&FileBuilds> {
        if self.kustomizations.is_empty() {
            return None;
        }
        let builds = self.of_file.get(file)?;
        Some(builds.get_or_init(|| {
            let holders = self.holders_of_path(self.files.path(file));
            let is_root = |holder: &KustomizationId| {
                let folder = self.kustomizations.folder_of(*holder);
                self.kustomizations.taking(folder).is_empty()
            };
            let roots = holders.iter().copied().filter(is_root).collect();
            FileBuilds { holders, roots }
        }))
    }

    /// The kustomizations that hold the file or folder at a normalized path, in order.
    pub(crate) fn holders_of_path(&self, path: &str) -> Vec<KustomizationId> {
        let mut found: Vec<KustomizationId> = Vec::new();
        let mut open = vec![path];
        while let Some(path) = open.pop() {
            for holder in self.kustomizations.taking(path) {
                if !found.contains(holder) {
                    found.push(*holder);
                    open.push(self.kustomizations.folder_of(*holder));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether any kustomization holds a file.
    pub(crate) fn is_built(&self, file: FileId) -> bool {
        !self.roots(file).is_empty()
    }

    /// Whether a file lies beside a kustomization and none takes it in, as one that is commented out.
    pub(crate) fn is_left_out(&self, file: FileId) -> bool {
        let folder = self.files.folder(file).trim_end_matches('/');
        let path = self.files.path(file);
        !self.kustomizations.in_folder(folder).is_empty()
            && self.kustomizations.taking(path).is_empty()
    }

    /// The files that a kustomization is built from, sorted.
    pub(crate) fn files_of(&self, root: KustomizationId) -> &[FileId] {
        self.contents.get(root).map_or(&[], |contents| {
            contents.files.get_or_init(|| self.collect_files(root))
        })
    }

    fn collect_files(&self, root: KustomizationId) -> Vec<FileId> {
        let parts = self.parts_of(root).iter();
        let mut files: Vec<FileId> = parts
            .filter_map(|part| self.kustomizations.get(*part))
            .flat_map(|part| part.resources().map(|resource| part.path(resource)))
            .filter_map(|path| self.files.at_path(&path))
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The kustomizations that one is built from and itself, sorted.
    pub(crate) fn parts_of(&self, root: KustomizationId) -> &[KustomizationId] {
        self.contents.get(root).map_or(&[], |contents| {
            let parts = &contents.kustomizations;
            parts.get_or_init(|| self.reachable(root, &RESOURCE_FIELDS))
        })
    }

    /// A kustomization and the components that it names, themselves or through each other, sorted. A component
    /// changes what the kustomization holds that names it.
    pub(crate) fn with_components(&self, holder: KustomizationId) -> &[KustomizationId] {
        self.contents.get(holder).map_or(&[], |contents| {
            let components = &contents.with_components;
            components.get_or_init(|| self.reachable(holder, &["components"]))
        })
    }

    fn reachable(&self, start: KustomizationId, fields: &[&str]) -> Vec<KustomizationId> {
        let mut found = HashSet::from([start]);
        let mut open = vec![start];
        while let Some(kustomization) = open.pop().and_then(|id| self.kustomizations.get(id)) {
            for named in fields.iter().flat_map(|field| kustomization.texts(field)) {
                let folder = kustomization.path(named);
                for inner in self.kustomizations.in_folder(&folder) {
                    if found.insert(*inner) {
                        open.push(*inner);
                    }
                }
            }
        }
        let mut found: Vec<KustomizationId> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    /// What a build of a file takes from outside of the input, in words: objects may come from there.
    pub(crate) fn outside_source(&self, file: FileId) -> Option<String> {
        let roots = self.roots(file).iter();
        roots
            .flat_map(|root| self.parts_of(*root))
            .filter_map(|part| self.kustomizations.get(*part))
            .find_map(|kustomization| {
                let source = self.outside_source_of(kustomization)?;
                Some(match kustomization.folder() {
                    "" => format!("the kustomization of the top folder takes {source}"),
                    folder => format!("kustomization {folder}/ takes {source}"),
                })
            })
    }

    fn outside_source_of(&self, kustomization: &Kustomization<'w>) -> Option<String> {
        let mut generators = GENERATOR_FIELDS.into_iter();
        if let Some(field) = generators.find(|field| kustomization.items(field).next().is_some()) {
            return Some(format!("objects from `{field}`"));
        }
        let is_absent = |resource: &&str| {
            let path = kustomization.path(resource);
            self.files.at_path(&path).is_none() && self.kustomizations.in_folder(&path).is_empty()
        };
        let absent = kustomization.resources().find(is_absent)?;
        Some(format!("`{absent}`, which is not in the input"))
    }
}
