//! A list without repetitions, in the order in which things were added.

use std::collections::HashSet;
use std::hash::Hash;

pub(crate) struct DistinctList<T> {
    list: Vec<T>,
    seen: HashSet<T>,
}

impl<T: Copy + Eq + Hash> DistinctList<T> {
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::new(),
            seen: HashSet::new(),
        }
    }

    pub(crate) fn add(&mut self, item: T) {
        if self.seen.insert(item) {
            self.list.push(item);
        }
    }

    /// All items; the list is empty then, and holds no memory.
    pub(crate) fn take(&mut self) -> Box<[T]> {
        std::mem::replace(self, Self::new()).list.into_boxed_slice()
    }
}
