//! What is watched in a cluster.

/// One resource that is watched, in every namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchedResource {
    /// core v1 Namespaces: their labels.
    Namespaces,
    /// core v1 ServiceAccounts: whether their token is mounted.
    ServiceAccounts,
    /// core v1 ConfigMaps: what programs may take settings from.
    ConfigMaps,
    /// rbac.authorization.k8s.io/v1 ClusterRoles.
    ClusterRoles,
    /// rbac.authorization.k8s.io/v1 Roles.
    Roles,
    /// rbac.authorization.k8s.io/v1 ClusterRoleBindings.
    ClusterRoleBindings,
    /// rbac.authorization.k8s.io/v1 RoleBindings.
    RoleBindings,
    /// autoscaling/v2 HorizontalPodAutoscalers.
    HorizontalPodAutoscalers,
    /// keda.sh/v1alpha1 ScaledObjects, where KEDA is installed.
    ScaledObjects,
    /// apps/v1 Deployments.
    Deployments,
    /// apps/v1 StatefulSets.
    StatefulSets,
    /// apps/v1 DaemonSets.
    DaemonSets,
}

impl WatchedResource {
    /// All of them; what workloads are read with comes before the workloads.
    pub const ALL: [Self; 12] = [
        Self::Namespaces,
        Self::ServiceAccounts,
        Self::ConfigMaps,
        Self::ClusterRoles,
        Self::Roles,
        Self::ClusterRoleBindings,
        Self::RoleBindings,
        Self::HorizontalPodAutoscalers,
        Self::ScaledObjects,
        Self::Deployments,
        Self::StatefulSets,
        Self::DaemonSets,
    ];

    /// Everything that decides what an account may do.
    pub const RBAC: [Self; 4] = [
        Self::ClusterRoles,
        Self::Roles,
        Self::ClusterRoleBindings,
        Self::RoleBindings,
    ];

    /// What comes with a workload, mostly right before it.
    pub(crate) const AROUND_WORKLOADS: [Self; 6] = [
        Self::Namespaces,
        Self::ServiceAccounts,
        Self::ClusterRoles,
        Self::Roles,
        Self::ClusterRoleBindings,
        Self::RoleBindings,
    ];

    /// Everything with a pod template.
    pub const WORKLOADS: [Self; 3] = [Self::Deployments, Self::StatefulSets, Self::DaemonSets];

    /// Its place in [`Self::ALL`].
    #[expect(
        clippy::as_conversions,
        reason = "a variant without data, numbered from 0"
    )]
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The resource in plural, as in URLs, metrics and logs.
    #[must_use]
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::ServiceAccounts => "serviceaccounts",
            Self::ConfigMaps => "configmaps",
            Self::ClusterRoles => "clusterroles",
            Self::Roles => "roles",
            Self::ClusterRoleBindings => "clusterrolebindings",
            Self::RoleBindings => "rolebindings",
            Self::HorizontalPodAutoscalers => "horizontalpodautoscalers",
            Self::ScaledObjects => "scaledobjects",
            Self::Deployments => "deployments",
            Self::StatefulSets => "statefulsets",
            Self::DaemonSets => "daemonsets",
        }
    }

    /// The word of `kind`: items of a list do not carry it.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Namespaces => "Namespace",
            Self::ServiceAccounts => "ServiceAccount",
            Self::ConfigMaps => "ConfigMap",
            Self::ClusterRoles => "ClusterRole",
            Self::Roles => "Role",
            Self::ClusterRoleBindings => "ClusterRoleBinding",
            Self::RoleBindings => "RoleBinding",
            Self::HorizontalPodAutoscalers => "HorizontalPodAutoscaler",
            Self::ScaledObjects => "ScaledObject",
            Self::Deployments => "Deployment",
            Self::StatefulSets => "StatefulSet",
            Self::DaemonSets => "DaemonSet",
        }
    }

    /// `apiVersion`.
    #[must_use]
    pub const fn api_version(self) -> &'static str {
        match self {
            Self::Namespaces | Self::ServiceAccounts | Self::ConfigMaps => "v1",
            Self::ClusterRoles | Self::Roles | Self::ClusterRoleBindings | Self::RoleBindings => {
                "rbac.authorization.k8s.io/v1"
            }
            Self::HorizontalPodAutoscalers => "autoscaling/v2",
            Self::ScaledObjects => "keda.sh/v1alpha1",
            Self::Deployments | Self::StatefulSets | Self::DaemonSets => "apps/v1",
        }
    }

    /// What an item of a list leaves out.
    pub(crate) const fn implied_members(self) -> [(&'static str, &'static str); 2] {
        [("apiVersion", self.api_version()), ("kind", self.kind())]
    }

    /// Where the API server serves it: all of it, or what is in one namespace.
    #[must_use]
    pub fn path(self, namespace: Option<&str>) -> String {
        collection_path(self.api_version(), self.resource(), namespace)
    }

    /// Whether its objects are of the whole cluster and in no namespace.
    #[must_use]
    pub const fn is_of_cluster(self) -> bool {
        matches!(
            self,
            Self::Namespaces | Self::ClusterRoles | Self::ClusterRoleBindings
        )
    }

    /// Objects in one page of a list. ConfigMaps may hold 1 MiB each.
    #[must_use]
    pub const fn page(self) -> u32 {
        match self {
            Self::ConfigMaps => 50,
            _ => 250,
        }
    }

    /// Whether somebody else brings it to a cluster, so that the API server may answer for everything but this: with a
    /// conversion webhook that is away, for example.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::ScaledObjects)
    }

    /// Whether it has a pod template.
    #[must_use]
    pub const fn is_workload(self) -> bool {
        matches!(
            self,
            Self::Deployments | Self::StatefulSets | Self::DaemonSets
        )
    }

    /// The watched resource of a workload's kind.
    #[must_use]
    pub fn of_workload(kind: &str) -> Option<Self> {
        Self::WORKLOADS.into_iter().find(|one| one.kind() == kind)
    }
}

/// Where the API server serves a resource: all of it, or what is in one namespace.
#[must_use]
pub fn collection_path(api_version: &str, resource: &str, namespace: Option<&str>) -> String {
    let root = if api_version.contains('/') {
        "apis"
    } else {
        "api"
    };
    match namespace {
        Some(namespace) => format!("/{root}/{api_version}/namespaces/{namespace}/{resource}"),
        None => format!("/{root}/{api_version}/{resource}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_all_is_the_order_of_the_numbers() {
        for (number, one) in WatchedResource::ALL.into_iter().enumerate() {
            assert_eq!(one.index(), number);
        }
    }

    #[test]
    fn paths_are_those_of_the_api_server() {
        assert_eq!(WatchedResource::ConfigMaps.path(None), "/api/v1/configmaps");
        assert_eq!(
            WatchedResource::Roles.path(None),
            "/apis/rbac.authorization.k8s.io/v1/roles"
        );
        assert_eq!(
            WatchedResource::ScaledObjects.path(None),
            "/apis/keda.sh/v1alpha1/scaledobjects"
        );
        assert_eq!(
            WatchedResource::Roles.path(Some("ops")),
            "/apis/rbac.authorization.k8s.io/v1/namespaces/ops/roles"
        );
    }
}
