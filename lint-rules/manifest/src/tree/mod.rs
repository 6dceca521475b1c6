//! Documents as trees of nodes with spans: what both readers build.

pub(crate) mod arena;
pub(crate) mod document;
mod error;
pub(crate) mod field_mask;
mod limits;
mod node;
pub(crate) mod offset_map;
pub(crate) mod parsed;
pub(crate) mod path;

pub use arena::{NodeId, Style};
pub use document::{Comment, Document, DuplicateKey};
pub use error::{ReadError, ReadErrorCode};
pub use field_mask::FieldMask;
pub(crate) use limits::MOST_BYTES;
pub use limits::ReadLimits;
pub use node::{Entry, Node, Value};
