//! What was observed of a live cluster, for rules of the group `live`. The engine has no clock: who observes has one.

use election::access::lease_of;
use election::{Elector, ElectorFacts};
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::{Object, ObjectKind, ObjectName};
use programs::Nanos;

/// How a Lease of a live cluster stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeaseState {
    /// It was renewed while it was watched.
    Held,
    /// Not renewed for longer than the renew deadline of its elector.
    Late,
    /// Not renewed for longer than its duration: any candidate may take it.
    Expired,
    /// It has no holder, and had one.
    Released,
    /// It never had a holder.
    NeverHeld,
    /// It is held by a pod that is gone, and its workload is there.
    Orphaned,
    /// Two pods have the identity that holds it.
    Shared,
    /// No workload with running pods claims it.
    Abandoned,
    /// It was not watched for long enough.
    Unconfirmed,
}

impl LeaseState {
    /// All of them, in the order of a summary.
    pub const ALL: [Self; 9] = [
        Self::Held,
        Self::Late,
        Self::Expired,
        Self::Released,
        Self::NeverHeld,
        Self::Orphaned,
        Self::Shared,
        Self::Abandoned,
        Self::Unconfirmed,
    ];

    /// The word in tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Late => "late",
            Self::Expired => "expired",
            Self::Released => "released",
            Self::NeverHeld => "never-held",
            Self::Orphaned => "orphaned",
            Self::Shared => "shared",
            Self::Abandoned => "abandoned",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// What was observed of one Lease of an election.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedLease {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: LeaseState,
    /// For how long its record did not change.
    pub unchanged: Nanos,
    /// For how long it was watched.
    pub observed: Nanos,
    /// How often its holder changed in that time.
    pub transitions: u32,
}

/// What was observed of a live cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// The Leases of elections that were seen.
    pub leases: Vec<ObservedLease>,
    /// Namespace and name of the other Leases that were seen, such as heartbeats.
    pub others: Vec<(String, String)>,
    /// The workloads of which pods run.
    pub running: Vec<ObjectName>,
    /// The namespaces of which all Leases were seen; `None`: of all of them.
    pub namespaces: Option<Vec<String>>,
}

impl Observation {
    /// Whether a Lease is surely not there.
    #[must_use]
    pub fn lacks(&self, namespace: &str, name: &str) -> bool {
        let was_read = match &self.namespaces {
            None => true,
            Some(read) => read.iter().any(|one| one == namespace),
        };
        let is_it = |lease: &ObservedLease| lease.namespace == namespace && lease.name == name;
        let is_other =
            |(in_namespace, called): &(String, String)| in_namespace == namespace && called == name;
        was_read && !self.leases.iter().any(is_it) && !self.others.iter().any(is_other)
    }

    /// Whether pods of a workload run.
    #[must_use]
    pub fn runs(&self, workload: &ObjectName) -> bool {
        self.running.contains(workload)
    }
}

/// A Lease of a live cluster with those who claim it.
pub struct LiveLease<'s, 'w> {
    /// What was observed of it.
    pub observed: &'s ObservedLease,
    /// The object.
    pub object: Object<'w>,
    /// The electors that claim it.
    pub electors: Vec<&'s Elector<'w>>,
}

impl<'s, 'w> LiveLease<'s, 'w> {
    /// The observed Leases that are among these objects.
    pub(crate) fn all(
        observation: &'s Observation,
        objects: &[Object<'w>],
        electors: &'s [Elector<'w>],
    ) -> Vec<Self> {
        let leases = objects
            .iter()
            .filter(|object| object.kind() == ObjectKind::Lease);
        let locks: Vec<(ElectorFacts, &Elector<'w>)> = electors
            .iter()
            .filter(|elector| elector.may_be_on())
            .map(|elector| (ElectorFacts::of(elector), elector))
            .collect();
        let with = |object: &Object<'w>| {
            let observed = observation.leases.iter().find(|observed| {
                Some(observed.namespace.as_str()) == object.namespace()
                    && Some(observed.name.as_str()) == object.name()
            })?;
            let lease = (observed.namespace.as_str(), observed.name.as_str());
            let claiming = locks
                .iter()
                .filter(|(facts, _)| lease_of(facts) == Some(lease))
                .map(|(_, elector)| *elector);
            Some(Self {
                observed,
                object: *object,
                electors: claiming.collect(),
            })
        };
        leases.filter_map(with).collect()
    }

    /// A field of its spec.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Node<'w>> {
        self.object.node().get("spec")?.get(name)
    }

    /// Where a field of its spec is written, else where its name is.
    #[must_use]
    pub fn place(&self, field: &str) -> FileSpan {
        let node = self.field(field).or_else(|| self.object.metadata("name"));
        node.map_or_else(
            || self.object.whole_place(),
            |node| self.object.place_of(node),
        )
    }

    /// Who holds it, for messages.
    #[must_use]
    pub fn holder(&self) -> String {
        let holder = self.field("holderIdentity").and_then(Node::as_str);
        holder.unwrap_or_default().escape_debug().to_string()
    }

    /// Its duration, if it has one.
    #[must_use]
    pub fn duration(&self) -> Option<Nanos> {
        let seconds = self.field("leaseDurationSeconds")?.as_i64()?;
        (seconds > 0).then(|| Nanos::from_seconds(seconds))
    }
}

/// An elector of a live cluster, and what was observed there.
pub struct LiveElector<'s, 'w> {
    /// The elector.
    pub elector: &'s Elector<'w>,
    /// What was observed.
    pub observation: &'s Observation,
}
