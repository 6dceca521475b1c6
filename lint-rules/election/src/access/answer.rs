//! The answer for one elector: granted, missing, or unknown with the reason.

use super::authorization::Grant;
use super::bindings::Binding;
use super::lock_resource::LockResource;
use super::near_miss::NearMiss;
use super::need::Need;
use super::roles::Role;
use super::spare_role::SpareRole;
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
    /// The input does not decide it.
    Unknown(Unknown),
}

impl AccessState {
    /// The words of [`Self::as_str`].
    pub const WORDS: [&'static str; 3] = ["granted", "missing", "unknown"];

    /// The word in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        let [granted, missing, unknown] = Self::WORDS;
        match self {
            Self::Granted => granted,
            Self::Missing => missing,
            Self::Unknown(_) => unknown,
        }
    }
}

/// A verb that is not granted, with the nearest rule or binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVerb<'p> {
    /// On which of the lock's objects.
    pub resource: LockResource,
    /// The verb.
    pub verb: String,
    /// What nearly grants it: the place to correct.
    pub near: Option<NearMiss<'p>>,
}

/// A binding and its role that grant something of what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantPath<'p> {
    /// The binding.
    pub binding: &'p Binding,
    /// The role it names.
    pub role: &'p Role,
}

/// A binding whose role or subject does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DanglingBinding<'p> {
    /// The binding.
    pub binding: &'p Binding,
    /// Index of the subject that does not exist; `None`: its role does not.
    pub subject: Option<usize>,
    /// The Role of that name that stands in another namespace, where nothing binds it.
    pub role_elsewhere: Option<&'p Role>,
}

/// Whether the account may write the events that an elector records about its lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EventsAccess {
    /// It may.
    Granted,
    /// These verbs on `events` of the core group are granted nowhere.
    Missing(Vec<&'static str>),
    /// The input does not decide it.
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
    /// The lock's namespace is not known, and the answer is the same in every one.
    pub in_every_namespace: bool,
    /// What is not granted, in the order of the need; empty unless the state is missing.
    pub missing: Vec<MissingVerb<'p>>,
    /// What grants the rest, or all of it; each pair once.
    pub through: Vec<GrantPath<'p>>,
    /// Every rule that grants something of what is needed.
    pub grants: Vec<Grant<'p>>,
    /// The bindings of the account itself, those of other namespaces too.
    pub bindings: Vec<&'p Binding>,
    /// The role that should hold what is missing: bound to the account where the lock is, one with rules for locks
    /// before any other.
    pub nearest_role: Option<GrantPath<'p>>,
    /// The role in the lock's namespace that grants what is missing and is bound to another account or to none.
    pub spare_role: Option<SpareRole<'p>>,
    /// Rules with the verb `create` on the lock under resource names, which no ordinary `create` matches.
    pub useless_creates: Vec<Grant<'p>>,
    /// Bindings of the account, or probably of it, whose role or subject does not exist although the input holds
    /// others of that kind.
    pub dangling: Vec<DanglingBinding<'p>>,
    /// Whether it may write events in the lock's namespace.
    pub events: EventsAccess,
    /// The files whose objects the answer rests on, in words; `None` in a live cluster.
    pub within: Option<String>,
    /// What the account may use in place of an assumed lock that it may not use at all.
    pub instead: Option<LockResource>,
    /// The name of the lock that the answer is about, where it is not the elector's first one, which the account may use.
    pub second_lock: Option<String>,
}

impl Access<'_> {
    /// Nothing is known.
    #[must_use]
    pub fn unknown(because: Unknown) -> Self {
        Self {
            state: AccessState::Unknown(because),
            resources: &[],
            namespace: None,
            in_every_namespace: false,
            missing: Vec::new(),
            through: Vec::new(),
            grants: Vec::new(),
            bindings: Vec::new(),
            nearest_role: None,
            spare_role: None,
            useless_creates: Vec::new(),
            dangling: Vec::new(),
            events: EventsAccess::Unknown,
            within: None,
            instead: None,
            second_lock: None,
        }
    }

    /// The same facts, with the state unknown for this reason.
    #[must_use]
    pub fn because(self, because: Unknown) -> Self {
        Self {
            state: AccessState::Unknown(because),
            missing: Vec::new(),
            ..self
        }
    }

    /// The same, with what the lock may be instead. For a program without a record a Lease is assumed, and older
    /// versions of its library use another object: where the account may do all that such a lock needs and nothing
    /// with leases, that is the likelier one, unless a Role with rules for leases is bound to it, only with useless
    /// verbs. `may` decides for another need.
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
        if !untouched || self.nearest_role.is_some_and(has_lease_rule) {
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

    /// The same, unless the lock may not be a Kubernetes object: a variable that switches some election does not
    /// say where the lock is, and it may be in a database or a cache. If neither the workload nor the rights of its
    /// account name a lock, the state is unknown.
    #[must_use]
    pub fn unless_kept_elsewhere(self, elector: &Elector<'_>) -> Self {
        let by_variable = elector.program.generic && matches!(elector.clue, Clue::Env(_));
        let names_lock = elector.lock_name.is_written()
            || elector.lock_namespace.is_written()
            || self.missing.len() < elector.program.lock_verbs().count()
            || self.missing.iter().any(|missing| missing.near.is_some());
        if self.state != AccessState::Missing || !by_variable || names_lock {
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

/// Whether a RoleBinding gives a role with a rule for leases. A ClusterRoleBinding does not count: it may be there
/// to watch the leases of others.
fn has_lease_rule(GrantPath { binding, role }: GrantPath<'_>) -> bool {
    let leases = LockResource::Leases;
    !binding.cluster
        && role.rules.iter().any(|rule| {
            rule.resources.has(leases.resource()) && rule.api_groups.has(leases.group())
        })
}
