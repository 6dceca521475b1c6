//! Everything of a cluster that rules read, and what was observed of its Leases.

use std::collections::HashMap;
use std::time::Duration;

use cluster::{ClusterState, ObjectPart, WatchedResource};
use election::Elector;
use engine::{Engine, Input, InputFile, Observation, Outcome, Side, Task};
use manifest::text::FileId;
use objects::{Object, ObjectKind, objects_of};
use tokio::time::Instant;

use crate::audit_objects::{AuditObjects, ObjectText};
use crate::audit_world::AuditWorld;
use crate::claim::Claims;
use crate::follow::LeaseFollower;
use crate::look::{ObservationLength, last_look, observation_of, watch, workload_names};
use crate::object_yaml::object_yaml;
use crate::observer::Observer;
use crate::pod::{Controller, SentPodMetadata};
use crate::reading::{ClusterReader, LiveError, ReadGap, TakenObject};
use crate::record::LeaseKey;
use crate::status::{Neighbourhood, statuses};

/// What is read beside the resources that reviews watch, too: apiVersions of which the first that is served counts, plural,
/// kind.
const OTHERS: [(&[&str], &str, &str); 11] = [
    (&["v1"], "resourcequotas", "ResourceQuota"),
    (&["batch/v1"], "cronjobs", "CronJob"),
    (&["batch/v1"], "jobs", "Job"),
    (&["argoproj.io/v1alpha1"], "rollouts", "Rollout"),
    (
        &["apps.openshift.io/v1"],
        "deploymentconfigs",
        "DeploymentConfig",
    ),
    (
        &["admissionregistration.k8s.io/v1"],
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration",
    ),
    (
        &["admissionregistration.k8s.io/v1"],
        "mutatingwebhookconfigurations",
        "MutatingWebhookConfiguration",
    ),
    (
        &["admissionregistration.k8s.io/v1"],
        "validatingadmissionpolicies",
        "ValidatingAdmissionPolicy",
    ),
    (
        &["admissionregistration.k8s.io/v1"],
        "validatingadmissionpolicybindings",
        "ValidatingAdmissionPolicyBinding",
    ),
    (
        &MUTATING_POLICIES,
        "mutatingadmissionpolicies",
        "MutatingAdmissionPolicy",
    ),
    (
        &MUTATING_POLICIES,
        "mutatingadmissionpolicybindings",
        "MutatingAdmissionPolicyBinding",
    ),
];

/// `v1` since Kubernetes 1.36, before that `v1beta1` where it is switched on.
const MUTATING_POLICIES: [&str; 2] = [
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1beta1",
];

/// A cluster as it is judged.
pub struct AuditedCluster {
    objects: AuditObjects,
    state: ClusterState,
    observation: Option<Observation>,
    /// What may not be read.
    pub gaps: Vec<ReadGap>,
}

impl AuditedCluster {
    /// Reads a cluster, and watches its Leases for a while meanwhile.
    ///
    /// # Errors
    /// It cannot be reached.
    pub async fn read(
        reader: &ClusterReader,
        engine: &Engine,
        observe: Duration,
    ) -> Result<Self, LiveError> {
        let state = ClusterState::new(engine.settings().programs.clone()).with_fields_of(engine);
        let mut gaps = Vec::new();
        let mut texts = ObjectTexts::default();
        let begin = Instant::now();
        let mut observer = Observer::default();
        let mut follower = if observe.is_zero() {
            None
        } else {
            follower(reader, &mut observer).await?
        };
        {
            let reading = read_objects(reader, &state, &mut texts, &mut gaps);
            let length = ObservationLength::Fixed(observe);
            let watching = async {
                if let Some(follower) = &mut follower {
                    watch(follower, &mut observer, begin, length, false).await;
                }
            };
            let (reading, ()) = tokio::join!(reading, watching);
            reading?;
        }
        if let Some(follower) = &mut follower
            && let Some(reason) = last_look(follower, &mut observer, begin, false).await
        {
            return Err(LiveError::Unreachable(reason));
        }
        state.settle();
        let now = begin.elapsed();
        let leases = ("coordination.k8s.io/v1", "leases");
        reader
            .read_other(leases, ObjectPart::Whole, &mut gaps, |item| {
                texts.add(item, "coordination.k8s.io/v1", "Lease")
            })
            .await?;
        let before = gaps.len();
        let pods = reader
            .pods(&mut gaps, |item| texts.add(item, "v1", "Pod"))
            .await?;
        let pods = (gaps.len() == before).then_some(pods);
        let ObjectTexts {
            of_admission,
            others,
        } = texts;
        let mut cluster = Self {
            objects: AuditObjects::new(of_admission, others),
            state,
            observation: None,
            gaps,
        };
        if follower.is_some() {
            let mut around = Neighbourhood {
                pods,
                workloads: Some(Vec::new()),
                claims: Claims::default(),
                is_whole: reader.reads_all(),
            };
            cluster.find_claims(engine, &mut around);
            let statuses = statuses(&observer, &around, now);
            cluster.observation = Some(observation_of(&statuses, &around, reader));
        }
        Ok(cluster)
    }

    /// Whether its Leases were watched.
    #[must_use]
    pub const fn is_observed(&self) -> bool {
        self.observation.is_some()
    }

