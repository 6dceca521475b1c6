//! The fields of objects that are read of a cluster.

use std::sync::LazyLock;

use engine::fields::join;
use manifest::tree::FieldMask;

/// Beyond what rules and views read: whose object it is, and which version of it.
const FIELDS: &[&str] = &[
    "metadata.creationTimestamp",
    "metadata.deletionTimestamp",
    "metadata.ownerReferences[].apiVersion",
    "metadata.ownerReferences[].controller",
    "metadata.ownerReferences[].kind",
    "metadata.ownerReferences[].name",
    "metadata.resourceVersion",
    "metadata.uid",
];

static BUILT_IN: LazyLock<FieldMask> = LazyLock::new(|| fields_beside(engine::fields::fields()));

/// What is read under the built-in rules. Made once.
pub(crate) fn built_in() -> &'static FieldMask {
    &BUILT_IN
}

/// What is read of objects where views and rules read these fields.
#[must_use]
pub fn fields_beside(judged: &FieldMask) -> FieldMask {
    join(judged, FIELDS.iter().copied())
}
