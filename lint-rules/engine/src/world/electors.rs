//! The electors of an input: who claims which lock, and who is near whom.

use std::rc::Rc;

use super::bundles::{BundleScope, Bundles};
use super::maps::HashMap;
use election::{Elector, ElectorFacts, LockNamespace};
use manifest::text::{FileId, FileSpan};

/// All electors of an input, found by the scopes that hold them.
pub(crate) struct ElectorIndex<'w> {
    bundles: Rc<Bundles<'w>>,
    known: Vec<IndexedElector>,
    /// Places in `known`, as the next.
    by_scope: HashMap<BundleScope, Vec<usize>>,
    by_lock: HashMap<(BundleScope, LockKey), Vec<usize>>,
    by_name_place: HashMap<FileSpan, usize>,
}

/// An elector and the file it is in.
struct IndexedElector {
    file: FileId,
    facts: ElectorFacts,
}

/// Namespace (`None`: the pod's own, not written) and name of a lock.
type LockKey = (Option<Box<str>>, Box<str>);

/// The key of an elector's lock; `None` if it is not known.
fn lock_key(facts: &ElectorFacts) -> Option<LockKey> {
    let namespace = match &facts.lock_namespace {
        LockNamespace::Known(namespace) => Some(namespace.clone()),
        LockNamespace::Own => None,
        LockNamespace::Unknown => return None,
    };
    Some((namespace, facts.lock_title()?.into()))
}

impl<'w> ElectorIndex<'w> {
    /// Of electors in the order of the input.
    pub(crate) fn of(bundles: &Rc<Bundles<'w>>, electors: &[Elector<'w>]) -> Self {
        let mut index = Self {
            bundles: Rc::clone(bundles),
            known: Vec::new(),
            by_scope: HashMap::default(),
            by_lock: HashMap::default(),
            by_name_place: HashMap::default(),
        };
        // Of a patch nothing may be concluded: the whole workload is somewhere else.
        for elector in electors.iter().filter(|elector| !elector.fragment) {
            index.add(elector);
        }
        index
    }

    fn add(&mut self, elector: &Elector<'w>) {
        let at = self.known.len();
        let file = elector.object.file();
        let facts = ElectorFacts::of(elector);
        let key = lock_key(&facts);
        for home in self.bundles.homes(file) {
            if let Some(key) = &key {
                let claims = self.by_lock.entry((home.clone(), key.clone()));
                claims.or_default().push(at);
            }
            self.by_scope.entry(home).or_default().push(at);
        }
        if let Some(place) = facts.name_place {
            self.by_name_place.insert(place, at);
        }
        self.known.push(IndexedElector { file, facts });
    }

    /// The electors of a list that belong together with a file, in the order of the input.
    fn beside<'e>(
        &'e self,
        file: FileId,
        list: impl Fn(BundleScope) -> Option<&'e Vec<usize>>,
    ) -> impl Iterator<Item = &'e IndexedElector> {
        let homes = self.bundles.homes(file).into_iter();
        let mut found: Vec<usize> = homes.filter_map(list).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .filter_map(|at| self.known.get(at))
            .filter(move |other| !self.bundles.are_alternatives(file, other.file))
    }

    /// Electors of other workloads that surely claim the lock of one, and come before it.
    pub(crate) fn earlier_rivals(&self, elector: &Elector<'w>) -> Vec<&ElectorFacts> {
        let own = self.by_name_place.get(&elector.name_place());
        // Only a patch is not among them, and it has no rivals.
        let Some(IndexedElector { facts: own, .. }) = own.and_then(|at| self.known.get(*at)) else {
            return Vec::new();
        };
        let Some(key) = lock_key(own) else {
            return Vec::new();
        };
        let file = elector.object.file();
        // Under one name in another file it is another way to install the same workload, such as a DaemonSet in the
        // place of a Deployment.
        let is_variant =
            |other: &IndexedElector| other.file != file && other.facts.has_name_of(own);
        self.beside(file, |home| self.by_lock.get(&(home, key.clone())))
            .take_while(|other| other.facts.name_place != own.name_place)
            .filter(|other| !is_variant(other) && other.facts.is_rival_of(own))
            .map(|other| &other.facts)
            .collect()
    }

    /// Every elector that belongs together with a file.
    pub(crate) fn around(&self, file: FileId) -> Vec<&ElectorFacts> {
        self.beside(file, |home| self.by_scope.get(&home))
            .map(|other| &other.facts)
            .collect()
    }
}
