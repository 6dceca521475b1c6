//! Rights that an elector of a cluster loses.

use election::ElectorFacts;
use election::access::LockResource;
use objects::Object;

/// What the change of one role or binding takes from an elector of the cluster.
#[derive(Clone, Copy)]
pub struct WithdrawnRights<'t> {
    /// The role or binding as it will be, or as it was where it is deleted.
    pub object: Object<'t>,
    /// Whether it is deleted.
    pub is_deleted: bool,
    /// The elector.
    pub elector: &'t ElectorFacts,
    /// The verbs that it needs for its lock, had before and has not afterwards; never empty.
    pub verbs: &'t [(LockResource, String)],
}
