//! Without the feature `render` charts and kustomizations are read as the files that they are.

use std::collections::BTreeSet;
use std::path::PathBuf;

use engine::{Input, Outcome};
use manifest::text::FileId;
use manifest::tree::ReadError;

use crate::cli;
use crate::config::RenderConfig;
use crate::status::CommandError;

/// Nothing is rendered.
#[derive(Default)]
pub struct Rendered {}

/// How nothing is rendered.
pub struct RenderSettings;

/// Where nothing is rendered from.
pub struct Disk;

impl Disk {
    /// Nothing.
    pub fn below(_root: Option<PathBuf>) -> Self {
        Self
    }
}

/// No output.
pub struct ReplacedOutput;

/// No places.
pub struct WantedPlaces;

impl RenderSettings {
    /// None.
    ///
    /// # Errors
    /// None.
    pub fn new(
        _reading: &cli::ReadArguments,
        _config: &RenderConfig,
        _largest_output: u64,
        _root: Option<PathBuf>,
        _judged: Vec<String>,
    ) -> Result<Self, CommandError> {
        Ok(Self)
    }
}

impl Rendered {
    /// Always.
    pub fn is_empty(&self) -> bool {
        true
    }

    /// Nothing.
    pub fn trace(&self, _input: &mut Input, _wanted: &WantedPlaces) {}

    /// Nothing.
    ///
    /// # Errors
    /// None.
    pub fn render_again(
        &mut self,
        _input: &mut Input,
        _changed: &BTreeSet<FileId>,
    ) -> Result<Vec<ReplacedOutput>, String> {
        Ok(Vec::new())
    }

    /// Nothing.
    pub fn put_back(&mut self, _input: &mut Input, _replaced: Vec<ReplacedOutput>) {}

    /// Nothing.
    pub fn trace_again(
        &self,
        _input: &mut Input,
        _replaced: &[ReplacedOutput],
        _wanted: WantedPlaces,
    ) {
    }
}

impl WantedPlaces {
    /// None.
    pub fn of_findings(_outcome: &Outcome<'_>) -> Self {
        Self
    }

    /// None.
    pub fn of_electors(_outcome: &Outcome<'_>) -> Self {
        Self
    }
}

/// Renders nothing.
///
/// # Errors
/// None.
pub fn read(
    _input: &mut Input,
    _settings: &RenderSettings,
    _store: &Disk,
) -> Result<Rendered, CommandError> {
    Ok(Rendered {})
}

/// Nothing must be rendered.
pub fn must_fail(_reading: &cli::ReadArguments, _unread: &[ReadError]) -> bool {
    false
}
