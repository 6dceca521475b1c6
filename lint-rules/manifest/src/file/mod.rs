//! Bytes of a file to documents, cut and read as kubectl does.
//!
//! kubectl reads with apimachinery's `YAMLOrJSONDecoder`: documents are cut at column-0 `---` lines only, and a
//! file that starts with `{` is a stream of JSON values. Unlike kubectl, reading goes on after a document that
//! cannot be read.

mod decode;
mod head;
mod line_counter;
mod read;
mod report;
mod split;

pub use head::Head;
pub use read::{kubectl_view, needs_check, read};

use crate::tree::{Document, ReadError, ReadLimits};

/// How a file is to be read.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// Whether a document is parsed, decided by its bytes alone.
    pub filter: &'a dyn Fn(&Head<'_>) -> bool,
    /// Whether the user named this very file. Then every fault in it is reported,
    /// even if it holds no object.
    pub explicit: bool,
    /// Bounds on what is read.
    pub limits: ReadLimits,
}

impl std::fmt::Debug for ReadOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadOptions")
            .field("explicit", &self.explicit)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// The documents of one file.
#[derive(Debug, Default)]
pub struct ParsedFile {
    /// The documents that passed the filter, in order.
    pub documents: Vec<Document>,
    /// What could not be read, in order.
    pub unread: Vec<ReadError>,
    /// How many documents there were.
    pub counts: Counts,
}

/// How many documents there were in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents with any content, skipped ones included.
    pub documents: u32,
    /// Those of them with a kind and an API version.
    pub objects: u32,
    /// Those that were not parsed because the filter excluded them.
    pub skipped: u32,
}
