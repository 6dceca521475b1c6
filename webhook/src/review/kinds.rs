//! Which kinds are judged. Of all others the object is not even read.

use crate::cluster::WatchedResource;

/// The kinds that reviews and metrics tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReviewedKind {
    /// apps Deployment.
    Deployment,
    /// apps StatefulSet.
    StatefulSet,
    /// apps DaemonSet.
    DaemonSet,
    /// apps ReplicaSet.
    ReplicaSet,
    /// argoproj.io Rollout.
    Rollout,
    /// apps.openshift.io DeploymentConfig.
    DeploymentConfig,
    /// core ReplicationController.
    ReplicationController,
    /// core Pod.
    Pod,
    /// batch Job.
    Job,
    /// batch CronJob.
    CronJob,
    /// rbac.authorization.k8s.io Role.
    Role,
    /// rbac.authorization.k8s.io ClusterRole.
    ClusterRole,
    /// rbac.authorization.k8s.io RoleBinding.
    RoleBinding,
    /// rbac.authorization.k8s.io ClusterRoleBinding.
    ClusterRoleBinding,
    /// autoscaling HorizontalPodAutoscaler: what it scales is judged.
    HorizontalPodAutoscaler,
    /// keda.sh ScaledObject: what it scales is judged.
    ScaledObject,
    /// autoscaling Scale: only numbers of replicas, of a workload that is not in the review.
    Scale,
    /// coordination.k8s.io Lease: never judged, whatever it holds.
    Lease,
    /// Anything else.
    Other,
}

/// The kinds that are distinguished: group, word, and which it is.
const KINDS: [(&str, &str, ReviewedKind); 18] = [
    ("apps", "Deployment", ReviewedKind::Deployment),
    ("apps", "StatefulSet", ReviewedKind::StatefulSet),
    ("apps", "DaemonSet", ReviewedKind::DaemonSet),
    ("apps", "ReplicaSet", ReviewedKind::ReplicaSet),
    ("argoproj.io", "Rollout", ReviewedKind::Rollout),
    (
        "apps.openshift.io",
        "DeploymentConfig",
        ReviewedKind::DeploymentConfig,
    ),
    (
        "",
        "ReplicationController",
        ReviewedKind::ReplicationController,
    ),
    ("", "Pod", ReviewedKind::Pod),
    ("batch", "Job", ReviewedKind::Job),
    ("batch", "CronJob", ReviewedKind::CronJob),
    ("rbac.authorization.k8s.io", "Role", ReviewedKind::Role),
    (
        "rbac.authorization.k8s.io",
        "ClusterRole",
        ReviewedKind::ClusterRole,
    ),
    (
        "rbac.authorization.k8s.io",
        "RoleBinding",
        ReviewedKind::RoleBinding,
    ),
    (
        "rbac.authorization.k8s.io",
        "ClusterRoleBinding",
        ReviewedKind::ClusterRoleBinding,
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        ReviewedKind::HorizontalPodAutoscaler,
    ),
    ("keda.sh", "ScaledObject", ReviewedKind::ScaledObject),
    ("autoscaling", "Scale", ReviewedKind::Scale),
    ("coordination.k8s.io", "Lease", ReviewedKind::Lease),
];

impl ReviewedKind {
    /// The kind of a group and a kind's word, in any version.
    #[must_use]
    pub fn of(group: &str, kind: &str) -> Self {
        let named = KINDS
            .iter()
            .find(|(its_group, word, _)| *its_group == group && *word == kind);
        named.map_or(Self::Other, |(_, _, this)| *this)
    }

    /// Whether objects of a kind, whatever their group, are judged by themselves at admission. Of a scaler the workload is
    /// judged, and not the scaler.
    #[must_use]
    pub fn is_any_judged(kind: &str) -> bool {
        let mut kinds = KINDS.iter().filter(|(_, word, _)| *word == kind);
        kinds.any(|(_, _, this)| this.is_judged() && this.scaler().is_none())
    }

    /// The watched resource of a kind that sets numbers of pods.
    #[must_use]
    pub const fn scaler(self) -> Option<WatchedResource> {
        match self {
            Self::HorizontalPodAutoscaler => Some(WatchedResource::HorizontalPodAutoscalers),
            Self::ScaledObject => Some(WatchedResource::ScaledObjects),
            _ => None,
        }
    }

    /// Whether objects of this kind are judged by themselves, or say how others are judged.
    #[must_use]
    pub const fn is_judged(self) -> bool {
        !matches!(self, Self::Scale | Self::Lease | Self::Other)
    }

    /// Whether objects of this kind grant rights to accounts.
    #[must_use]
    pub const fn is_of_rights(self) -> bool {
        matches!(
            self,
            Self::Role | Self::ClusterRole | Self::RoleBinding | Self::ClusterRoleBinding
        )
    }

    /// Whether objects of this kind hold a pod template.
    #[must_use]
    pub const fn is_workload(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::StatefulSet
                | Self::DaemonSet
                | Self::ReplicaSet
                | Self::Rollout
                | Self::DeploymentConfig
                | Self::ReplicationController
                | Self::Pod
                | Self::Job
                | Self::CronJob
        )
    }

    /// The word in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::Rollout => "Rollout",
            Self::DeploymentConfig => "DeploymentConfig",
            Self::ReplicationController => "ReplicationController",
            Self::Pod => "Pod",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::Role => "Role",
            Self::ClusterRole => "ClusterRole",
            Self::RoleBinding => "RoleBinding",
            Self::ClusterRoleBinding => "ClusterRoleBinding",
            Self::HorizontalPodAutoscaler => "HorizontalPodAutoscaler",
            Self::ScaledObject => "ScaledObject",
            Self::Scale => "Scale",
            Self::Lease => "Lease",
            Self::Other => "other",
        }
    }
}
