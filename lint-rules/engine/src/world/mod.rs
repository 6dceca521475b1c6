//! What is known and what is not: the other objects of the input, or of a cluster.
//!
//! Questions are answered *known* or *unknown, because*. [`FileWorld`] is built from files; one built from watches of a
//! cluster answers the same questions, and rules cannot tell which they ask.
//!
//! A world of files is made of parts, each built from those before it and never changed afterwards: files and objects
//! -> kustomizations and their builds -> what builds rename, set and patch -> bundles of files -> ConfigMaps, scalers,
//! accounts -> access ([`FileSurroundings`]) -> electors ([`FileWorld`]).

mod access;
mod account_users;
mod bundle_summary;
mod bundles;
mod called_services;
mod config_maps;
mod election_accounts;
mod electors;
mod file_tree;
mod file_world;
mod input_objects;
mod kustomize;
mod maps;
mod named_objects;
mod namespaces;
mod patches;
mod paths;
mod proximity;
mod scale_target;
mod scalers;
mod service_accounts;
mod surroundings;
mod unused_grant;
mod webhooks;
mod workload_fragments;

use std::borrow::Cow;

use election::access::Access;
use election::{Elector, ElectorFacts, Surroundings};
use manifest::text::FileSpan;
use objects::{Object, Workload};
use programs::{Answer, Unknown};

pub use bundle_summary::BundleSummary;
pub use bundles::Bundling;
pub use called_services::CalledService;
pub use file_world::FileWorld;
pub use kustomize::wanted_attachments;
pub use scale_target::{ScaleTarget, scaler_of};
pub use surroundings::FileSurroundings;
pub use unused_grant::{UnusedGrant, unused_grant};
pub use webhooks::{RenewalWait, renewal_wait};

/// What is known of a ServiceAccount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// `automountServiceAccountToken`, if written.
    pub automount: Option<bool>,
    /// Where that is written, else the account's name; `None` in a live cluster.
    pub place: Option<FileSpan>,
}

/// A namespace's labels.
pub type NamespaceLabels<'w> = Vec<(Cow<'w, str>, Cow<'w, str>)>;

/// Everything a rule may ask about other objects.
pub trait World<'w>: Surroundings<'w> {
    /// Whether an elector's account may use its lock.
    fn access(&self, elector: &Elector<'w>) -> Access<'_>;

    /// Electors of other workloads that surely claim the same lock and come before this one.
    fn rivals(&self, elector: &Elector<'w>) -> Vec<Cow<'_, ElectorFacts>>;

    /// Every elector that belongs together with an object: of the same bundle, or of the cluster.
    fn electors_around(&self, object: Object<'w>) -> Vec<&ElectorFacts>;

    /// The webhook configurations, policies and bindings of policies that belong together with an object, in the order
    /// of the input, itself among them; itself alone in a world that knows no other.
    fn admission_around(&self, configuration: Object<'w>) -> Vec<Object<'w>> {
        vec![configuration]
    }

    /// The Service that selects a workload's pods and that the API server calls, for a webhook or an APIService; `None` in
    /// a world that knows no Services.
    fn called_service(&self, _workload: Workload<'w>) -> Option<CalledService> {
        None
    }

    /// The accounts to which a binding gives the rights of an election although nothing that runs as them is known to
    /// elect; none in a world that does not know all containers.
    fn accounts_without_elector(&self, _binding: Object<'w>) -> Vec<String> {
        Vec::new()
    }

    /// The ServiceAccount of a workload; `Known(None)` if it surely does not exist.
    fn service_account(&self, workload: Workload<'w>, name: &str)
    -> Answer<Option<ServiceAccount>>;

    /// Why what is written at a place is not what will be applied, if it is not.
    fn is_replaced(&self, _place: FileSpan) -> Option<Unknown> {
        None
    }

    /// The labels of a namespace. `kubernetes.io/metadata.name` is always among them.
    fn namespace_labels(&self, near: Object<'w>, name: &str) -> Answer<NamespaceLabels<'w>>;
}
