//! In the place of `revision.rs` where the feature `git` is not built in: there is no revision.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use engine::Input;
use manifest::text::FileId;

use super::render::Rendered;
use crate::cli;
use crate::config::{ConfigError, PathSet, RenderConfig};
use crate::status::CommandError;

/// Cannot be made.
pub(super) struct Revision(Infallible);

impl Revision {
    /// # Errors
    /// Always, with the feature that is missing.
    pub fn find(text: &str, _other: Option<&Path>) -> Result<Self, CommandError> {
        Err(CommandError::usage(format_args!(
            "`{}` is no file and no folder, and revisions of git are not built in: build leaselint with its \
             feature `git`",
            text.escape_debug()
        )))
    }

    pub fn config(&self) -> Result<Option<(PathBuf, String)>, ConfigError> {
        match self.0 {}
    }

    pub fn config_file(&self, _path: &Path) -> Result<String, ConfigError> {
        match self.0 {}
    }

    pub fn read(
        &self,
        _reading: &cli::ReadArguments,
        _exclude: Option<&PathSet>,
        _render: &RenderConfig,
        _max_file_bytes: u64,
        _first: FileId,
        _skipped: &mut Vec<String>,
    ) -> Result<(Input, Rendered), CommandError> {
        match self.0 {}
    }
}
