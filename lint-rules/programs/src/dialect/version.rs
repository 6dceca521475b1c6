//! What a program was in other versions, by the tag of its image.

use serde::{Deserialize, Serialize};

use super::Program;

/// Versions in which a program differs from its record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct VersionRule {
    /// First version it holds for, inclusive (`2.0`); `None`: from the beginning.
    pub from: Option<String>,
    /// First version it no longer holds for (`2.3`); `None`: open.
    pub before: Option<String>,
    /// Ends of the images whose tags tell this program's version; empty: any image's.
    pub images: Vec<String>,
    /// The program as it was then: the record with what differs laid over it. `None`: these versions are not known.
    pub program: Option<Box<Program>>,
}
