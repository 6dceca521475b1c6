//! The world of an audit: the facts of the cluster, and the objects of admission that are judged beside everything else.

use std::borrow::Cow;

use cluster::ClusterWorld;
use election::access::Access;
use election::{Elector, ElectorFacts, Scaler, Scalers, Surroundings};
use engine::Input;
use engine::world::{NamespaceLabels, ServiceAccount, World};
use objects::{Object, ObjectKind, Workload, objects_of};
use programs::{Answer, ConfigMap, ConfigMaps};

/// The cluster around the objects that are judged.
pub struct AuditWorld<'w> {
    cluster: ClusterWorld<'w>,
    admission: Vec<Object<'w>>,
}

impl<'w> AuditWorld<'w> {
    /// The facts of a cluster, and its webhook configurations and policies.
    #[must_use]
    pub fn new(cluster: ClusterWorld<'w>, input: &'w Input) -> Self {
        let objects = input
            .documents()
            .flat_map(|document| objects_of(document).0);
        Self {
            cluster,
            admission: objects
                .filter(|object| {
                    object.kind() == ObjectKind::WebhookConfiguration
                        || object.group() == "admissionregistration.k8s.io"
                })
                .collect(),
        }
    }
}

impl<'w> ConfigMaps<'w> for AuditWorld<'w> {
    fn config_map(&self, from: Object<'w>, name: &str) -> Answer<ConfigMap<'w>> {
        self.cluster.config_map(from, name)
    }
}

impl<'w> Scalers<'w> for AuditWorld<'w> {
    fn scaler(&self, workload: Workload<'w>) -> Answer<Option<Scaler>> {
        self.cluster.scaler(workload)
    }
}

impl<'w> Surroundings<'w> for AuditWorld<'w> {
    fn is_unbuilt(&self, object: Object<'w>) -> bool {
        self.cluster.is_unbuilt(object)
    }

    fn is_fragment(&self, workload: Workload<'w>) -> bool {
        self.cluster.is_fragment(workload)
    }
}

impl<'w> World<'w> for AuditWorld<'w> {
    fn access(&self, elector: &Elector<'w>) -> Access<'_> {
        self.cluster.access(elector)
    }

    fn rivals(&self, elector: &Elector<'w>) -> Vec<Cow<'_, ElectorFacts>> {
        self.cluster.rivals(elector)
    }

    fn electors_around(&self, object: Object<'w>) -> Vec<&ElectorFacts> {
        self.cluster.electors_around(object)
    }

    fn admission_around(&self, _configuration: Object<'w>) -> Vec<Object<'w>> {
        self.admission.clone()
    }

    fn service_account(
        &self,
        workload: Workload<'w>,
        name: &str,
    ) -> Answer<Option<ServiceAccount>> {
        self.cluster.service_account(workload, name)
    }

    fn namespace_labels(&self, near: Object<'w>, name: &str) -> Answer<NamespaceLabels<'w>> {
        self.cluster.namespace_labels(near, name)
    }
}
