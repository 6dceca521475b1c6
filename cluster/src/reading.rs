//! How an object of the cluster is read.

use manifest::json::ObjectOptions;
use manifest::text::FileId;
use manifest::tree::{FieldMask, ReadLimits};

/// The file that an object of the cluster stands in: none of the review's own.
const NO_FILE: FileId = FileId(u32::MAX);

/// What is too much for one object; etcd takes 1.5 MiB by default.
pub(crate) const LIMITS: ReadLimits = ReadLimits {
    bytes: 8 << 20,
    nodes: 250_000,
    members: usize::MAX,
    alias_expansion: 0,
    depth: 255,
};

/// How an object of the cluster is read. Items of a list leave out what is implied.
pub(crate) fn options<'o>(
    fields: &'o FieldMask,
    implied: &'o [(&'o str, &'o str)],
) -> ObjectOptions<'o> {
    ObjectOptions {
        file: NO_FILE,
        limits: LIMITS,
        fields,
        implied,
    }
}
