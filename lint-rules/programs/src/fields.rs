//! The fields of objects that hold the settings of programs.

/// The paths of these fields beyond those of [`objects::FIELDS`].
pub const FIELDS: &[&str] = &[
    "data",
    "spec.template.spec.containers[].args",
    "spec.template.spec.containers[].command",
    "spec.template.spec.containers[].env",
    "spec.template.spec.containers[].envFrom",
    "spec.template.spec.containers[].volumeMounts",
    "spec.template.spec.containers[].workingDir",
    "spec.template.spec.volumes",
];
