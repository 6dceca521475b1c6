//! Reads the JSON of one object of the cluster into a document.

use manifest::json::{ObjectOptions, read_json};
use manifest::text::FileId;
use manifest::tree::{Document, FieldMask, ReadError, ReadLimits};

use crate::fields;

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

/// Reads an item of a list, which leaves out what the list implies, as far as views and rules read it.
///
/// # Errors
/// It cannot be read.
pub fn read_item(
    file: FileId,
    json: &str,
    api_version: &str,
    kind: &str,
) -> Result<Document, ReadError> {
    let implied = [("apiVersion", api_version), ("kind", kind)];
    let options = ObjectOptions {
        file,
        ..options(fields::built_in(), &implied)
    };
    Ok(read_json(json, &options)?.0)
}
