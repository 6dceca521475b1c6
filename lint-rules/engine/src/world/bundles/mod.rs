//! Which files belong together.
//!
//! One input may hold many applications: a monorepo, environments side by side, a chart beside its rendered form.
//! Access is proven, and collisions are found, only among files that belong together: one rendered output (a file),
//! one kustomization with its bases, one folder. The user may decide it (`--bundle`).

mod alternatives;
mod bundling;
mod folder_index;
mod scope;

use std::ops::RangeInclusive;
use std::rc::Rc;

use super::file_tree::FileTree;
use super::kustomize::Builds;
use super::paths::{folder_of, shared_folder};
use alternatives::Alternatives;
use manifest::text::FileId;
use objects::Object;

pub use bundling::Bundling;
pub(crate) use folder_index::FolderIndex;
pub(crate) use scope::BundleScope;

/// How many folders up the files of one application may lie apart.
pub(crate) const MAX_FOLDERS_UP: usize = 2;

/// Which files of an input belong together.
pub(crate) struct Bundles<'w> {
    bundling: Bundling,
    files: Rc<FileTree<'w>>,
    builds: Rc<Builds<'w>>,
    alternatives: Alternatives,
}

impl<'w> Bundles<'w> {
    pub(crate) fn of(
        files: &Rc<FileTree<'w>>,
        objects: &[Object<'w>],
        builds: &Rc<Builds<'w>>,
        bundling: Bundling,
    ) -> Self {
        // A patch is no second definition of what it patches, and what is rendered has no alternatives: it stands alone.
        let is_whole = |object: &&Object<'w>| {
            !builds.is_patch(object.file()) && !files.is_rendered(object.file())
        };
        let whole = objects.iter().filter(is_whole);
        Self {
            bundling,
            files: Rc::clone(files),
            builds: Rc::clone(builds),
            alternatives: Alternatives::of(whole, files),
        }
    }

