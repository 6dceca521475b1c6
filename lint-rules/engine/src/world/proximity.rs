//! Which of several objects of one name an object refers to.
//!
//! Trees hold many applications, so the candidate that shares the deepest folder is the one. One that is too far
//! away is none, unless both objects name their namespace.

use std::cmp::Reverse;
use std::ops::RangeInclusive;
use std::rc::Rc;

use super::bundles::{Bundles, MAX_FOLDERS_UP};
use super::paths::{depth, folders_down_to, shared_folder};
use manifest::text::FileId;
use objects::Object;

/// What was chosen of several objects; `Err` with their number if several are equally near.
pub(crate) type Choice<'w> = Result<Option<Object<'w>>, usize>;

/// What of a file matters to a search of a tree around it, where nothing nearer was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReferencePoint {
    /// The file's [`Bundles::alternatives_of`].
    alternatives: Vec<u32>,
    /// Whether it lies right in the tree.
    is_in_folder: bool,
    /// Whether the tree reaches too far up for a candidate that is not certain.
    is_far: bool,
}

/// How near files of an input are to each other.
pub(crate) struct Proximity<'w> {
    bundles: Rc<Bundles<'w>>,
}

impl<'w> Proximity<'w> {
    pub(crate) fn of(bundles: &Rc<Bundles<'w>>) -> Self {
        Self {
            bundles: Rc::clone(bundles),
        }
    }

    /// Which of several objects of one name another object refers to: the nearest of those that it accepts and that may
    /// belong together with it.
    ///
    /// The lists are in the order of the input, so that each folder around the object costs a binary search where
    /// nothing is in it. `remember` may answer for a tree what its search gave for another file at the same
    /// [`ReferencePoint`].
    pub(crate) fn choose<const N: usize>(
        &self,
        lists: [&[Object<'w>]; N],
        from: Object<'w>,
        accepts: impl Fn(&Object<'w>) -> bool,
        remember: impl Fn(&str, ReferencePoint, &dyn Fn() -> Choice<'w>) -> Choice<'w>,
    ) -> Choice<'w> {
        let file = from.file();
        let in_file = self.nearest_of(within(lists, &(file..=file)), from, &accepts);
        if !matches!(in_file, Ok(None)) {
            return in_file;
        }
        let own = self.bundles.files().folder(file);
        let trees = folders_down_to(own).rev().chain([""]);
        for (up, tree) in trees.enumerate() {
            let Some(range) = self.bundles.files().range_below(tree) else {
                continue;
            };
            let near = within(lists, &range);
            if near.iter().all(|list| list.is_empty()) {
                continue;
            }
            let point = ReferencePoint {
                alternatives: self.bundles.alternatives_of(file).to_vec(),
                is_in_folder: up == 0,
                is_far: up > MAX_FOLDERS_UP,
            };
            let search = || {
                self.nearest_of(near, from, |one| {
                    let folder = self.bundles.files().folder(one.file());
                    let is_near = folder.starts_with(tree);
                    is_near && self.bundles.may_be_together(file, one.file()) && accepts(one)
                })
            };
            match remember(tree, point, &search) {
                Ok(None) => {}
                found => return found,
            }
        }
        Ok(None)
    }

    fn nearest_of<const N: usize>(
        &self,
        lists: [&[Object<'w>]; N],
        from: Object<'w>,
        is_candidate: impl Fn(&Object<'w>) -> bool,
    ) -> Choice<'w> {
        let near = lists.into_iter().flatten().copied();
        let near: Vec<Object<'w>> = near.filter(is_candidate).collect();
        let is_certain = |candidate: &Object<'w>| {
            let both_named = candidate.namespace().is_some() && from.namespace().is_some();
            both_named || self.bundles.is_whole_input()
        };
        let chosen = self.nearest(&near, from.file(), Object::file, is_certain);
        chosen.map(Option::<&_>::copied)
    }

    /// The candidate that is nearest to a file; one that is too far away counts only if it is certain. `Err` with
    /// their number if several are equally near.
    pub(crate) fn nearest<'c, T>(
        &self,
        candidates: &'c [T],
        from: FileId,
        file_of: impl Fn(&T) -> FileId,
        is_certain: impl Fn(&T) -> bool,
    ) -> Result<Option<&'c T>, usize> {
        let own = self.bundles.files().folder(from);
        let own_depth = depth(own);
        let mut best = None;
        let mut nearest = None;
        let mut count = 0;
        for candidate in candidates {
            let file = file_of(candidate);
            let folder = self.bundles.files().folder(file);
            let shared = depth(shared_folder(own, folder));
            if own_depth - shared > MAX_FOLDERS_UP && !is_certain(candidate) {
                continue;
            }
            let rank = Some((file == from, shared, Reverse(depth(folder) - shared)));
            if rank > best {
                (best, nearest, count) = (rank, Some(candidate), 0);
            }
            count += usize::from(rank == best);
        }
        match count {
            0 | 1 => Ok(nearest),
            several => Err(several),
        }
    }
}

/// The parts of lists that lie in a range of files.
fn within<'l, 'w, const N: usize>(
    lists: [&'l [Object<'w>]; N],
    files: &RangeInclusive<FileId>,
) -> [&'l [Object<'w>]; N] {
    lists.map(|list| {
        let start = list.partition_point(|one| one.file() < *files.start());
        let rest = list.get(start..).unwrap_or_default();
        let end = rest.partition_point(|one| one.file() <= *files.end());
        rest.get(..end).unwrap_or_default()
    })
}
