//! The answer for one elector: granted, missing, or unknown because.

use super::authorize::Grant;
use super::facts::{Binding, Role};
use super::near_miss::NearMiss;
use super::need::{LockResource, Need};
use crate::Elector;
use objects::LedgerCode;
use programs::{Clue, Unknown};

/// Whether an elector may use its lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessState {
    /// Every verb it needs is granted.
    Granted,
    /// At least one is granted nowhere that counts.
    Missing,
    /// The input does not say.
    Unknown(Unknown),
}

impl AccessState {
    /// The word in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Missing => "missing",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A verb that is not granted, with what comes nearest to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing<'p> {
    /// On which of the lock's objects.
    pub resource: LockResource,
    /// The verb.
    pub verb: String,
    /// What nearly grants it: the place to mend.
    pub near: Option<NearMiss<'p>>,
}

/// A binding and its role that grant something of what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Through<'p> {
    /// The binding.
    pub binding: &'p Binding,
    /// The role it names.
    pub role: &'p Role,
}

/// A binding of which an end hangs in the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dangling<'p> {
    /// The binding.
    pub binding: &'p Binding,
    /// The subject that does not exist, by its place in the binding; `None`: its role does not.
    pub subject: Option<usize>,
}

/// Whether the account may write the events that an elector records about its lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EventsAccess {
    /// It may.
    Granted,
    /// These verbs on `events` of the core group are granted nowhere.
    Missing(Vec<&'static str>),
    /// The input does not say.
    #[default]
    Unknown,
}

/// The answer for one elector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<'p> {
    /// The answer.
    pub state: AccessState,
    /// The lock's objects.
    pub resources: &'static [LockResource],
    /// The lock's namespace, if it is written.
    pub namespace: Option<String>,
    /// What is not granted, in the order of the need; empty unless the state is missing.
    pub missing: Vec<Missing<'p>>,
    /// What grants the rest, or all of it; each pair once.
    pub through: Vec<Through<'p>>,
    /// Every rule that grants something of what is needed.
    pub grants: Vec<Grant<'p>>,
    /// The bindings of the account itself, those of other namespaces too.
    pub bindings: Vec<&'p Binding>,
    /// The role that should hold what is missing: bound to the account where the lock is, and about locks if any is.
    pub nearest_role: Option<Through<'p>>,
    /// Rules with the verb `create` on the lock under resource names, which no ordinary `create` matches.
    pub useless_creates: Vec<Grant<'p>>,
    /// Bindings of the account, or meant for it, of which an end is missing in an input that holds the others.
    pub dangling: Vec<Dangling<'p>>,
    /// Whether it may write events in the lock's namespace.
    pub events: EventsAccess,
    /// The files that were taken together for the answer, in words; `None` in a live cluster.
    pub within: Option<String>,
    /// What it may use in place of a lock that is only assumed, and of which it may do nothing.
    pub instead: Option<LockResource>,
}

impl Access<'_> {
    /// Nothing is known.
    #[must_use]
    pub fn unknown(because: Unknown) -> Self {
        Self {
            state: AccessState::Unknown(because),
            resources: &[],
            namespace: None,
            missing: Vec::new(),
            through: Vec::new(),
            grants: Vec::new(),
            bindings: Vec::new(),
            nearest_role: None,
            useless_creates: Vec::new(),
            dangling: Vec::new(),
            events: EventsAccess::Unknown,
            within: None,
            instead: None,
        }
    }

    /// The same facts, from which nothing may be concluded.
    #[must_use]
    pub fn because(self, because: Unknown) -> Self {
        Self {
            state: AccessState::Unknown(because),
            missing: Vec::new(),
            ..self
        }
    }

    /// The same, with what the lock may be instead. A program that nobody lists has a Lease by assumption, and
    /// older versions of its library have another object: where the account may do all that such a lock needs
    /// and nothing with leases, that is the likelier one, unless a Role that speaks of leases is bound to it, with
    /// verbs that are of no use. `may` answers for another need.
    #[must_use]
    pub fn or_older_lock<'w>(
        self,
        need: &Need<'w>,
        elector: &Elector<'w>,
        may: impl Fn(&Need<'w>) -> bool,
    ) -> Self {
        let untouched = self.state == AccessState::Missing
            && self.missing.len() == need.verbs.len()
            && self.missing.iter().all(|missing| missing.near.is_none());
        if !untouched || self.nearest_role.is_some_and(speaks_of_leases) {
            return self;
        }
        let older = need.of_older_library(elector).into_iter().find(may);
        let Some(resource) = older.and_then(|need| need.resources.first().copied()) else {
            return self;
        };
        if elector.lock_type.origin().is_none() {
            let because = Unknown {
                code: LedgerCode::LockNotKnown,
                reason: format!(
                    "what {} locks is not established: the account may not use leases, but {}",
                    elector.program.name,
                    resource.resource()
                ),
                place: None,
            };
            return self.because(because);
        }
        Self {
            instead: Some(resource),
            ..self
        }
    }

    /// The same, unless the lock may be no object of Kubernetes: a variable that switches some election does not
    /// say where its lock is, which may be kept in a database or a cache. Without a word about a lock in the
    /// workload or in the rights of its account nothing is missing.
    #[must_use]
    pub fn unless_kept_elsewhere(self, elector: &Elector<'_>) -> Self {
        let by_variable = elector.program.generic && matches!(elector.clue, Clue::Env(_));
        let speaks_of_lock = elector.lock_name.is_written()
            || elector.lock_namespace.is_written()
            || self.missing.len() < elector.program.lock_verbs().count()
            || self.missing.iter().any(|missing| missing.near.is_some());
        if self.state != AccessState::Missing || !by_variable || speaks_of_lock {
            return self;
        }
        let because = Unknown {
            code: LedgerCode::LockNotKnown,
            reason: format!(
                "whether {} has its lock in Kubernetes is not known, and the rights of its account name none",
                elector.program.name
            ),
            place: None,
        };
        Self {
            events: EventsAccess::Unknown,
            ..self.because(because)
        }
    }
}

/// Whether a role was bound where the lock is and has a rule for leases: one for the whole cluster may be there to
/// watch those of others.
fn speaks_of_leases(Through { binding, role }: Through<'_>) -> bool {
    let leases = LockResource::Leases;
    !binding.cluster
        && role.rules.iter().any(|rule| {
            rule.resources.has(leases.resource()) && rule.api_groups.has(leases.group())
        })
}