    /// Finds the workloads, and what their electors claim. A Lease is judged beside the electors that claim it: they are in
    /// one part afterwards.
    fn find_claims(&mut self, engine: &Engine, around: &mut Neighbourhood) {
        let mut by_lease: HashMap<LeaseKey, Vec<FileId>> = HashMap::new();
        let mut add = |key, file| by_lease.entry(key).or_default().push(file);
        {
            let facts = self.state.read_listed();
            let admission = self.objects.of_admission();
            for range in self.objects.parts() {
                let part = self.objects.part(range);
                let world = AuditWorld::new(facts.world(), &admission);
                let outcome = engine.judge(Task::inspect(Side::among(&part, &world)));
                for elector in &outcome.electors {
                    if let Some(key) = around.claims.add(elector) {
                        add(key, elector.object.file());
                    }
                }
                let objects = part.documents().flat_map(|one| objects_of(one).0);
                for lease in objects.filter(|object| object.kind() == ObjectKind::Lease) {
                    add(key_of(lease), lease.file());
                }
                let workloads = around.workloads.get_or_insert_default();
                workloads.extend(workload_names(&part));
            }
        }
        self.objects.join(by_lease.into_values());
    }

    /// Judges everything, and gives the electors to `each`, with what is around them. The files of the input that comes back
    /// are as text what a report shows of them.
    pub fn judge(
        mut self,
        engine: &Engine,
        mut each: impl for<'w> FnMut(&[Elector<'w>], &AuditWorld<'w>),
    ) -> (Input, Outcome<'static>) {
        let facts = self.state.read_listed();
        let admission = self.objects.of_admission();
        let mut run = engine.parts();
        let mut files = Vec::with_capacity(self.objects.len());
        for range in self.objects.parts() {
            let part = self.objects.part(range.clone());
            {
                let world = AuditWorld::new(facts.world(), &admission);
                let side = Side::among(&part, &world);
                let electors = run.judge(side, self.observation.as_ref());
                each(&electors, &world);
            }
            files.extend(part.into_files().into_iter().map(InputFile::judged));
            self.objects.keep(range, &run.files());
        }
        let input = self.objects.into_input(files);
        let outcome = run.finish(&input);
        (input, outcome)
    }
}

/// Namespace and name of a Lease.
fn key_of(lease: Object<'_>) -> LeaseKey {
    LeaseKey {
        namespace: lease.namespace().unwrap_or_default().into(),
        name: lease.name().unwrap_or_default().into(),
    }
}

/// Begins to watch the Leases; `None` if that is forbidden.
async fn follower(
    reader: &ClusterReader,
    observer: &mut Observer,
) -> Result<Option<LeaseFollower>, LiveError> {
    match LeaseFollower::start(reader).await {
        Ok((follower, first)) => {
            for sighting in first {
                observer.take(sighting, Duration::ZERO);
            }
            Ok(Some(follower))
        }
        // The list of the objects reports it, once.
        Err(LiveError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn read_objects(
    reader: &ClusterReader,
    state: &ClusterState,
    texts: &mut ObjectTexts,
    gaps: &mut Vec<ReadGap>,
) -> Result<(), LiveError> {
    for what in WatchedResource::ALL {
        reader
            .read(what, state, gaps, |item| {
                // Values of ConfigMaps are facts. What kubeadm keeps in one is judged in the pods that run.
                match what {
                    WatchedResource::ConfigMaps => Ok(()),
                    _ => texts.add(item, what.api_version(), what.kind()),
                }
            })
            .await?;
    }
    for (api_versions, resource, kind) in OTHERS {
        for api_version in api_versions {
            let take = |item: &str| texts.add(item, api_version, kind);
            let is_served = reader
                .read_other((api_version, resource), ObjectPart::Whole, gaps, take)
                .await?;
            if is_served {
                break;
            }
        }
    }
    Ok(())
}

/// The objects that are judged.
#[derive(Default)]
struct ObjectTexts {
    of_admission: Vec<ObjectText>,
    others: Vec<ObjectText>,
}

impl ObjectTexts {
    /// Adds an object, unless a workload that is judged made it.
    fn add(&mut self, item: &str, api_version: &str, kind: &str) -> TakenObject {
        #[derive(serde::Deserialize)]
        struct Named {
            metadata: SentPodMetadata,
        }
        let Named { metadata } = serde_json::from_str(item)?;
        let name = match &*metadata.namespace {
            "" => format!("cluster/{kind}/{}.yaml", metadata.name),
            namespace => format!("cluster/{namespace}/{kind}/{}.yaml", metadata.name),
        };
        if metadata.controller().is_some_and(|owner| is_judged(&owner)) {
            return Ok(());
        }
        let object = ObjectText {
            name,
            text: object_yaml(item, api_version, kind)?.into(),
        };
        if api_version.starts_with("admissionregistration.k8s.io/") {
            self.of_admission.push(object);
        } else {
            self.others.push(object);
        }
        Ok(())
    }
}

/// Whether a controller's own workload is judged, whatever it makes.
fn is_judged(owner: &Controller) -> bool {
    let group = owner.api_version.split_once('/').map(|(group, _)| group);
    matches!(
        (group, &*owner.kind),
        (
            Some("apps"),
            "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet"
        ) | (Some("batch"), "CronJob" | "Job")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_workloads_of_kubernetes_itself_are_judged_in_the_place_of_what_they_make() {
        for (api_version, kind, expected) in [
            ("apps/v1", "Deployment", true),
            ("batch/v1", "CronJob", true),
            ("batch.volcano.sh/v1alpha1", "Job", false),
            ("v1", "Job", false),
            ("apps/v1", "ControllerRevision", false),
        ] {
            let owner = Controller {
                api_version: api_version.into(),
                kind: kind.into(),
                name: "a".into(),
            };
            assert_eq!(is_judged(&owner), expected, "{api_version} {kind}");
        }
    }
}
