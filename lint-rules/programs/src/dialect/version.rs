//! What a program was in other versions, by the tag of its image.

use super::{List, Program, Text};

/// Versions in which a program differs from its record.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRule {
    /// First version it holds for, inclusive (`2.0`); `None`: from the beginning.
    pub from: Option<Text>,
    /// First version it no longer holds for (`2.3`); `None`: open.
    pub before: Option<Text>,
    /// Ends of the images whose tags tell this program's version; empty: any image's.
    pub images: List<Text>,
    /// The program as it was then: the record with what differs laid over it. `None`: these versions are not known.
    pub program: Option<Variant>,
}

/// A program that belongs to another one.
#[derive(Clone, Debug, PartialEq)]
pub enum Variant {
    /// Compiled from the records.
    BuiltIn(&'static Program),
    /// From a configuration.
    Own(Box<Program>),
}

impl Variant {
    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        match self {
            Self::BuiltIn(program) => program,
            Self::Own(program) => program,
        }
    }
}
