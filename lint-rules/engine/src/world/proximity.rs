//! Which of several objects of one name an object refers to.
//!
//! Trees hold many applications, so the candidate that shares the deepest folder is the one. One that is too far
//! away is none, unless both objects name their namespace.

use std::cmp::Reverse;
use std::rc::Rc;

use super::bundles::{Bundles, MAX_FOLDERS_UP};
use manifest::text::FileId;
use objects::Object;

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

    /// Which of several objects of one name another object refers to: the nearest of those that may belong together
    /// with it. `Err` with their number if several are equally near.
    pub(crate) fn choose(
        &self,
        candidates: &[Object<'w>],
        from: Object<'w>,
    ) -> Result<Option<Object<'w>>, usize> {
        let file = from.file();
        let only = |is_candidate: &dyn Fn(FileId) -> bool| {
            let near = candidates.iter().filter(|one| is_candidate(one.file()));
            near.copied().collect::<Vec<Object<'w>>>()
        };
        let may_be_together = |other| self.bundles.may_be_together(file, other);
        // Nothing is nearer than the own file, and then the own folder: most find there what they refer to, and the
        // other candidates of a large tree need not be compared.
        let mut near = only(&|other| other == file);
        if near.is_empty() && candidates.len() > 1 {
            let own = self.bundles.files().folder(file);
            let range = self.bundles.files().range_below(own);
            near = only(&|other| {
                range.as_ref().is_none_or(|files| files.contains(&other))
                    && self.bundles.files().folder(other) == own
                    && may_be_together(other)
            });
        }
        if near.is_empty() {
            near = only(&may_be_together);
        }
        let is_certain = |candidate: &Object<'w>| {
            let both_named = candidate.namespace().is_some() && from.namespace().is_some();
            both_named || self.bundles.is_whole_input()
        };
        let chosen = self.nearest(&near, file, Object::file, is_certain);
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
            let shared = shared_depth(own, folder);
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

/// How deep a folder lies.
fn depth(folder: &str) -> usize {
    folder.matches('/').count()
}

/// How many folders two folders share.
fn shared_depth(a: &str, b: &str) -> usize {
    let segments = a.split_terminator('/').zip(b.split_terminator('/'));
    segments.take_while(|(a, b)| a == b).count()
}
