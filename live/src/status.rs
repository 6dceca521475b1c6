//! The status of each Lease.

use std::collections::HashSet;
use std::time::Duration;

use election::IdentityKind;
use objects::ObjectName;

use crate::claim::{Claim, ClaimPromises, Claims, is_lock_of_system};
use crate::history::LeaseHistory;
use crate::holder::{Holder, holder_of, holds_name};
use crate::observer::Observer;
use crate::pod::{ClusterPods, PodFacts, WorkloadName};
use crate::record::{LeaseKey, LeaseKind};
use crate::state::{Claimed, LeaseSurroundings, state_of};
use engine::LeaseState;

/// The pod behind a Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderPod {
    /// Its namespace.
    pub namespace: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Its node; empty if it has none.
    pub node: Box<str>,
}

/// How long ago a Lease was renewed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenewalAge {
    /// Seconds; negative if the holder's clock is ahead of the API server's.
    pub seconds: f64,
    /// The renewal was seen. Otherwise it is the difference of two clocks, the API server's and the holder's.
    pub is_observed: bool,
}

/// The status of one Lease.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaseStatus {
    /// Namespace and name.
    pub key: LeaseKey,
    /// What it is used for.
    pub kind: LeaseKind,
    /// How it stands.
    pub state: LeaseState,
    /// Who holds it; empty: it has no holder.
    pub holder: Box<str>,
    /// The pod that the holder's identity names.
    pub pod: Option<HolderPod>,
    /// The holder is a pod that is gone, of a workload that is there.
    pub holder_is_gone: bool,
    /// The workload that claims it, or that its holder belongs to.
    pub object: Option<ObjectName>,
    /// The container that elects, if it is known.
    pub container: Option<Box<str>>,
    /// Whether pods run of a workload that surely claims it; `None` if that is not known.
    pub has_candidates: Option<bool>,
    /// How long ago it was renewed, if it ever was.
    pub renewed: Option<RenewalAge>,
    /// For how long its record did not change while it was watched.
    pub unchanged: Duration,
    /// For how long it was watched.
    pub observed: Duration,
    /// `leaseDurationSeconds`.
    pub duration_seconds: Option<i64>,
    /// The duration in the settings of its elector.
    pub declared: Option<Duration>,
    /// The renew deadline in the settings of its elector.
    pub renew_deadline: Option<Duration>,
    /// The retry period in the settings of its elector.
    pub retry_period: Option<Duration>,
    /// What the numbers of its elector promise.
    pub promises: Option<ClaimPromises>,
    /// `leaseTransitions`: all that there ever were.
    pub transitions: Option<i64>,
    /// Changes of the holder that were seen.
    pub transitions_seen: u32,
    /// The same in an hour; `None` if it was not watched.
    pub transitions_per_hour: Option<f64>,
}

/// What was read around the Leases. Nothing: it may not be read.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    /// The pods.
    pub pods: Option<ClusterPods>,
    /// Every workload that was read.
    pub workloads: Option<Vec<WorkloadName>>,
    /// What their electors claim.
    pub claims: Claims,
    /// All namespaces were read.
    pub is_whole: bool,
}

/// The status of every Lease, in order.
#[must_use]
pub fn statuses(observer: &Observer, around: &Neighbourhood, now: Duration) -> Vec<LeaseStatus> {
    let none = ClusterPods::default();
    let pods = around.pods.as_ref().unwrap_or(&none);
    let workloads = around.workloads.as_deref().unwrap_or_default();
    let behind: Vec<Behind<'_>> = observer
        .histories()
        .map(|history| Behind::of(history, &around.claims, workloads, pods))
        .collect();
    // Who holds one Lease is not taken for the one that may claim another.
    let holding: HashSet<&WorkloadName> = behind
        .iter()
        .filter(|behind| matches!(behind.holder, Holder::Pod(_)))
        .filter_map(|behind| behind.workload.as_ref())
        .collect();
    behind
        .iter()
        .map(|behind| {
            let claimed = behind.claimed(around, pods, &holding);
            behind.status(observer, claimed, around.pods.is_some(), pods, now)
        })
        .collect()
}

/// What stands behind one Lease.
struct Behind<'a> {
    history: &'a LeaseHistory,
    claims: &'a [Claim],
    holder: Holder<'a>,
    workload: Option<WorkloadName>,
}

impl<'a> Behind<'a> {
    fn of(
        history: &'a LeaseHistory,
        claims: &'a Claims,
        workloads: &[WorkloadName],
        pods: &'a ClusterPods,
    ) -> Self {
        let claims = claims.on(history.key());
        let record = &history.lease.record;
        let (holder, workload) = match history.lease.kind {
            LeaseKind::Election => {
                let namespace = &history.key().namespace;
                holder_of(&record.holder, namespace, claims, workloads, pods)
            }
            _ => (Holder::Unknown, None),
        };
        let claiming = || claims.first().map(Claim::workload);
        Self {
            history,
            claims,
            holder,
            workload: workload.or_else(claiming),
        }
    }

