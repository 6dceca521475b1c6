//! The electors of an input: who claims which lock, and who is near whom.

use std::collections::HashMap;

use super::bundle::Scope;
use super::files::FileWorld;
use election::{Elector, ElectorFacts, LockNamespace};
use manifest::text::FileId;

/// All electors, indexed by what belongs together.
#[derive(Default)]
pub(super) struct Electors {
    known: Vec<KnownElector>,
    around: HashMap<Scope, Vec<usize>>,
    claims: HashMap<(Scope, LockKey), Vec<usize>>,
}

/// Files that were taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// What they are, in words: `folder deploy/`.
    pub what: String,
    /// How many files.
    pub files: usize,
    /// How many electors are in them.
    pub electors: usize,
}

/// An elector of the input, and the file it is in.
struct KnownElector {
    file: FileId,
    facts: ElectorFacts,
}

/// Namespace (`None`: the pod's own, not written) and name of a lock.
type LockKey = (Option<Box<str>>, Box<str>);

/// By what a lock is found; `None` if it is not known.
fn lock_key(facts: &ElectorFacts) -> Option<LockKey> {
    let namespace = match &facts.lock_namespace {
        LockNamespace::Known(namespace) => Some(namespace.clone()),
        LockNamespace::Own => None,
        LockNamespace::Unknown => return None,
    };
    Some((namespace, facts.lock_name.clone()?))
}

impl<'w> FileWorld<'w> {
    /// Takes note of the electors, which are read with the help of this world.
    pub fn learn(&mut self, electors: &[Elector<'w>]) {
        let mut learnt = Electors::default();
        // Of a patch nothing may be concluded: the whole workload is somewhere else.
        for elector in electors.iter().filter(|elector| !elector.fragment) {
            let at = learnt.known.len();
            let file = elector.object.file();
            let facts = ElectorFacts::of(elector);
            let key = lock_key(&facts);
            for home in self.homes(file) {
                if let Some(key) = &key {
                    let claims = learnt.claims.entry((home.clone(), key.clone()));
                    claims.or_default().push(at);
                }
                learnt.around.entry(home).or_default().push(at);
            }
            learnt.known.push(KnownElector { file, facts });
        }
        self.electors = learnt;
    }

    /// The electors of a list that belong together with a file, in the order of the input.
    fn known<'e>(
        &'e self,
        file: FileId,
        list: impl Fn(Scope) -> Option<&'e Vec<usize>>,
    ) -> impl Iterator<Item = &'e KnownElector> {
        let homes = self.homes(file).into_iter();
        let mut found: Vec<usize> = homes.filter_map(list).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .filter_map(|at| self.electors.known.get(at))
            .filter(move |other| !self.are_alternatives(file, other.file))
    }

    pub(super) fn earlier_rivals(&self, elector: &Elector<'w>) -> Vec<&ElectorFacts> {
        let mine = ElectorFacts::of(elector);
        let Some(key) = lock_key(&mine) else {
            return Vec::new();
        };
        let file = elector.object.file();
        // Under one name in another file it is another way to install the same workload, such as a
        // DaemonSet in the place of a Deployment.
        let is_variant =
            |other: &KnownElector| other.file != file && other.facts.has_name_of(&mine);
        self.known(file, |home| self.electors.claims.get(&(home, key.clone())))
            .take_while(|other| other.facts.name_place != mine.name_place)
            .filter(|other| !is_variant(other) && other.facts.is_rival_of(&mine))
            .map(|other| &other.facts)
            .collect()
    }

    /// What belongs together around electors, in the order of their files.
    pub(crate) fn taken_together(&self, electors: &[Elector<'w>]) -> Vec<Together> {
        let mut places: HashMap<Scope, usize> = HashMap::new();
        let mut together: Vec<Together> = Vec::new();
        for elector in electors {
            let file = elector.object.file();
            for home in self.homes(file) {
                let at = *places.entry(home).or_insert_with_key(|home| {
                    together.push(Together {
                        what: self.describe(home),
                        files: self.files_in(home).len(),
                        electors: 0,
                    });
                    together.len() - 1
                });
                if let Some(together) = together.get_mut(at) {
                    together.electors += 1;
                }
            }
        }
        together
    }

    pub(super) fn neighbours(&self, file: FileId) -> Vec<&ElectorFacts> {
        self.known(file, |home| self.electors.around.get(&home))
            .map(|other| &other.facts)
            .collect()
    }
}
