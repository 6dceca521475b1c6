//! Which workload claims a Lease, and with which settings.

use std::collections::HashMap;
use std::time::Duration;

use election::access::lease_of;
use election::promises::Promises;
use election::{AssumedFact, Elector, ElectorFacts, IdentityKind, LockNamespace};
use objects::ObjectName;
use programs::{Nanos, Setting};

use crate::pod::WorkloadName;
use crate::record::LeaseKey;

/// One elector of the cluster, as far as its Lease is judged by it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The workload.
    pub object: ObjectName,
    /// The container.
    pub container: Box<str>,
    /// The election is switched on; otherwise it is not known whether it is.
    pub is_on: bool,
    /// LeaseDuration, if known.
    pub lease: Option<Duration>,
    /// RenewDeadline, if known.
    pub renew: Option<Duration>,
    /// RetryPeriod, if known.
    pub retry: Option<Duration>,
    /// What a candidate's identity is made from.
    pub identity: IdentityKind,
    /// Whether two pods can never have the same identity.
    pub is_unique: Option<bool>,
    /// The identity, where it is a constant.
    pub identity_text: Option<Box<str>>,
    /// Several replicas lead at once by design.
    pub several_leaders: bool,
    /// What its numbers promise, if they promise anything.
    pub promises: Option<ClaimPromises>,
}

/// What the numbers of an elector promise, and what that rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimPromises {
    /// The promises.
    pub figures: Promises,
    /// Whether the lock is released on a voluntary stop, if that is established.
    pub releases: Option<bool>,
    /// What is assumed, or not known and taken at its worst.
    pub assumed: Vec<AssumedFact>,
}

impl Claim {
    /// The claim of an elector, and which Lease it is on; `None` if it locks no Lease of this cluster, or none that is
    /// known.
    #[must_use]
    pub fn of(elector: &Elector<'_>) -> Option<(LeaseKey, Self)> {
        if !elector.may_be_on() {
            return None;
        }
        let facts = ElectorFacts::of(elector);
        let (namespace, name) = lease_of(&facts)?;
        let key = LeaseKey {
            namespace: namespace.into(),
            name: name.into(),
        };
        let claim = Self {
            object: facts.object,
            container: facts.container,
            is_on: elector.is_on(),
            lease: elector.lease.value().and_then(duration),
            renew: elector.renew.value().and_then(duration),
            retry: elector.retry.value().and_then(duration),
            identity: elector.identity.kind,
            is_unique: elector.identity.unique,
            identity_text: elector.identity.text.as_deref().map(Box::from),
            several_leaders: facts.several_leaders,
            promises: elector.promises().map(|figures| ClaimPromises {
                figures,
                releases: elector.known_release(),
                assumed: elector.assumptions(),
            }),
        };
        Some((key, claim))
    }

    /// The workload.
    #[must_use]
    pub fn workload(&self) -> WorkloadName {
        WorkloadName {
            api_version: self.object.api_version.as_str().into(),
            kind: self.object.kind.as_str().into(),
            namespace: self.object.namespace.as_deref().unwrap_or_default().into(),
            name: self.object.name.as_str().into(),
        }
    }
}

fn duration(nanos: &Nanos) -> Option<Duration> {
    u64::try_from(nanos.0).ok().map(Duration::from_nanos)
}

/// All claims of a cluster.
#[derive(Debug, Default)]
pub struct Claims {
    by_lease: HashMap<LeaseKey, Vec<Claim>>,
    /// Elections whose Lease is not known.
    without_lock: Vec<PossibleClaim>,
}

/// An election that may be on any Lease of a namespace.
#[derive(Debug)]
struct PossibleClaim {
    workload: WorkloadName,
    /// Where it locks; `None`: that is not known either.
    namespace: Option<Box<str>>,
}

impl Claims {
    /// The claims of these electors.
    #[must_use]
    pub fn of<'e, 'w: 'e>(electors: impl IntoIterator<Item = &'e Elector<'w>>) -> Self {
        let mut claims = Self::default();
        for elector in electors {
            claims.add(elector);
        }
        claims
    }

    /// Adds the claim of an elector; the Lease that it is on, if that is known.
    pub fn add(&mut self, elector: &Elector<'_>) -> Option<LeaseKey> {
        if let Some((key, claim)) = Claim::of(elector) {
            self.by_lease.entry(key.clone()).or_default().push(claim);
            return Some(key);
        }
        if elector.may_be_on() && !elector.locks_elsewhere() {
            let object = elector.object;
            let own: Box<str> = object.namespace().unwrap_or_default().into();
            self.without_lock.push(PossibleClaim {
                namespace: match ElectorFacts::of(elector).lock_namespace {
                    LockNamespace::Known(namespace) => Some(namespace),
                    LockNamespace::Own => Some(own.clone()),
                    LockNamespace::Unknown => None,
                },
                workload: WorkloadName {
                    api_version: object.api_version().into(),
                    kind: object.kind_word().into(),
                    namespace: own,
                    name: object.name().unwrap_or_default().into(),
                },
            });
        }
        None
    }

    /// The claims on a Lease.
    #[must_use]
    pub fn on(&self, lease: &LeaseKey) -> &[Claim] {
        self.by_lease.get(lease).map_or(&[], Vec::as_slice)
    }

    /// The workloads that may claim a Lease of this namespace, as it is not known which one they lock.
    pub fn possible_in<'c>(&'c self, namespace: &'c str) -> impl Iterator<Item = &'c WorkloadName> {
        self.without_lock
            .iter()
            .filter(move |claim| {
                claim
                    .namespace
                    .as_deref()
                    .is_none_or(|one| one == namespace)
            })
            .map(|claim| &claim.workload)
    }
}

impl FromIterator<(LeaseKey, Claim)> for Claims {
    fn from_iter<I: IntoIterator<Item = (LeaseKey, Claim)>>(claims: I) -> Self {
        let mut all = Self::default();
        for (key, claim) in claims {
            all.by_lease.entry(key).or_default().push(claim);
        }
        all
    }
}

/// Whether a Lease is the lock of a part of Kubernetes, by its record: such a program may run where no pod shows it.
#[must_use]
pub fn is_lock_of_system(lease: &LeaseKey) -> bool {
    let is_default = |program: &programs::Program, setting: Setting, text: &str| {
        let spec = program.spec(setting);
        spec.and_then(|spec| spec.default.as_deref()) == Some(text)
    };
    programs::programs().any(|program| {
        program.part_of_system
            && is_default(program, Setting::LockName, &lease.name)
            && is_default(program, Setting::LockNamespace, &lease.namespace)
    })
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
