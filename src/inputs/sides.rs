//! The two sides of a change: paths, standard input, or revisions of git.

use std::fs;
use std::path::{Path, PathBuf};

use engine::{Engine, Input, Task};
use manifest::text::FileId;

use super::render::{Rendered, WantedPlaces};
use super::revision::Revision;
use super::{STDIN, is_stdin, paths};
use crate::cli;
use crate::config::{ConfigError, PathSet, RenderConfig, read_config};
use crate::file_name::file_name;
use crate::status::CommandError;

/// Both sides of a change, found and not yet read.
pub struct ChangeSides {
    base: ChangeSide,
    head: ChangeSide,
}

/// One side, found.
enum ChangeSide {
    Stdin,
    Path(PathBuf),
    Revision(Box<Revision>),
}

/// Both sides, read. The files of HEAD have the first numbers.
pub struct ChangeInputs {
    /// As it was.
    pub base: Input,
    /// As it will be.
    pub head: Input,
    /// What is on a side and was not read, in words.
    pub skipped: Vec<String>,
    /// What was rendered of either.
    rendered: [Rendered; 2],
}

impl ChangeInputs {
    /// Finds out where findings in what was rendered were written.
    pub fn trace_findings(&mut self, engine: &Engine) {
        if self.rendered.iter().all(Rendered::is_empty) {
            return;
        }
        let outcome = engine.judge(Task::change(&self.base, &self.head));
        let wanted = WantedPlaces::of_findings(&outcome);
        drop(outcome);
        let [base, head] = &self.rendered;
        base.trace(&mut self.base, &wanted);
        head.trace(&mut self.head, &wanted);
    }
}

/// Finds out what BASE and HEAD are.
///
/// # Errors
/// Neither a path nor a revision; both standard input.
pub fn base_and_head(base: &str, head: &str) -> Result<ChangeSides, CommandError> {
    let (base_path, head_path) = (as_path(base), as_path(head));
    let find = |text: &str, path: &Option<PathBuf>, other: &Option<PathBuf>| match path {
        Some(path) if is_stdin(path) => Ok(ChangeSide::Stdin),
        Some(path) => Ok(ChangeSide::Path(path.clone())),
        None => {
            let other = other.as_deref().filter(|path| !is_stdin(path));
            Revision::find(text, other).map(|found| ChangeSide::Revision(Box::new(found)))
        }
    };
    let sides = ChangeSides {
        base: find(base, &base_path, &head_path)?,
        head: find(head, &head_path, &base_path)?,
    };
    if matches!(
        (&sides.base, &sides.head),
        (ChangeSide::Stdin, ChangeSide::Stdin)
    ) {
        return Err(CommandError::usage("standard input can be one side only"));
    }
    Ok(sides)
}

fn as_path(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    (is_stdin(&path) || fs::symlink_metadata(&path).is_ok()).then_some(path)
}

/// What the names of a path's files begin with.
pub(super) fn root_of(path: &Path) -> String {
    let text = file_name(path);
    match text.trim_end_matches('/') {
        "." | "" => String::new(),
        text => text.strip_prefix("./").unwrap_or(text).to_owned(),
    }
}

/// What the names of files in such a folder begin with.
pub(super) fn names_below(folder: &str) -> String {
    match folder {
        "" => String::new(),
        folder => format!("{folder}/"),
    }
}

impl ChangeSides {
    /// Whether HEAD is a revision, which brings its own configuration.
    pub fn head_is_revision(&self) -> bool {
        matches!(self.head, ChangeSide::Revision(_))
    }

    /// The path from which the configuration is looked for, unless HEAD brings its own.
    pub fn config_path(&self) -> PathBuf {
        match &self.head {
            ChangeSide::Path(path) => path.clone(),
            ChangeSide::Stdin | ChangeSide::Revision(_) => PathBuf::from("."),
        }
    }

    /// The configuration that the revision of HEAD holds: where it is, or would be, and its text.
    ///
    /// # Errors
    /// Two of them in one folder; one that cannot be read, is too large or no text.
    pub fn config_of_head(&self) -> Result<Option<(PathBuf, String)>, ConfigError> {
        match &self.head {
            ChangeSide::Revision(revision) => revision.config(),
            ChangeSide::Stdin | ChangeSide::Path(_) => Ok(None),
        }
    }

    /// The text of a file that this configuration extends, by its path in the working tree.
    ///
    /// # Errors
    /// It is not there, cannot be read, is too large or no text.
    pub fn config_file_of_head(&self, path: &Path) -> Result<String, ConfigError> {
        match &self.head {
            ChangeSide::Revision(revision) => revision.config_file(path),
            ChangeSide::Stdin | ChangeSide::Path(_) => read_config(path),
        }
    }

    /// Reads both sides.
    ///
    /// # Errors
    /// What cannot be found or read at all.
    pub fn read(
        &self,
        reading: &cli::ReadArguments,
        exclude: Option<&PathSet>,
        render: &RenderConfig,
        max_file_bytes: u64,
    ) -> Result<ChangeInputs, CommandError> {
        let mut skipped = Vec::new();
        let mut read_side = |side: &ChangeSide, first| -> Result<(Input, Rendered), CommandError> {
            match side {
                ChangeSide::Stdin => {
                    let name = reading.stdin_filename.clone();
                    let stdin = [PathBuf::from("-")];
                    let read = paths(&stdin, reading, exclude, render, max_file_bytes, first)?;
                    let input = read.input.below(name.unwrap_or_else(|| STDIN.to_owned()));
                    Ok((input, read.rendered))
                }
                ChangeSide::Path(path) => {
                    let path_alone = std::slice::from_ref(path);
                    let read = paths(path_alone, reading, exclude, render, max_file_bytes, first)?;
                    Ok((read.input.below(root_of(path)), read.rendered))
                }
                ChangeSide::Revision(revision) => revision.read(
                    reading,
                    exclude,
                    render,
                    max_file_bytes,
                    first,
                    &mut skipped,
                ),
            }
        };
        let (head, of_head) = read_side(&self.head, FileId(0))?;
        let (base, of_base) = read_side(&self.base, head.next_id())?;
        Ok(ChangeInputs {
            base,
            head,
            skipped,
            rendered: [of_base, of_head],
        })
    }
}
