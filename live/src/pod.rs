//! The pods of a cluster, as far as a holder's identity may name one.

use std::collections::HashMap;

use objects::ObjectName;
use serde::Deserialize;

/// Bytes of a host name (`HOST_NAME_MAX`); the kubelet cuts longer ones (kubernetes `pkg/kubelet/util`).
const MAX_HOST_NAME: usize = 63;

/// What owns and controls an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Controller {
    /// Its apiVersion.
    pub api_version: Box<str>,
    /// Its kind.
    pub kind: Box<str>,
    /// Its name, in the namespace of what it owns.
    pub name: Box<str>,
}

/// One pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodFacts {
    /// The namespace.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// The node it was assigned to; empty if none.
    pub node: Box<str>,
    /// `spec.hostname`, which replaces the name as the host name.
    pub host_name: Option<Box<str>>,
    /// It has the host name of its node.
    pub host_network: bool,
    /// What controls it.
    pub controller: Option<Controller>,
    /// Its containers run.
    pub runs: bool,
    /// It was deleted, and its containers are being stopped.
    pub is_deleted: bool,
    /// All its containers have ended for good.
    pub has_ended: bool,
}

#[derive(Deserialize)]
struct SentPod {
    metadata: SentPodMetadata,
    #[serde(default)]
    spec: SentPodSpec,
    #[serde(default)]
    status: SentPodStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentPodMetadata {
    #[serde(default)]
    pub namespace: Box<str>,
    pub name: Box<str>,
    #[serde(default)]
    owner_references: Vec<SentOwner>,
    #[serde(default)]
    deletion_timestamp: Option<Box<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentOwner {
    #[serde(default)]
    api_version: Box<str>,
    kind: Box<str>,
    name: Box<str>,
    #[serde(default)]
    controller: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SentPodSpec {
    #[serde(default)]
    node_name: Box<str>,
    #[serde(default)]
    hostname: Option<Box<str>>,
    #[serde(default)]
    host_network: bool,
}

#[derive(Default, Deserialize)]
struct SentPodStatus {
    #[serde(default)]
    phase: Box<str>,
}

impl SentPodMetadata {
    /// What controls the object.
    pub fn controller(self) -> Option<Controller> {
        let mut owners = self.owner_references.into_iter();
        let owner = owners.find(|owner| owner.controller == Some(true))?;
        Some(Controller {
            api_version: owner.api_version,
            kind: owner.kind,
            name: owner.name,
        })
    }
}

impl PodFacts {
    /// Reads a pod as the API server sends it.
    ///
    /// # Errors
    /// The text is no pod with a name.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        let SentPod {
            mut metadata,
            spec,
            status,
        } = serde_json::from_str(json)?;
        Ok(Self {
            namespace: std::mem::take(&mut metadata.namespace),
            name: std::mem::take(&mut metadata.name),
            node: spec.node_name,
            host_name: spec.hostname,
            host_network: spec.host_network,
            runs: &*status.phase == "Running",
            is_deleted: metadata.deletion_timestamp.is_some(),
            has_ended: matches!(&*status.phase, "Succeeded" | "Failed"),
            controller: metadata.controller(),
        })
    }

    /// What the program in it sees as its host name.
    #[must_use]
    pub fn host_name(&self) -> &str {
        if self.host_network {
            return &self.node;
        }
        let name = self.host_name.as_deref().unwrap_or(&self.name);
        // Names of pods are ASCII.
        name.get(..MAX_HOST_NAME)
            .map_or(name, |cut| cut.trim_end_matches(['-', '.']))
    }

    /// The kubelet started it from a file of its node, or nothing controls it.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.controller
            .as_ref()
            .is_none_or(|controller| &*controller.kind == "Node")
    }
}

/// What names a workload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadName {
    /// The apiVersion.
    pub api_version: Box<str>,
    /// The kind.
    pub kind: Box<str>,
    /// The namespace.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
}

impl WorkloadName {
    /// The same as rules name an object.
    #[must_use]
    pub fn object_name(&self) -> ObjectName {
        ObjectName {
            api_version: self.api_version.to_string(),
            kind: self.kind.to_string(),
            namespace: Some(self.namespace.to_string()),
            name: self.name.to_string(),
        }
    }
}

/// The pods of a cluster, by the workloads that they belong to.
#[derive(Debug, Default)]
pub struct ClusterPods {
    pods: Vec<PodFacts>,
    /// Namespace and name of a ReplicaSet, and what controls it.
    replica_sets: HashMap<(Box<str>, Box<str>), Controller>,
    by_workload: HashMap<WorkloadName, Vec<usize>>,
    /// Those that have not ended, by name and by a host name of their own.
    by_name: HashMap<Box<str>, Vec<usize>>,
}

impl ClusterPods {
    /// These pods; `replica_sets` names what controls each ReplicaSet, by its namespace and name.
    #[must_use]
    pub fn new(
        pods: Vec<PodFacts>,
        replica_sets: HashMap<(Box<str>, Box<str>), Controller>,
    ) -> Self {
        let mut all = Self {
            pods: Vec::new(),
            replica_sets,
            by_workload: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (number, pod) in pods.iter().enumerate() {
            if !pod.has_ended {
                let host_name = (!pod.host_network).then(|| pod.host_name());
                let other = host_name.filter(|host_name| *host_name != &*pod.name);
                for name in [Some(&*pod.name), other].into_iter().flatten() {
                    all.by_name.entry(name.into()).or_default().push(number);
                }
            }
            all.by_workload
                .entry(all.workload_of(pod))
                .or_default()
                .push(number);
        }
        all.pods = pods;
        all
    }

    /// Those that have not ended and have this name, or this host name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &PodFacts> {
        let numbers = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|number| self.pods.get(*number))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[PodFacts] {
        &self.pods
    }

    /// The workload a pod belongs to: what controls it, or what controls its ReplicaSet, or itself.
    #[must_use]
    pub fn workload_of(&self, pod: &PodFacts) -> WorkloadName {
        let named = |controller: &Controller| WorkloadName {
            api_version: controller.api_version.clone(),
            kind: controller.kind.clone(),
            namespace: pod.namespace.clone(),
            name: controller.name.clone(),
        };
        match &pod.controller {
            Some(controller) if !pod.stands_alone() => {
                let key = (pod.namespace.clone(), controller.name.clone());
                match self.replica_sets.get(&key) {
                    Some(above) if &*controller.kind == "ReplicaSet" => named(above),
                    _ => named(controller),
                }
            }
            _ => WorkloadName {
                api_version: "v1".into(),
                kind: "Pod".into(),
                namespace: pod.namespace.clone(),
                name: pod.name.clone(),
            },
        }
    }

    /// The workloads of which pods run.
    #[must_use]
    pub fn running(&self) -> Vec<WorkloadName> {
        let runs = |number: &usize| self.pods.get(*number).is_some_and(|pod| pod.runs);
        let running = self
            .by_workload
            .iter()
            .filter(|(_, pods)| pods.iter().any(runs));
        running.map(|(workload, _)| workload.clone()).collect()
    }

    /// The pods of a workload that have not ended.
    pub fn of_workload(&self, workload: &WorkloadName) -> impl Iterator<Item = &PodFacts> {
        let numbers = self
            .by_workload
            .get(workload)
            .map_or(&[][..], Vec::as_slice);
        numbers
            .iter()
            .filter_map(|number| self.pods.get(*number))
            .filter(|pod| !pod.has_ended)
    }
}

#[cfg(test)]
#[path = "pod_tests.rs"]
mod tests;
