//! Without the feature `source` programs are judged by their records alone.

use std::path::{Path, PathBuf};

use engine::Input;

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

/// The input as it is.
///
/// # Errors
/// None.
pub fn read(
    input: Input,
    _listings: &[SourceListing],
    _wanted_threads: Option<u16>,
    _bytes: SourceBytes<'_>,
) -> Result<Input, CommandError> {
    Ok(input)
}