    /// The files of the input.
    pub(crate) fn files(&self) -> &FileTree<'w> {
        &self.files
    }

    /// What may belong together with a file, the surest first; several at once are different builds of one base.
    pub(crate) fn scopes(&self, file: FileId) -> Vec<Vec<BundleScope>> {
        if let Some(only) = self.chosen_scope(file) {
            return vec![vec![only]];
        }
        let folder = self.files.folder(file);
        let roots = self.builds.roots(file).iter();
        let mut scopes = vec![
            vec![BundleScope::File(file)],
            roots.copied().map(BundleScope::Kustomization).collect(),
            vec![BundleScope::Folder(folder.to_owned())],
        ];
        let mut tree = folder;
        for _ in 0..=MAX_FOLDERS_UP {
            scopes.push(vec![BundleScope::Tree(tree.to_owned())]);
            let Some(inner) = tree.strip_suffix('/') else {
                break;
            };
            tree = folder_of(inner);
        }
        scopes
    }

    /// The scopes that surely hold a file: two files are of one application if they share one of these and are no
    /// alternatives of each other.
    pub(crate) fn homes(&self, file: FileId) -> Vec<BundleScope> {
        if let Some(only) = self.chosen_scope(file) {
            return vec![only];
        }
        let roots = self.builds.roots(file);
        if roots.is_empty() {
            return vec![BundleScope::Folder(self.files.folder(file).to_owned())];
        }
        roots
            .iter()
            .copied()
            .map(BundleScope::Kustomization)
            .collect()
    }

    /// The scope of a file that the user chose for all; `None` if it is to be found.
    fn chosen_scope(&self, file: FileId) -> Option<BundleScope> {
        match self.bundling {
            Bundling::File => Some(BundleScope::File(file)),
            Bundling::Folder if self.files.is_rendered(file) => Some(BundleScope::File(file)),
            Bundling::Folder => Some(BundleScope::Folder(self.files.folder(file).to_owned())),
            Bundling::Input => Some(BundleScope::Input),
            Bundling::Auto => self
                .files
                .is_rendered(file)
                .then_some(BundleScope::File(file)),
        }
    }

    /// Whether a file belongs to a scope, as seen from another one of it: its alternatives do not.
    pub(crate) fn is_in_scope(&self, scope: &BundleScope, from: FileId, file: FileId) -> bool {
        let is_inside = match scope {
            BundleScope::File(only) => file == *only,
            // kustomize itself refuses two objects of one name.
            BundleScope::Kustomization(root) => {
                return self.builds.files_of(*root).binary_search(&file).is_ok();
            }
            BundleScope::Folder(_) | BundleScope::Tree(_)
                if from != file && self.files.is_rendered(file) =>
            {
                false
            }
            BundleScope::Folder(folder) => self.files.folder(file) == folder,
            // A folder beside it that defines the same object again is another environment.
            BundleScope::Tree(folder) => {
                self.files.folder(file).starts_with(folder.as_str())
                    && self.may_be_together(from, file)
            }
            BundleScope::Input => true,
        };
        is_inside && !self.are_alternatives(from, file)
    }

    /// Files between which all of a scope are; `None`: all files.
    pub(crate) fn range(&self, scope: &BundleScope) -> Option<RangeInclusive<FileId>> {
        match scope {
            BundleScope::File(only) => Some(*only..=*only),
            BundleScope::Kustomization(root) => {
                let files = self.builds.files_of(*root);
                Some(*files.first()?..=*files.last()?)
            }
            BundleScope::Folder(folder) | BundleScope::Tree(folder) => {
                self.files.range_below(folder)
            }
            BundleScope::Input => None,
        }
    }

    /// The number of files in a scope, without those that are only there because another one names them.
    pub(crate) fn count_files(&self, scope: &BundleScope) -> usize {
        if let BundleScope::Kustomization(root) = scope {
            return self.builds.files_of(*root).len();
        }
        let is_own = |file: FileId| self.files.file(file).is_some_and(|file| !file.attached);
        let files = self.files.iter().map(|(file, _)| file);
        files
            .filter(|file| is_own(*file) && self.is_in_scope(scope, *file, *file))
            .count()
    }

    /// Numbers of the objects of a file that other files define too, sorted.
    pub(crate) fn alternatives_of(&self, file: FileId) -> &[u32] {
        self.alternatives.of_file(file)
    }

    /// Whether both files define the same object, so that only one of them is applied.
    pub(crate) fn are_alternatives(&self, a: FileId, b: FileId) -> bool {
        self.alternatives.are_alternatives(a, b)
    }

    /// Whether two files of a tree, not of one branch of it, are taken together.
    pub(crate) fn are_together(&self, from: FileId, file: FileId) -> bool {
        self.may_be_together(from, file) && !self.are_alternatives(from, file)
    }

    /// Whether a file may refer to an object of another one: the folder in which that one lies, up to what both
    /// share, holds no alternative of the first, as those of other environments do.
    pub(crate) fn may_be_together(&self, from: FileId, file: FileId) -> bool {
        match self.bundling {
            Bundling::Input => return true,
            Bundling::File => return from == file,
            _ if self.files.is_rendered(from) || self.files.is_rendered(file) => {
                return from == file;
            }
            Bundling::Folder => return self.files.folder(from) == self.files.folder(file),
            Bundling::Auto => {}
        }
        let numbers = self.alternatives.of_file(from);
        if numbers.is_empty() {
            return true;
        }
        let (own, other) = (self.files.folder(from), self.files.folder(file));
        match branch(own, other) {
            Some(branch) => !self.alternatives.are_any_below(numbers, branch),
            // Further up may lie what was rendered from it, with all that surrounds it.
            None => own != other || !self.are_alternatives(from, file),
        }
    }

    /// Whether the user decided that everything is one application.
    pub(crate) fn is_whole_input(&self) -> bool {
        self.bundling == Bundling::Input
    }

    /// A scope in words, for reports.
    pub(crate) fn describe(&self, scope: &BundleScope) -> String {
        let folder = |path: &str| match path {
            "" => "the top folder".to_owned(),
            path => format!("folder {path}"),
        };
        match scope {
            BundleScope::File(file) => format!("file {}", self.files.name(*file)),
            BundleScope::Kustomization(root) => match self.builds.kustomizations().folder_of(*root)
            {
                "" => "the kustomization of the top folder".to_owned(),
                path => format!("kustomization {path}/"),
            },
            BundleScope::Folder(path) => folder(path),
            BundleScope::Tree(path) => format!("{} with all below it", folder(path)),
            BundleScope::Input => "the whole input".to_owned(),
        }
    }
}

/// The folder right below what both folders share that leads to the second one; `None` if the first one is in it or
/// below it.
fn branch<'p>(from: &str, to: &'p str) -> Option<&'p str> {
    let shared = shared_folder(from, to).len();
    let rest = to.get(shared..).filter(|rest| !rest.is_empty())?;
    to.get(..shared + rest.find('/').map_or(rest.len(), |slash| slash + 1))
}
