//! Which object of the new side is which one of the old side.
//!
//! By file, kind, namespace and name. Only what is left over, so that an old object that still stands is never
//! taken for a new one: the same object in a file of another path, then one that got another namespace in its file.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::input::Input;
use super::side::SideModel;
use election::Elector;
use manifest::text::FileSpan;
use objects::Object;

/// With how many of their last parts the paths of moved files are compared, the surest first.
const COMPARED_PATH_PARTS: [usize; 4] = [4, 3, 2, 1];

/// The objects of both sides, numbered: those that are one object share a number.
#[derive(Debug, Default)]
pub(super) struct ObjectPairs {
    numbers: HashMap<FileSpan, u32>,
    /// Those that are on both sides.
    paired: HashSet<u32>,
    /// By object: the names of containers before and now, where they differ.
    renamed_containers: HashMap<u32, Vec<(String, String)>>,
}

/// What stays of an object that is moved to another file.
type Identity<'o> = (&'o str, Option<&'o str>, Option<&'o str>);

fn identity<'o>(object: &Object<'o>) -> Identity<'o> {
    (object.kind_word(), object.namespace(), object.name())
}

impl ObjectPairs {
    /// Pairs the objects of two sides.
    pub(super) fn of(before: &SideModel<'_, '_>, after: &SideModel<'_, '_>) -> Self {
        let mut open = Unpaired {
            before: numbered(before, 0),
            after: Vec::new(),
            pairs: Self::default(),
        };
        let first_free = u32::try_from(open.before.len()).unwrap_or(u32::MAX);
        open.after = numbered(after, first_free);
        for one in open.before.iter().chain(&open.after) {
            open.pairs.numbers.insert(one.place, one.number);
        }
        open.pair_in_order(|one| (one.file, one.identity));
        for parts in COMPARED_PATH_PARTS {
            open.pair_single(|one| (last_parts(one.file, parts), one.identity));
        }
        open.pair_in_order(|one| one.identity);
        open.pair_single(|one| {
            let (kind, _, name) = one.identity;
            (one.file, kind, name)
        });
        open.pairs
    }

    /// The number of an object at a place.
    pub(super) fn number(&self, place: FileSpan) -> Option<u32> {
        self.numbers.get(&place).copied()
    }

    /// What a container of an object of the old side is called now.
    pub(super) fn container_now<'c>(&'c self, object: u32, container: &'c str) -> &'c str {
        let renamed = self.renamed_containers.get(&object).into_iter().flatten();
        let mut now = renamed.filter(|(before, _)| before == container);
        now.next().map_or(container, |(_, after)| after)
    }

    /// Notes that an elector is another one of the new side: its container may be renamed, and its workload, unless
    /// one of the two stands on both sides.
    pub(super) fn join(&mut self, before: &Elector<'_>, after: &Elector<'_>) {
        let places = (before.object.whole_place(), after.object.whole_place());
        let (Some(old), Some(new)) = (self.number(places.0), self.number(places.1)) else {
            return;
        };
        if !self.paired.contains(&old) && !self.paired.contains(&new) {
            self.numbers.insert(places.1, old);
            self.paired.insert(old);
        }
        let containers = (before.container.name(), after.container.name());
        if self.number(places.1) == Some(old) && containers.0 != containers.1 {
            let renamed = self.renamed_containers.entry(old).or_default();
            renamed.push((containers.0.to_owned(), containers.1.to_owned()));
        }
    }
}

/// An object of one side.
#[derive(Clone, Copy)]
struct NumberedObject<'o> {
    number: u32,
    place: FileSpan,
    file: &'o str,
    identity: Identity<'o>,
}

fn numbered<'w>(side: &SideModel<'_, 'w>, first: u32) -> Vec<NumberedObject<'w>> {
    let input: &'w Input = side.input;
    let objects = side.objects().iter();
    (first..)
        .zip(objects)
        .map(|(number, object)| NumberedObject {
            number,
            place: object.whole_place(),
            file: input.name_within(object.file()),
            identity: identity(object),
        })
        .collect()
}

/// Objects of both sides that are not paired yet.
struct Unpaired<'o> {
    before: Vec<NumberedObject<'o>>,
    after: Vec<NumberedObject<'o>>,
    pairs: ObjectPairs,
}

impl<'o> Unpaired<'o> {
    /// Pairs objects of one key, the first with the first.
    fn pair_in_order<K: Eq + Hash>(&mut self, key: impl Fn(&NumberedObject<'o>) -> K) {
        self.pair(key, |old, new| old.iter().zip(new).collect());
    }

    /// Pairs objects of one key if there is just one of them on each side.
    fn pair_single<K: Eq + Hash>(&mut self, key: impl Fn(&NumberedObject<'o>) -> K) {
        self.pair(key, |old, new| match (old, new) {
            ([old], [new]) => vec![(old, new)],
            _ => Vec::new(),
        });
    }

    fn pair<K: Eq + Hash>(
        &mut self,
        key: impl Fn(&NumberedObject<'o>) -> K,
        choose: impl for<'l> Fn(
            &'l [NumberedObject<'o>],
            &'l [NumberedObject<'o>],
        ) -> Vec<(&'l NumberedObject<'o>, &'l NumberedObject<'o>)>,
    ) {
        if self.before.is_empty() || self.after.is_empty() {
            return;
        }
        let old = by_key(&self.before, &key);
        let new = by_key(&self.after, &key);
        for (key, old) in &old {
            let new = new.get(key).map_or(&[][..], Vec::as_slice);
            for (old, new) in choose(old, new) {
                self.pairs.numbers.insert(new.place, old.number);
                self.pairs.paired.insert(old.number);
                self.pairs.paired.insert(new.number);
            }
        }
        let paired = &self.pairs.paired;
        let is_open = |one: &NumberedObject<'o>| !paired.contains(&one.number);
        self.before.retain(is_open);
        self.after.retain(is_open);
    }
}

fn by_key<'o, K: Eq + Hash>(
    objects: &[NumberedObject<'o>],
    key: impl Fn(&NumberedObject<'o>) -> K,
) -> HashMap<K, Vec<NumberedObject<'o>>> {
    let mut groups: HashMap<K, Vec<NumberedObject<'o>>> = HashMap::new();
    for object in objects {
        groups.entry(key(object)).or_default().push(*object);
    }
    groups
}

/// The last parts of a path; a shorter path whole.
fn last_parts(path: &str, count: usize) -> &str {
    let cut = path.rmatch_indices('/').nth(count.saturating_sub(1));
    cut.and_then(|(slash, _)| path.get(slash + 1..))
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::last_parts;

    #[test]
    fn paths_are_cut_at_slashes() {
        assert_eq!(last_parts("a/b/c.yaml", 1), "c.yaml");
        assert_eq!(last_parts("a/b/c.yaml", 2), "b/c.yaml");
        assert_eq!(last_parts("a/b/c.yaml", 4), "a/b/c.yaml");
        assert_eq!(last_parts("c.yaml", 1), "c.yaml");
    }
}
