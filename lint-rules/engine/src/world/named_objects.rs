//! Objects of an input by the name under which others refer to them.

use std::cell::RefCell;
use std::rc::Rc;

use super::maps::HashMap;
use super::proximity::{Choice, Proximity, ReferencePoint};
use objects::Object;

/// Objects of one sort, found by name and namespace from where something refers to them.
pub(crate) struct NamedObjects<'w> {
    proximity: Rc<Proximity<'w>>,
    by_name: HashMap<&'w str, ObjectsOfName<'w>>,
}

/// Objects of one name, each list in the order of the input.
#[derive(Default)]
struct ObjectsOfName<'w> {
    all: Vec<Object<'w>>,
    /// By their namespace (`None`: not written).
    by_namespace: HashMap<Option<&'w str>, Vec<Object<'w>>>,
    choices: RefCell<HashMap<ChoiceKey<'w>, Choice<'w>>>,
}

/// What decides which object of a name is chosen in a tree. A tree of a thousand applications would otherwise be searched
/// a thousand times.
#[derive(PartialEq, Eq, Hash)]
struct ChoiceKey<'w> {
    /// API version, kind and namespace of what refers to it.
    from: (&'w str, &'w str, Option<&'w str>),
    tree: String,
    point: ReferencePoint,
}

impl<'w> NamedObjects<'w> {
    /// Of objects in the order of the input, with the names under which others refer to them.
    pub(crate) fn of(
        objects: impl Iterator<Item = (&'w str, Object<'w>)>,
        proximity: &Rc<Proximity<'w>>,
    ) -> Self {
        let mut by_name: HashMap<&'w str, ObjectsOfName<'w>> = HashMap::default();
        for (name, object) in objects {
            let of_name = by_name.entry(name).or_default();
            of_name.all.push(object);
            let namespaced = of_name.by_namespace.entry(object.namespace());
            namespaced.or_default().push(object);
        }
        Self {
            proximity: Rc::clone(proximity),
            by_name,
        }
    }

    /// All objects of a name.
    pub(crate) fn all(&self, name: &str) -> &[Object<'w>] {
        let of_name = self.by_name.get(name);
        of_name.map_or(&[], |of_name| of_name.all.as_slice())
    }

    /// The objects of a name that may be of a namespace: one that is not written comes with `kubectl -n`.
    pub(crate) fn candidates<'s>(
        &'s self,
        name: &str,
        namespace: Option<&'w str>,
    ) -> impl Iterator<Item = &'s Object<'w>> {
        let of_name = self.by_name.get(name);
        let lists = of_name.map(|of_name| of_name.lists(namespace));
        lists.into_iter().flatten().flatten()
    }

    /// Which object of a name another one refers to.
    pub(crate) fn choose(&self, name: &str, from: Object<'w>) -> Choice<'w> {
        self.choose_accepted(name, from, |_| true)
    }

    /// Which object of a name another one refers to, of those that it accepts by its API version, kind and name.
    pub(crate) fn choose_accepted(
        &self,
        name: &str,
        from: Object<'w>,
        accepts: impl Fn(&Object<'w>) -> bool,
    ) -> Choice<'w> {
        let Some(of_name) = self.by_name.get(name) else {
            return Ok(None);
        };
        let lists = of_name.lists(from.namespace());
        let remember = |tree: &str, point, search: &dyn Fn() -> Choice<'w>| {
            let key = ChoiceKey {
                from: (from.api_version(), from.kind_word(), from.namespace()),
                tree: tree.to_owned(),
                point,
            };
            if let Some(known) = of_name.choices.borrow().get(&key) {
                return *known;
            }
            let choice = search();
            of_name.choices.borrow_mut().insert(key, choice);
            choice
        };
        self.proximity.choose(lists, from, accepts, remember)
    }
}

impl<'w> ObjectsOfName<'w> {
    /// The lists that hold what may be of a namespace.
    fn lists(&self, namespace: Option<&'w str>) -> [&[Object<'w>]; 2] {
        let of = |namespace| {
            let list = self.by_namespace.get(&namespace);
            list.map_or(&[][..], Vec::as_slice)
        };
        match namespace {
            Some(_) => [of(namespace), of(None)],
            None => [&self.all, &[]],
        }
    }
}
