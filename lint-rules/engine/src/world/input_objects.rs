//! The objects of an input.

use super::maps::HashMap;
use crate::input::Input;
use manifest::text::FileSpan;
use objects::{NestedList, Object, ObjectKind, objects_of};

/// The objects of an input, in order of file and place.
pub(crate) struct InputObjects<'w> {
    all: Vec<Object<'w>>,
    nested: Vec<NestedList<'w>>,
    by_kind: HashMap<ObjectKind, Vec<Object<'w>>>,
}

impl<'w> InputObjects<'w> {
    pub(crate) fn of(input: &'w Input) -> Self {
        let mut all = Vec::new();
        let mut nested = Vec::new();
        for document in input.documents() {
            let (found, list) = objects_of(document);
            all.extend(found);
            nested.extend(list);
        }
        let mut by_kind: HashMap<ObjectKind, Vec<Object<'w>>> = HashMap::default();
        for object in &all {
            by_kind.entry(object.kind()).or_default().push(*object);
        }
        Self {
            all,
            nested,
            by_kind,
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Object<'w>] {
        &self.all
    }

    /// Lists inside lists, which kubectl refuses.
    pub(crate) fn nested_lists(&self) -> &[NestedList<'w>] {
        &self.nested
    }

    /// The object that holds a place: the last that begins no later, if it reaches so far.
    pub(crate) fn at(&self, place: FileSpan) -> Option<Object<'w>> {
        let begin = |object: &Object<'w>| (object.file(), object.node().span().start);
        let after = self
            .all
            .partition_point(|object| begin(object) <= (place.file, place.span.start));
        let object = self.all.get(after.checked_sub(1)?)?;
        let is_inside = object.file() == place.file && place.span.start < object.node().span().end;
        is_inside.then_some(*object)
    }

    /// Those of one kind.
    pub(crate) fn of_kind(&self, kind: ObjectKind) -> &[Object<'w>] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Those of one kind that have a name, with it.
    pub(crate) fn named(&self, kind: ObjectKind) -> impl Iterator<Item = (&'w str, Object<'w>)> {
        let objects = self.of_kind(kind).iter();
        objects.filter_map(|object| Some((object.name()?, *object)))
    }
}

/// Whether two namespaces may be the same: one that is not written comes with `kubectl -n`.
pub(crate) fn may_be_same(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a == b)
}
