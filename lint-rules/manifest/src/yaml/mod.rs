//! Bytes to documents with spans, believed exactly as kubectl believes them.
//!
//! kubectl reads with apimachinery's `YAMLOrJSONDecoder`, `sigs.k8s.io/yaml` and
//! go-yaml v2. What those believe is believed here: YAML 1.1 scalars, merge keys, the
//! last of duplicate keys, documents cut at column-0 `---` lines only. Unlike kubectl,
//! reading goes on after a document that cannot be read.

mod alias;
mod build;
mod decode;
mod document;
mod embed;
mod head;
mod inner;
mod json;
mod merge;
mod node;
mod object;
mod parse;
mod passed_over;
mod path;
mod pull;
mod quick;
mod read;
mod scalar;
mod scan;
mod scratch;
mod skip;
mod split;
mod strict;

pub use document::{Comment, Document, DuplicateKey, NodeId, Style};
pub use embed::parse_embedded;
pub use head::Head;
pub use node::{Entry, Node, Value};
pub use object::{read_object, says_the_same};
pub use pull::{NotJson, Pull};
pub use read::{kubectl_view, read};

use crate::text::{FileId, Position};

/// How a file is to be read.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// Whether a document is worth parsing, by a first look.
    pub wanted: &'a dyn Fn(&Head<'_>) -> bool,
    /// Whether the user named this very file: then whatever is wrong with it is said,
    /// even if it holds no object.
    pub explicit: bool,
    /// What is too much.
    pub limits: Limits,
}

impl std::fmt::Debug for ReadOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadOptions")
            .field("explicit", &self.explicit)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What is too much for one file or one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file; never more than 1 GiB, whatever is asked for.
    pub bytes: usize,
    /// Nodes and keys of a document.
    pub nodes: usize,
    /// Entries of one mapping, or items of one sequence.
    pub members: usize,
    /// Entries that merge keys may bring into a document.
    pub alias_expansion: usize,
    /// Nesting; the YAML parser stops at 255 in any case.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            nodes: 4_000_000,
            members: usize::MAX,
            alias_expansion: 1_000_000,
            depth: 255,
        }
    }
}

/// What was read of one file.
#[derive(Debug, Default)]
pub struct Reading {
    /// The documents that were wanted, in order.
    pub documents: Vec<Document>,
    /// What could not be read, in order.
    pub unread: Vec<Unread>,
    /// How much there was.
    pub counts: Counts,
}

/// How much there was in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents with any content, those passed over included.
    pub documents: u32,
    /// Those of them with a kind and an API version.
    pub objects: u32,
    /// Those that were passed over because nobody wanted them.
    pub skipped: u32,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: FileId,
    /// Where it shows.
    pub position: Position,
    /// What sort of trouble it is.
    pub code: UnreadCode,
    /// What is wrong, for people.
    pub reason: String,
    /// Which piece of the file, from 0.
    pub chunk: usize,
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnreadCode {
    /// It is not valid YAML or JSON.
    Syntax,
    /// It is a template that has to be rendered first.
    Template,
    /// Bytes that are no text.
    Encoding,
    /// The file is too big.
    TooLarge,
    /// The file could not be opened or read.
    Io,
    /// It is nested too deeply, or has too many nodes, or its aliases expand too far.
    Limit,
}

impl UnreadCode {
    /// The code as it appears in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Template => "template",
            Self::Encoding => "encoding",
            Self::TooLarge => "too-large",
            Self::Io => "io",
            Self::Limit => "limit",
        }
    }
}
