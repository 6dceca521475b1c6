//! The fields of objects that electors and the proof of access are made from.

/// The paths of these fields beyond those of [`programs::FIELDS`].
pub const FIELDS: &[&str] = &[
    "aggregationRule",
    "roleRef",
    "rules",
    "spec.strategy",
    "spec.template.spec.affinity.podAntiAffinity",
    "spec.template.spec.containers[].ports",
    "spec.template.spec.hostNetwork",
    "spec.template.spec.hostname",
    "spec.template.spec.hostnameOverride",
    "spec.updateStrategy",
    "subjects",
];
