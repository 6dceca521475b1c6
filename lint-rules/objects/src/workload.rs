//! Workloads: every kind with a pod template, and Pods.

use super::component::{components_in, components_of};
use super::container::{Container, ContainerKind};
use super::object::{Object, ObjectKind};
use manifest::tree::{Node, Value};

/// The account of every namespace that pods run as which name none.
pub const DEFAULT_ACCOUNT: &str = "default";

/// Kinds of workloads that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// apps Deployment.
    Deployment,
    /// apps StatefulSet (and kruise's).
    StatefulSet,
    /// apps DaemonSet (and kruise's).
    DaemonSet,
    /// ReplicaSet or ReplicationController.
    ReplicaSet,
    /// OpenShift DeploymentConfig.
    DeploymentConfig,
    /// Argo Rollout, kruise CloneSet and others that scale by `spec.replicas`.
    OtherScalable,
    /// Job or CronJob.
    Job,
    /// A bare Pod.
    Pod,
    /// Anything else with a pod template.
    Other,
}

impl WorkloadKind {
    /// Whether `spec.replicas` says how many pods run.
    #[must_use]
    pub const fn has_replicas(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::StatefulSet
                | Self::ReplicaSet
                | Self::DeploymentConfig
                | Self::OtherScalable
        )
    }
}

/// A workload: an object with a pod spec.
#[derive(Clone, Copy)]
pub struct Workload<'d> {
    object: Object<'d>,
    kind: WorkloadKind,
    pod_spec: Node<'d>,
}

impl<'d> Workload<'d> {
    /// The workload that an object is, if it is one.
    #[must_use]
    pub fn of(object: Object<'d>) -> Option<Self> {
        let pod_spec = object.pod_spec()?;
        let kind = match object.kind_word() {
            "Deployment" => WorkloadKind::Deployment,
            "StatefulSet" => WorkloadKind::StatefulSet,
            "DaemonSet" => WorkloadKind::DaemonSet,
            "ReplicaSet" | "ReplicationController" => WorkloadKind::ReplicaSet,
            "DeploymentConfig" => WorkloadKind::DeploymentConfig,
            "Rollout" | "CloneSet" => WorkloadKind::OtherScalable,
            "Job" | "CronJob" => WorkloadKind::Job,
            "Pod" => WorkloadKind::Pod,
            // Cluster API's, one machine a replica.
            kind if object.kind() == ObjectKind::Other && kind.ends_with("ControlPlane") => {
                WorkloadKind::OtherScalable
            }
            _ => WorkloadKind::Other,
        };
        Some(Self {
            object,
            kind,
            pod_spec,
        })
    }

    /// The object.
    #[must_use]
    pub fn object(&self) -> Object<'d> {
        self.object
    }

    /// What sort of workload it is.
    #[must_use]
    pub fn kind(&self) -> WorkloadKind {
        self.kind
    }

    /// The pod's spec.
    #[must_use]
    pub fn pod_spec(&self) -> Node<'d> {
        self.pod_spec
    }

    /// The workload's own `spec`.
    #[must_use]
    pub fn spec(&self) -> Option<Node<'d>> {
        self.object.node().get("spec")
    }

    /// `spec.replicas`, if written.
    #[must_use]
    pub fn replicas(&self) -> Option<Node<'d>> {
        self.spec()?.get("replicas")
    }

    /// Labels of the pod template.
    #[must_use]
    pub fn pod_labels(&self) -> Option<Node<'d>> {
        let node = self.object.node();
        match self.object.kind_word() {
            "Pod" => node.at(&["metadata", "labels"]),
            "CronJob" => node.at(&[
                "spec",
                "jobTemplate",
                "spec",
                "template",
                "metadata",
                "labels",
            ]),
            _ => node.at(&["spec", "template", "metadata", "labels"]),
        }
    }

    /// Whether it is the configuration of an installer, which starts components of a control plane.
    #[must_use]
    pub fn is_installer(&self) -> bool {
        self.object.kind() == ObjectKind::Other
    }

    /// All containers: ordinary ones first, then init containers (sidecars among them), then the components of a control
    /// plane that k3s or RKE2 starts in one of them; of the configuration of an installer, the components that it starts.
    pub fn containers(&self) -> impl Iterator<Item = Container<'d>> + use<'d> {
        let object = self.object;
        let components = if self.is_installer() {
            components_of(object.api_version(), object.kind_word(), object.node())
        } else {
            let containers = self.pod_spec.get("containers").into_iter();
            containers
                .flat_map(Node::items)
                .flat_map(components_in)
                .collect()
        };
        let components = components
            .into_iter()
            .map(move |component| Container::of_component(object, component));
        let list = |key, kind| {
            self.pod_spec
                .get(key)
                .into_iter()
                .flat_map(Node::items)
                .filter(|node| matches!(node.value(), Value::Mapping))
                .map(move |node| Container::new(object, node, kind))
        };
        list("containers", ContainerKind::Main)
            .chain(list("initContainers", ContainerKind::Init))
            .chain(components)
    }

    /// A text field of the pod spec.
    #[must_use]
    pub fn pod_text(&self, field: &str) -> Option<Node<'d>> {
        self.pod_spec
            .get(field)
            .filter(|node| node.as_str().is_some_and(|text| !text.is_empty()))
    }

    /// The account's name as written: `serviceAccountName`, else the deprecated `serviceAccount`.
    #[must_use]
    pub fn account_name(&self) -> Option<Node<'d>> {
        self.pod_text("serviceAccountName")
            .or_else(|| self.pod_text("serviceAccount"))
    }

    /// The name of the account that its pods run as: `default`, where none is written.
    #[must_use]
    pub fn account(&self) -> &'d str {
        let written = self.account_name().and_then(Node::as_str);
        written.unwrap_or(DEFAULT_ACCOUNT)
    }

    /// A boolean field of the pod spec that is true.
    #[must_use]
    pub fn pod_flag(&self, field: &str) -> Option<Node<'d>> {
        self.pod_spec
            .get(field)
            .filter(|node| node.as_bool() == Some(true))
    }
}
