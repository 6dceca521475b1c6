//! Which pod a holder's identity names.
//!
//! Identities are made of a pod's name or a host name, alone or with more text before or behind it: `a-0`,
//! `a-0_5b1e4a7c-...` (controller-runtime, kube-controller-manager), `a-0-external-a-controller`, `shop/a-0`. With the
//! host's network the host name is the node's.

use crate::claim::Claim;
use crate::pod::{ClusterPods, PodFacts, WorkloadName};

/// What stands behind a holder's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder<'p> {
    /// The Lease has no holder.
    None,
    /// This pod.
    Pod(&'p PodFacts),
    /// A pod of a workload that is there, and the pod is not.
    Gone,
    /// Not known: the identity names no pod and no workload.
    Unknown,
}

/// Which pod a holder's identity names, and of which workload, of those that claim the Lease or could.
#[must_use]
pub fn holder_of<'p>(
    identity: &str,
    namespace: &str,
    claims: &[Claim],
    workloads: &[WorkloadName],
    pods: &'p ClusterPods,
) -> (Holder<'p>, Option<WorkloadName>) {
    if identity.is_empty() {
        return (Holder::None, None);
    }
    let claiming: Vec<WorkloadName> = claims.iter().map(Claim::workload).collect();
    let among_claims = claiming
        .iter()
        .flat_map(|workload| pods.of_workload(workload));
    if let Some(pod) = longest(among_claims, identity) {
        return (Holder::Pod(pod), Some(pods.workload_of(pod)));
    }
    // Without a claim only what separates names and cannot be a part of one is taken for a separator.
    let whole: Vec<&PodFacts> = identity
        .split(is_clear_boundary)
        .flat_map(|word| pods.named(word))
        .collect();
    let first = |is_near: bool| {
        let there = whole
            .iter()
            .copied()
            .filter(|pod| (&*pod.namespace == namespace) == is_near);
        there.max_by_key(|pod| (pod.name.len(), std::cmp::Reverse(&pod.name)))
    };
    let of_pod = |pod: &'p PodFacts| (Holder::Pod(pod), Some(pods.workload_of(pod)));
    if let Some(pod) = first(true) {
        return of_pod(pod);
    }
    let named = claiming.iter().chain(workloads).find(|workload| {
        let is_claim = claiming.contains(workload);
        (is_claim || &*workload.namespace == namespace) && names_pod_of(identity, workload)
    });
    if let Some(workload) = named {
        let pod = longest(pods.of_workload(workload), identity);
        let holder = pod.map_or(Holder::Gone, Holder::Pod);
        return (holder, Some(workload.clone()));
    }
    // Pods of other namespaces come last: StatefulSets of one name have pods of one name.
    match first(false) {
        Some(pod) => of_pod(pod),
        None => (Holder::Unknown, claiming.into_iter().next()),
    }
}

/// The pod with the longest name or host name that the identity holds.
fn longest<'p>(pods: impl Iterator<Item = &'p PodFacts>, identity: &str) -> Option<&'p PodFacts> {
    let length = |pod: &PodFacts| {
        let names = [&*pod.name, pod.host_name()];
        let held = names.into_iter().filter(|name| holds_name(identity, name));
        held.map(str::len).max()
    };
    pods.filter_map(|pod| Some((length(pod)?, pod)))
        .max_by_key(|(length, pod)| (*length, std::cmp::Reverse(&pod.name)))
        .map(|(_, pod)| pod)
}

/// Whether an identity is a name, or holds it as a word.
#[must_use]
pub fn holds_name(identity: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    identity.match_indices(name).any(|(at, _)| {
        let before = identity.get(..at).and_then(|text| text.chars().next_back());
        let after = identity
            .get(at + name.len()..)
            .and_then(|text| text.chars().next());
        before.is_none_or(is_any_boundary) && after.is_none_or(is_any_boundary)
    })
}

fn is_any_boundary(character: char) -> bool {
    !character.is_alphanumeric()
}

/// What no name of a pod holds.
fn is_clear_boundary(character: char) -> bool {
    !character.is_alphanumeric() && !matches!(character, '-' | '.')
}

/// Whether an identity begins with the name that a pod of this workload would have.
fn names_pod_of(identity: &str, workload: &WorkloadName) -> bool {
    let name = identity.rsplit('/').next().unwrap_or(identity);
    let Some(rest) = name
        .strip_prefix(&*workload.name)
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        return false;
    };
    let end = rest
        .find(|character| is_clear_boundary(character) || character == '.')
        .unwrap_or(rest.len());
    let parts: Vec<&str> = rest.get(..end).unwrap_or_default().split('-').collect();
    match (&*workload.kind, parts.as_slice()) {
        ("Deployment", [hash, suffix, ..]) => is_hash(hash) && is_suffix(suffix),
        ("ReplicaSet" | "DaemonSet" | "Job", [suffix, ..]) => is_suffix(suffix),
        ("StatefulSet", [ordinal, ..]) => {
            !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// What the API server adds to a `generateName` (apiserver `pkg/storage/names`): five of letters and digits that are not
/// mistaken for one another.
fn is_suffix(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(is_safe)
}

/// What the Deployment controller adds for a template: the same alphabet, of at most ten.
fn is_hash(text: &str) -> bool {
    (1..=10).contains(&text.len()) && text.bytes().all(is_safe)
}

fn is_safe(byte: u8) -> bool {
    b"bcdfghjklmnpqrstvwxz2456789".contains(&byte)
}

#[cfg(test)]
#[path = "holder_tests.rs"]
mod tests;
