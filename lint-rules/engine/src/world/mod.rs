//! What is known and what is not: the other objects of the input, or of a cluster.
//!
//! Questions are answered *known* or *unknown, because*. [`FileWorld`] is built from files; one built
//! from watches of a cluster answers the same questions, and rules cannot tell which they ask.

mod access;
mod builds;
mod bundle;
mod changing;
mod electors;
mod files;
mod generated;
mod given;
mod kustomize;
mod nearness;
mod patches;
mod paths;
mod prepared;
mod replaced;
mod scalers;
mod spread;

use std::borrow::Cow;

use election::access::Access;
use election::{Elector, ElectorFacts, Surroundings};
use manifest::text::FileSpan;
use objects::{Object, Workload};
use programs::{Answer, Unknown};

pub use bundle::Bundling;
pub use electors::Together;
pub use files::{FileWorld, files_of_kustomizations};
pub use prepared::{Prepared, prepared};
pub use scalers::{ScaleTarget, scaler_of};

/// What is known of a ServiceAccount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// `automountServiceAccountToken`, if written.
    pub automount: Option<bool>,
    /// Where that is written, else the account's name; `None` in a live cluster.
    pub place: Option<FileSpan>,
}

/// A namespace's labels.
pub type Labels<'w> = Vec<(Cow<'w, str>, Cow<'w, str>)>;

/// Everything a rule may ask about other objects.
pub trait World<'w>: Surroundings<'w> {
    /// Whether an elector's account may use its lock.
    fn access(&self, elector: &Elector<'w>) -> Access<'_>;

    /// Electors of other workloads that surely claim the same lock and come before this one.
    fn rivals(&self, elector: &Elector<'w>) -> Vec<&ElectorFacts>;

    /// Every elector that belongs together with an object: of the same bundle, or of the cluster.
    fn electors_around(&self, object: Object<'w>) -> Vec<&ElectorFacts>;

    /// The ServiceAccount of a workload; `Known(None)` if it surely does not exist.
    fn service_account(&self, workload: Workload<'w>, name: &str)
    -> Answer<Option<ServiceAccount>>;

    /// Why what is written at a place says nothing about what will be applied.
    fn is_replaced(&self, _place: FileSpan) -> Option<Unknown> {
        None
    }

    /// The labels of a namespace. `kubernetes.io/metadata.name` is always among them.
    fn namespace_labels(&self, near: Object<'w>, name: &str) -> Answer<Labels<'w>>;
}
