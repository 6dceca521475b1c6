//! Which elector of the new side is which one of the old side.
//!
//! By the workload, which [`ObjectPairs`] finds, and the container's name first; then by the program, where a
//! container was renamed; then by the lock or the image, where the workload itself was. A pair that is not certain is
//! none.

use std::collections::HashMap;
use std::hash::Hash;

use super::object_pairs::ObjectPairs;
use super::settings::Settings;
use super::side::SideModel;
use election::{Elector, ElectorFacts, elector_as};
use objects::{Object, Workload};

/// An elector of the old side with what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pairing {
    /// Its place in the list of the old side.
    pub before: usize,
    /// What became of it.
    pub after: Fate,
    /// Another object takes the place of the workload.
    pub replaced: bool,
}

/// What became of an elector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is this one of the new side's list.
    Is(usize),
    /// Its container is there and tells of no election any more: this one of the list of those.
    Silent(usize),
    /// It is gone.
    Gone,
}

/// All pairings, and the electors that only the old side tells to be such.
pub(super) struct Pairings<'w> {
    pub list: Vec<Pairing>,
    pub silent: Vec<Elector<'w>>,
}

/// Electors of both sides that are not paired yet.
struct Open<'e, 'w> {
    before: &'e [Elector<'w>],
    after: &'e [Elector<'w>],
    paired: Vec<Pairing>,
    open_before: Vec<bool>,
    open_after: Vec<bool>,
}

/// Pairs the electors of two sides.
pub(super) fn pair<'w>(
    before: &SideModel<'_, 'w>,
    after: &SideModel<'_, 'w>,
    objects: &ObjectPairs,
    settings: &'w Settings,
) -> Pairings<'w> {
    let (old, new) = (before.electors.as_slice(), after.electors.as_slice());
    let mut open = Open {
        before: old,
        after: new,
        paired: Vec::new(),
        open_before: vec![true; old.len()],
        open_after: vec![true; new.len()],
    };
    let object = |elector: &Elector<'w>| objects.number(elector.object.whole_place());
    open.in_order(|elector| Some((object(elector)?, elector.container.name())));
    open.if_only(|elector| Some((object(elector)?, elector.program.id.as_str())));
    let silent = open.silent(after, objects, settings);
    open.if_only(|elector| {
        let facts = ElectorFacts::of(elector);
        let lock = (facts.lock_namespace, facts.lock_name?, facts.lock_type?);
        Some((
            elector.program.id.as_str(),
            lock,
            elector.object.namespace(),
        ))
    });
    open.if_only(|elector| {
        let program = (elector.program.id.as_str(), elector.image_repository()?);
        Some((
            program,
            elector.container.name(),
            elector.object.namespace(),
        ))
    });
    let gone = (0..old.len()).filter(|at| open.open_before.get(*at) == Some(&true));
    let gone: Vec<Pairing> = gone
        .map(|before| Pairing {
            before,
            after: Fate::Gone,
            replaced: false,
        })
        .collect();
    let mut list = open.paired;
    list.extend(gone);
    list.sort_unstable_by_key(|pairing| pairing.before);
    Pairings { list, silent }
}

/// Whether another object takes the place of a workload. One that got or lost the word of its namespace, which then
/// comes with `kubectl -n`, is no other object.
fn is_replaced(before: &Object<'_>, after: &Object<'_>) -> bool {
    let namespaces = before.namespace().zip(after.namespace());
    before.kind_word() != after.kind_word()
        || before.name() != after.name()
        || namespaces.is_some_and(|(before, after)| before != after)
}

impl<'e, 'w> Open<'e, 'w> {
    fn join(&mut self, before: usize, after: usize) {
        let (Some(old), Some(new)) = (self.before.get(before), self.after.get(after)) else {
            return;
        };
        self.paired.push(Pairing {
            before,
            after: Fate::Is(after),
            replaced: is_replaced(&old.object, &new.object),
        });
        for (list, at) in [
            (&mut self.open_before, before),
            (&mut self.open_after, after),
        ] {
            if let Some(open) = list.get_mut(at) {
                *open = false;
            }
        }
    }

    /// The open electors of both sides by a key.
    fn by_key<K: Eq + Hash>(
        &self,
        key_of: impl Fn(&'e Elector<'w>) -> Option<K>,
    ) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut places: HashMap<K, usize> = HashMap::new();
        let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        for (at, elector) in self.before.iter().enumerate() {
            if self.open_before.get(at) == Some(&true)
                && let Some(key) = key_of(elector)
            {
                let place = *places.entry(key).or_insert_with(|| {
                    groups.push((Vec::new(), Vec::new()));
                    groups.len() - 1
                });
                if let Some((before, _)) = groups.get_mut(place) {
                    before.push(at);
                }
            }
        }
        for (at, elector) in self.after.iter().enumerate() {
            if self.open_after.get(at) == Some(&true)
                && let Some(place) = key_of(elector).and_then(|key| places.get(&key))
                && let Some((_, after)) = groups.get_mut(*place)
            {
                after.push(at);
            }
        }
        groups
    }

    /// Pairs electors of one key, the first with the first.
    fn in_order<K: Eq + Hash>(&mut self, key: impl Fn(&'e Elector<'w>) -> Option<K>) {
        for (before, after) in self.by_key(key) {
            for (before, after) in before.into_iter().zip(after) {
                self.join(before, after);
            }
        }
    }

    /// Pairs electors of one key if there is just one of them on each side.
    fn if_only<K: Eq + Hash>(&mut self, key: impl Fn(&'e Elector<'w>) -> Option<K>) {
        for (before, after) in self.by_key(key) {
            if let ([before], [after]) = (before.as_slice(), after.as_slice()) {
                self.join(*before, *after);
            }
        }
    }

    /// Electors whose container is still there but tells of no election any more.
    fn silent(
        &mut self,
        side: &SideModel<'_, 'w>,
        objects: &ObjectPairs,
        settings: &'w Settings,
    ) -> Vec<Elector<'w>> {
        let is_open = |at: &usize| self.open_before.get(*at) == Some(&true);
        if !(0..self.before.len()).any(|at| is_open(&at)) {
            return Vec::new();
        }
        let numbered = side.objects().iter();
        let by_number: HashMap<u32, &Object<'w>> = numbered
            .filter_map(|object| Some((objects.number(object.whole_place())?, object)))
            .collect();
        let mut silent = Vec::new();
        for (at, elector) in self.before.iter().enumerate() {
            if self.open_before.get(at) != Some(&true) {
                continue;
            }
            let same = objects
                .number(elector.object.whole_place())
                .and_then(|number| by_number.get(&number));
            let read = same.and_then(|object| {
                let workload = Workload::of(**object)?;
                let container = workload
                    .containers()
                    .find(|container| container.name() == elector.container.name())?;
                elector_as(
                    elector,
                    workload,
                    container,
                    side.world(),
                    &settings.programs,
                )
            });
            let Some(read) = read else { continue };
            self.paired.push(Pairing {
                before: at,
                after: Fate::Silent(silent.len()),
                replaced: false,
            });
            if let Some(open) = self.open_before.get_mut(at) {
                *open = false;
            }
            silent.push(read);
        }
        silent
    }
}
