//! Without the feature `source` programs are judged by their records alone.

use std::path::{Path, PathBuf};

use engine::Input;

use super::ReaderThreads;
use crate::status::CommandError;

/// Nothing is listed.
pub struct SourceListing;

impl SourceListing {
    /// Nothing of a folder.
    pub fn of(_root: &Path) -> Self {
        Self
    }

    /// Nothing of a folder.
    #[cfg(feature = "git")]
    pub fn below(_root: &str) -> Self {
        Self
    }

    /// Takes nothing.
    pub fn add(&mut self, _name: String, _path: PathBuf) {}
}

/// How the bytes of files would be read.
#[expect(dead_code, reason = "nothing is read")]
pub enum SourceBytes<'a> {
    Parallel(&'a (dyn Fn(&Path) -> Option<Vec<u8>> + Sync)),
    Serial(&'a dyn Fn(&Path) -> Option<Vec<u8>>),
}

/// No programs.
pub struct SourcePrograms;

/// Reads nothing.
///
/// # Errors
/// None.
pub fn read(
    _listings: &[SourceListing],
    _threads: &ReaderThreads,
    _bytes: SourceBytes<'_>,
) -> Result<SourcePrograms, CommandError> {
    Ok(SourcePrograms)
}

impl SourcePrograms {
    /// The input as it is.
    pub fn attach_to(self, input: Input) -> Input {
        input
    }
}