    fn claimed(
        &self,
        around: &Neighbourhood,
        pods: &ClusterPods,
        holding: &HashSet<&WorkloadName>,
    ) -> Claimed {
        let is_election = self.history.lease.kind == LeaseKind::Election;
        if !is_election || around.pods.is_none() || around.workloads.is_none() {
            return Claimed::Unknown;
        }
        let runs = |workload: &WorkloadName| pods.of_workload(workload).next().is_some();
        let mut claiming = self.claims.iter().map(Claim::workload);
        if claiming.any(|workload| runs(&workload)) || self.workload.as_ref().is_some_and(runs) {
            return Claimed::Yes;
        }
        let key = self.history.key();
        let mut possible = around.claims.possible_in(&key.namespace);
        if is_lock_of_system(key)
            || possible.any(|workload| runs(workload) && !holding.contains(workload))
        {
            Claimed::Unknown
        } else if around.is_whole {
            Claimed::No
        } else {
            Claimed::OutOfSight
        }
    }

    /// Whether pods run of a workload that surely claims the Lease; `None` if that is not known.
    fn has_candidates(&self, claimed: Claimed, pods: &ClusterPods) -> Option<bool> {
        match claimed {
            Claimed::Unknown | Claimed::OutOfSight => None,
            Claimed::No => Some(false),
            Claimed::Yes => {
                let runs = |claim: &&Claim| {
                    let workload = claim.workload();
                    let mut pods = pods.of_workload(&workload);
                    pods.any(|pod| pod.runs && !pod.is_deleted)
                };
                let running: Vec<&Claim> = self.claims.iter().filter(runs).collect();
                let is_sure = running.iter().any(|claim| claim.is_on);
                (is_sure || running.is_empty()).then_some(is_sure)
            }
        }
    }

    /// The claim that the settings are taken from: of the workload behind the holder, else the only one.
    fn claim(&self) -> Option<&'a Claim> {
        let of_holder = self
            .claims
            .iter()
            .find(|claim| Some(claim.workload()) == self.workload);
        of_holder.or(match self.claims {
            [only] => Some(only),
            _ => None,
        })
    }

    fn status(
        &self,
        observer: &Observer,
        claimed: Claimed,
        pods_are_known: bool,
        pods: &ClusterPods,
        now: Duration,
    ) -> LeaseStatus {
        let (history, record) = (self.history, &self.history.lease.record);
        let claim = self.claim();
        let renew_deadline = claim.and_then(|claim| claim.renew);
        let holder_is_gone = pods_are_known && self.holder == Holder::Gone;
        let state = state_of(
            history,
            LeaseSurroundings {
                claimed,
                holder_is_gone,
                is_shared: is_shared(&record.holder, self.claims, pods),
                renew_deadline,
            },
        );
        let renewed = match history.changed {
            Some(changed) => Some(RenewalAge {
                seconds: now.saturating_sub(changed).as_secs_f64(),
                is_observed: true,
            }),
            None => observer
                .age_by_clocks(history, now)
                .map(|seconds| RenewalAge {
                    seconds,
                    is_observed: false,
                }),
        };
        let object = match claim {
            Some(claim) => Some(claim.object.clone()),
            None => self.workload.as_ref().map(WorkloadName::object_name),
        };
        LeaseStatus {
            key: history.key().clone(),
            kind: history.lease.kind,
            state,
            holder: record.holder.clone(),
            pod: match self.holder {
                Holder::Pod(pod) => Some(HolderPod {
                    namespace: pod.namespace.clone(),
                    name: pod.name.clone(),
                    node: pod.node.clone(),
                }),
                Holder::None | Holder::Gone | Holder::Unknown => None,
            },
            holder_is_gone,
            object,
            container: claim.map(|claim| claim.container.clone()),
            has_candidates: self.has_candidates(claimed, pods),
            renewed: renewed.filter(|_| !record.holder.is_empty()),
            unchanged: history.unchanged(),
            observed: history.observed(),
            duration_seconds: record.duration_seconds,
            declared: claim.and_then(|claim| claim.lease),
            renew_deadline,
            retry_period: claim.and_then(|claim| claim.retry),
            promises: claim.and_then(|claim| claim.promises.clone()),
            transitions: record.transitions,
            transitions_seen: history.transitions,
            transitions_per_hour: history.transitions_per_hour(),
        }
    }
}

/// Whether two running pods have the identity that holds a Lease: by the settings of their electors it is a constant, or
/// their node's name.
fn is_shared(holder: &str, claims: &[Claim], pods: &ClusterPods) -> bool {
    if holder.is_empty() {
        return false;
    }
    let has_identity = |claim: &Claim, pod: &PodFacts| match &claim.identity_text {
        Some(text) => **text == *holder,
        None => match claim.identity {
            IdentityKind::NodeName => holds_name(holder, &pod.node),
            IdentityKind::Hostname => pod.host_network && holds_name(holder, &pod.node),
            _ => false,
        },
    };
    let mut with_it = HashSet::new();
    for claim in claims {
        if claim.is_unique == Some(false) && !claim.several_leaders {
            let workload = claim.workload();
            let alike = pods
                .of_workload(&workload)
                .filter(|pod| pod.runs && has_identity(claim, pod));
            with_it.extend(alike.map(|pod| (&pod.namespace, &pod.name)));
        }
    }
    with_it.len() > 1
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
