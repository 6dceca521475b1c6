//! The name by which reports call an object.

/// An object of the input, named.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// apiVersion as written (or `apps/v1` for a deployment inside a ClusterServiceVersion).
    pub api_version: String,
    /// kind.
    pub kind: String,
    /// Namespace as written; `None` when the object names none.
    pub namespace: Option<String>,
    /// Name as written; empty when there is none.
    pub name: String,
}
