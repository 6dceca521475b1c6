//! A collection of a JSON value that is being read.

use crate::tree::NodeId;
use crate::tree::field_mask::FieldTree;

/// An open collection.
pub(super) struct OpenJsonCollection<'m> {
    pub node: NodeId,
    pub is_mapping: bool,
    /// Where its children start in the list of entries or of items.
    pub first: usize,
    /// Whether a key may be there twice, which is only looked at when the mapping closes.
    pub may_repeat: bool,
    /// What is read of it; `None`: everything.
    pub fields: Option<&'m FieldTree>,
    /// The same of the value that is just being read.
    pub inner: Option<&'m FieldTree>,
}
