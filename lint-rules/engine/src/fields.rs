//! The fields of an object that rules and views read: what a reader of live objects keeps, and nothing else.

use std::sync::LazyLock;

use super::input_file::InputFile;
use super::registry::rules;
use super::rule::Rule;
use manifest::json::{ObjectOptions, read_json};
use manifest::text::FileId;
use manifest::tree::{FieldMask, ReadError, ReadLimits};
use objects::in_all_templates;

/// What the engine itself reads beyond [`election::FIELDS`]: ignores, and the world around an object.
pub const FIELDS: &[&str] = &[
    "automountServiceAccountToken",
    "metadata.annotations['autoscaling.keda.sh/paused']",
    "metadata.annotations['autoscaling.keda.sh/paused-replicas']",
    "metadata.annotations['helm.sh/hook']",
    "metadata.annotations['leaselint.io/*']",
    "spec.minReplicaCount",
    "spec.minReplicas",
    "spec.scaleTargetRef",
    "spec.selector",
];

static BUILT_IN: LazyLock<FieldMask> = LazyLock::new(|| {
    let views = [objects::FIELDS, programs::FIELDS, election::FIELDS, FIELDS];
    let paths = views.into_iter().flatten().copied();
    let mask = join(&FieldMask::of([]), paths);
    join_rules(&mask, rules().iter().map(|entry| entry.rule))
});

/// The fields that the views and the built-in rules read. Made once.
#[must_use]
pub fn fields() -> &'static FieldMask {
    &BUILT_IN
}

/// The same mask with what these rules read.
#[must_use]
pub(super) fn join_rules<'r>(
    mask: &FieldMask,
    rules: impl IntoIterator<Item = &'r Rule>,
) -> FieldMask {
    let paths = rules.into_iter().flat_map(|rule| rule.reads);
    join(mask, paths.copied())
}

/// The same mask with the fields at these paths, which may be JSONPath. A path into `spec.template` means the pod template
/// of every kind.
#[must_use]
pub fn join<'p>(mask: &FieldMask, paths: impl IntoIterator<Item = &'p str>) -> FieldMask {
    let paths: Vec<_> = paths.into_iter().flat_map(in_all_templates).collect();
    if paths.is_empty() {
        return mask.clone();
    }
    mask.joined(paths.iter().map(|path| &**path))
}

/// Reads one object as the API server sends it, as far as [`fields`] says: see [`read_json`].
///
/// # Errors
/// As there.
pub fn read_object(
    id: FileId,
    name: &str,
    json: &str,
    limits: ReadLimits,
) -> Result<InputFile, ReadError> {
    let options = ObjectOptions {
        file: id,
        limits,
        fields: fields(),
        implied: &[],
    };
    let (document, _) = read_json(json, &options)?;
    Ok(InputFile::of_object(name, document))
}
