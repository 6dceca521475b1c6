//! Everything of a cluster that rules read, and what was observed of its Leases.

use std::time::Duration;

use cluster::{ClusterState, ObjectPart, WatchedResource};
use engine::{Engine, Input, InputFile, Observation, Side, Task};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use tokio::time::Instant;

use crate::audit_world::AuditWorld;
use crate::claim::Claims;
use crate::follow::LeaseFollower;
use crate::look::{ObservationLength, observation_of, watch, workload_names};
use crate::object_yaml::object_yaml;
use crate::observer::Observer;
use crate::pod::{Controller, SentPodMetadata};
use crate::reading::{ClusterReader, LiveError, ReadGap};
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
    /// Its objects as YAML, named `cluster/NAMESPACE/KIND/NAME.yaml`.
    pub input: Input,
    /// Facts of them.
    pub state: ClusterState,
    /// What was observed of its Leases; `None` if they were not watched.
    pub observation: Option<Observation>,
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
        let mut files = Files::default();
        let begin = Instant::now();
        let mut observer = Observer::default();
        let mut follower = if observe.is_zero() {
            None
        } else {
            follower(reader, &mut observer).await?
        };
        {
            let reading = read_objects(reader, &state, &mut files, &mut gaps);
            let length = ObservationLength::Fixed(observe);
            let watching = async {
                if let Some(follower) = &mut follower {
                    watch(follower, &mut observer, begin, length, false).await;
                }
            };
            let (reading, ()) = tokio::join!(reading, watching);
            reading?;
        }
        if let Some(follower) = &mut follower {
            let last = follower.list().await;
            if let Some(reason) = last.unreachable {
                return Err(LiveError::Unreachable(reason));
            }
            for sighting in last.seen {
                observer.take(sighting, begin.elapsed());
            }
        }
        let now = begin.elapsed();
        let leases = ("coordination.k8s.io/v1", "leases");
        reader
            .read_other(leases, ObjectPart::Whole, &mut gaps, |item| {
                files.add(item, "coordination.k8s.io/v1", "Lease");
            })
            .await?;
        let before = gaps.len();
        let pods = reader
            .pods(&mut gaps, |item| files.add(item, "v1", "Pod"))
            .await?;
        let pods = (gaps.len() == before).then_some(pods);
        let input = Input::new(files.0);
        let observation = match follower {
            None => None,
            Some(_) => {
                let facts = state.read();
                let world = AuditWorld::new(facts.world(), &input);
                let outcome = engine.judge(Task::inspect(Side::among(&input, &world)));
                let around = Neighbourhood {
                    pods,
                    workloads: Some(workload_names(&input)),
                    claims: Claims::of(&outcome.electors),
                    is_whole: reader.reads_all(),
                };
                Some(observation_of(
                    &statuses(&observer, &around, now),
                    &around,
                    reader,
                ))
            }
        };
        Ok(Self {
            input,
            state,
            observation,
            gaps,
        })
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
    files: &mut Files,
    gaps: &mut Vec<ReadGap>,
) -> Result<(), LiveError> {
    for what in WatchedResource::ALL {
        reader
            .read(what, state, gaps, |item| {
                // Values of ConfigMaps are facts; no rule judges one by itself.
                if what != WatchedResource::ConfigMaps {
                    files.add(item, what.api_version(), what.kind());
                }
            })
            .await?;
    }
    for (api_versions, resource, kind) in OTHERS {
        for api_version in api_versions {
            let take = |item: &str| files.add(item, api_version, kind);
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

/// The objects that are judged, as files.
#[derive(Default)]
struct Files(Vec<InputFile>);

impl Files {
    /// Adds an object, unless a workload that is judged made it.
    fn add(&mut self, item: &str, api_version: &str, kind: &str) {
        #[derive(serde::Deserialize)]
        struct Named {
            metadata: SentPodMetadata,
        }
        let Ok(Named { metadata }) = serde_json::from_str(item) else {
            return;
        };
        let name = match &*metadata.namespace {
            "" => format!("cluster/{kind}/{}.yaml", metadata.name),
            namespace => format!("cluster/{namespace}/{kind}/{}.yaml", metadata.name),
        };
        if metadata.controller().is_some_and(|owner| is_judged(&owner)) {
            return;
        }
        let (Ok(text), Ok(number)) = (
            object_yaml(item, api_version, kind),
            u32::try_from(self.0.len()),
        ) else {
            return;
        };
        let limits = ReadLimits::default();
        let file = engine::read_file(FileId(number), &name, text.as_bytes(), true, limits);
        self.0.push(file);
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
