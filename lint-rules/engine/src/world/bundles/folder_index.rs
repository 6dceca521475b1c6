//! Files of one sort by their folders, so that what a tree holds beside one branch of it is found without looking at
//! every file of it: a tree of a thousand applications needs a thousand such answers.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::maps::HashMap;
use super::Bundles;
use manifest::text::FileId;

/// Files of one sort, wherever they lie.
pub(crate) struct FolderIndex<'w> {
    bundles: Rc<Bundles<'w>>,
    /// With their folders, by which they are sorted.
    files: Vec<(String, FileId)>,
    answers: RefCell<HashMap<BranchQuestion, bool>>,
}

/// A tree, the alternatives of the file from which it is seen, and whether that file lies right in it: no more of a
/// file matters, so that a thousand variants of one application need one search.
type BranchQuestion = (String, Vec<u32>, bool);

impl<'w> FolderIndex<'w> {
    pub(crate) fn of(bundles: &Rc<Bundles<'w>>, files: impl IntoIterator<Item = FileId>) -> Self {
        let with_folder = |file: FileId| (bundles.files().folder(file).to_owned(), file);
        let mut files: Vec<(String, FileId)> = files.into_iter().map(with_folder).collect();
        files.sort_unstable();
        files.dedup();
        Self {
            bundles: Rc::clone(bundles),
            files,
            answers: RefCell::default(),
        }
    }

    /// Whether a tree around a file shows it one of these files that the branch in which it lies does not; where it
    /// lies right in the tree, one that its folder does not.
    pub(crate) fn is_beside(&self, tree: &str, from: FileId) -> bool {
        let own = self.bundles.files().folder(from);
        let alternatives = self.bundles.alternatives_of(from);
        // Without alternatives the second branch ends the search.
        if alternatives.is_empty() {
            return self.search(tree, from);
        }
        let question = (tree.to_owned(), alternatives.to_vec(), own == tree);
        if let Some(known) = self.answers.borrow().get(&question) {
            return *known;
        }
        let found = self.search(tree, from);
        self.answers.borrow_mut().insert(question, found);
        found
    }

    fn search(&self, tree: &str, from: FileId) -> bool {
        let own = self.bundles.files().folder(from);
        let start = self
            .files
            .partition_point(|(folder, _)| folder.as_str() < tree);
        let mut rest = self.files.get(start..).unwrap_or_default();
        while let Some((folder, file)) = rest.first() {
            let Some(below) = folder.strip_prefix(tree) else {
                break;
            };
            let branch = below
                .find('/')
                .and_then(|slash| folder.get(..=tree.len() + slash));
            let Some(branch) = branch else {
                // Right in the tree.
                if own != tree && self.bundles.are_together(from, *file) {
                    return true;
                }
                rest = rest.get(1..).unwrap_or_default();
                continue;
            };
            // What holds for one file of a branch holds for all of them.
            if !own.starts_with(branch) && self.bundles.are_together(from, *file) {
                return true;
            }
            let end = rest.partition_point(|(folder, _)| folder.starts_with(branch));
            rest = rest.get(end..).unwrap_or_default();
        }
        false
    }
}
