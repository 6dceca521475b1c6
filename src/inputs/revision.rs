//! A revision of git as one side of a change.

use std::io;
use std::path::{Path, PathBuf};

use engine::{Input, InputFile};
use manifest::paths::within;
use manifest::text::FileId;

use super::git::{RevisionFile, Tree, TreeEntry};
use super::read::FileBytes;
#[cfg(feature = "render")]
use super::render;
use super::render::Rendered;
#[cfg(feature = "render")]
use super::sides::names_below;
use super::sides::root_of;
use super::source::{self, SourceBytes, SourceListing};
use super::{ReaderThreads, attached, numbered_from, read, repository, sort_key};
use crate::cli;
use crate::config::{
    ConfigError, LARGEST_CONFIG_BYTES, NAMES, PathSet, RenderConfig, is_manifest, read_config,
    text_of,
};
use crate::status::CommandError;

/// How many files of a revision are in memory, unread, at a time.
const BATCH_FILES: usize = 512;

/// A part of a revision.
pub(super) struct Revision {
    tree: Tree,
    /// As given, without a path: `main`.
    name: String,
    /// The path in the repository; empty: everything.
    path: String,
    /// What names begin with in the place of `path`: the path of the other side.
    stands_for: Option<String>,
}

impl Revision {
    /// A revision, by itself or with a path behind a colon; beside a path it stands for that one.
    ///
    /// # Errors
    /// No repository, no such revision, nothing at that path of it.
    pub fn find(text: &str, other: Option<&Path>) -> Result<Self, CommandError> {
        let shown = text.escape_debug();
        let none = |why: String| {
            CommandError::usage(format_args!(
                "`{shown}` is no file, no folder and no git revision: {why}"
            ))
        };
        let (name, path) = match text.split_once(':') {
            Some((name, path)) => (
                name,
                Some(path.trim_matches('/')).filter(|path| !path.is_empty()),
            ),
            None => (text, None),
        };
        if name.is_empty() {
            return Err(none("there is no name before the colon".to_owned()));
        }
        let tree = Tree::of(name, other.unwrap_or(Path::new("."))).map_err(none)?;
        let mut revision = Self {
            tree,
            name: name.to_owned(),
            path: path.unwrap_or_default().to_owned(),
            stands_for: None,
        };
        if let (None, Some(other)) = (path, other) {
            let inside = revision.tree.path_of(other).ok_or_else(|| {
                let other = other.display().to_string();
                CommandError::usage(format_args!(
                    "{} is not in the repository of `{shown}`",
                    other.escape_debug()
                ))
            })?;
            revision.path = inside;
            revision.stands_for = Some(root_of(other));
        } else if path.is_some() {
            let entry = revision.tree.entry(&revision.path, None);
            if matches!(entry, Ok(TreeEntry::Missing)) {
                return Err(CommandError::usage(format_args!(
                    "there is no file and no folder `{}` in revision `{}`",
                    revision.path.escape_debug(),
                    revision.name.escape_debug()
                )));
            }
        }
        Ok(revision)
    }

    /// The configuration that the revision holds, looked for upwards from its path: where it is, or would be, in the
    /// working tree, and its text.
    ///
    /// # Errors
    /// Two of them in one folder; one that cannot be read, is too large or no text.
    pub fn config(&self) -> Result<Option<(PathBuf, String)>, ConfigError> {
        let mut folder = self.path.as_str();
        loop {
            let paths = NAMES.iter().map(|name| join(folder, name));
            let is_configuration = |bytes: &io::Result<FileBytes>| !matches!(bytes, Ok(FileBytes::Whole(bytes)) if is_manifest(bytes));
            let mut found = paths
                .filter_map(|path| Some((self.tree.file_bytes(&path, LARGEST_CONFIG_BYTES)?, path)))
                .filter(|(bytes, _)| is_configuration(bytes));
            if let Some((bytes, path)) = found.next() {
                if let Some((_, other)) = found.next() {
                    return Err(ConfigError::Several(path, other));
                }
                let text = self.config_text(&path, bytes)?;
                return Ok(Some((self.tree.in_work_tree(&path), text)));
            }
            if folder.is_empty() {
                return Ok(None);
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// The text of a file that the configuration extends, by where it is, or would be, in the working tree. One outside
    /// of the repository is in no revision.
    ///
    /// # Errors
    /// It is not there, cannot be read, is too large or no text.
    pub fn config_file(&self, path: &Path) -> Result<String, ConfigError> {
        let Some(inside) = self.tree.path_below(path) else {
            return read_config(path);
        };
        match self.tree.file_bytes(&inside, LARGEST_CONFIG_BYTES) {
            Some(bytes) => self.config_text(&inside, bytes),
            None => Err(ConfigError::Missing(self.shown(&inside))),
        }
    }

    fn config_text(&self, path: &str, bytes: io::Result<FileBytes>) -> Result<String, ConfigError> {
        let name = self.shown(path);
        match bytes {
            Ok(FileBytes::Whole(bytes)) => text_of(name, Ok(bytes)),
            Ok(FileBytes::TooLarge) => Err(ConfigError::TooLarge(name)),
            Err(error) => text_of(name, Err(error)),
        }
    }

    /// A file of the revision as git names it.
    fn shown(&self, path: &str) -> String {
        format!("{}:{path}", self.name.escape_debug())
    }

    /// Reads the files of the revision; what is not read is added to `skipped` in words.
    ///
    /// # Errors
    /// Objects of git that cannot be read.
    pub fn read(
        &self,
        reading: &cli::ReadArguments,
        exclude: Option<&PathSet>,
        render: &RenderConfig,
        max_file_bytes: u64,
        first: FileId,
        skipped: &mut Vec<String>,
    ) -> Result<(Input, Rendered), CommandError> {
        let cannot = |why: String| {
            CommandError::usage(format_args!(
                "cannot read revision `{}`: {why}",
                self.name.escape_debug()
            ))
        };
        let root = self.stands_for.clone().unwrap_or_else(|| self.path.clone());
        let mut listing = SourceListing::below(&root);
        let (mut files, explicit) = match self.tree.entry(&self.path, exclude).map_err(cannot)? {
            TreeEntry::Missing => (Vec::new(), false),
            TreeEntry::File(file) => (vec![file], true),
            TreeEntry::Folder {
                files,
                others,
                submodules,
            } => {
                let words = submodules
                    .iter()
                    .map(|path| format!("{}:{path} is a submodule", self.name));
                skipped.extend(words);
                for path in others.iter().filter(|_| !reading.no_source) {
                    listing.add(self.name_of(path), PathBuf::from(path));
                }
                (files, false)
            }
        };
        let bytes_of = |path: &Path| self.tree.file(path.to_str()?, max_file_bytes);
        let bytes = SourceBytes::Serial(&bytes_of);
        let threads = ReaderThreads::new(reading.threads);
        let programs = source::read(&[listing], &threads, bytes)?;
        let name_of = |file: &RevisionFile| self.name_of(&file.path);
        files.sort_by_cached_key(|file| sort_key(&name_of(file)));
        let mut parsed_files: Vec<InputFile> = Vec::with_capacity(files.len());
        for batch in files.chunks(BATCH_FILES) {
            let bytes: Vec<_> = batch
                .iter()
                .map(|file| (name_of(file), self.tree.bytes(file, max_file_bytes)))
                .collect();
            let from = numbered_from(first, parsed_files.len());
            let parsed = threads.map(&bytes, |at, (name, bytes)| {
                let id = numbered_from(from, at);
                read::parse(id, name, explicit, bytes, max_file_bytes)
            })?;
            parsed_files.extend(parsed);
        }
        let mut input = Input::starting_at(first, parsed_files);
        let stand_in = self.stands_for.as_deref().map(Path::new);
        if let Some((folder, root)) = stand_in.and_then(repository::folder_and_root) {
            input = input.in_repository(folder, root);
        }
        let rendered = self.rendered(&mut input, reading, render, max_file_bytes)?;
        attached::read(&mut input, max_file_bytes, &|path| {
            let path = path.to_str()?;
            self.tree.file(&self.path_of(path), max_file_bytes)
        });
        let input = programs
            .attach_to(input)
            .below(root)
            .shown_as(|name| format!("{}:{}", self.name, self.path_of(name)));
        Ok((input, rendered))
    }

    /// Renders the charts and kustomizations of the revision, whose files come from git's objects.
    #[cfg(feature = "render")]
    fn rendered(
        &self,
        input: &mut Input,
        reading: &cli::ReadArguments,
        render: &RenderConfig,
        max_file_bytes: u64,
    ) -> Result<Rendered, CommandError> {
        let root = std::fs::canonicalize(self.tree.in_work_tree("")).ok();
        let judged = self.stands_for.as_ref().unwrap_or(&self.path);
        let judged = vec![names_below(judged)];
        let settings = render::RenderSettings::new(reading, render, max_file_bytes, root, judged)?;
        render::read(input, &settings, self)
    }

    /// Renders nothing.
    #[cfg(not(feature = "render"))]
    fn rendered(
        &self,
        _input: &mut Input,
        _reading: &cli::ReadArguments,
        _render: &RenderConfig,
        _max_file_bytes: u64,
    ) -> Result<Rendered, CommandError> {
        Ok(Rendered {})
    }

    /// The name by which other files find a file: with the path of the other side.
    fn name_of(&self, path: &str) -> String {
        let Some(other) = &self.stands_for else {
            return path.to_owned();
        };
        let rest = path.strip_prefix(self.path.as_str()).unwrap_or(path);
        join(other, rest)
    }

    /// The path in the repository of such a name.
    fn path_of(&self, name: &str) -> String {
        self.path_in_repository(name)
            .unwrap_or_else(|| name.to_owned())
    }

    /// The same; `None` where the name leads out of the repository.
    fn path_in_repository(&self, name: &str) -> Option<String> {
        let (from, other) = match &self.stands_for {
            Some(other) => (self.path.as_str(), other.as_str()),
            None => ("", ""),
        };
        let rest = match name.strip_prefix(other) {
            Some(rest) => rest.trim_start_matches('/').to_owned(),
            // A base beside it: up as far as the two names differ.
            None => beside(other, name)?,
        };
        within(from, &rest)
    }
}

#[cfg(feature = "render")]
impl render::FileStore for Revision {
    fn files(&self, folder: &str) -> Result<Vec<rendering::ChartFile>, String> {
        let path = self.path_of(folder.trim_end_matches('/'));
        let (entries, depth) = (render::MAX_CHART_FILES, render::MAX_CHART_DEPTH);
        let mut files = Vec::new();
        let mut bytes_left = render::MAX_CHART_BYTES;
        for (inside, file) in self.tree.all_files(&path, entries, depth)? {
            let bytes = match self.tree.bytes(&file, bytes_left) {
                Ok(FileBytes::Whole(bytes)) => bytes,
                Ok(FileBytes::TooLarge) => return Err("the chart is too large".to_owned()),
                Err(error) => return Err(format!("{inside}: {}", read::reason(&error))),
            };
            bytes_left = bytes_left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            files.push(rendering::ChartFile {
                path: inside,
                bytes,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.path_in_repository(name)?;
        let file = self.tree.linked_file(&path)?;
        match self.tree.bytes(&file, render::MAX_FILE_BYTES) {
            Ok(FileBytes::Whole(bytes)) => Some(bytes),
            _ => None,
        }
    }

    fn is_folder(&self, name: &str) -> bool {
        let path = self.path_in_repository(name);
        path.is_some_and(|path| self.tree.is_folder(&path))
    }

    /// Links that lead out of it are none that can be read.
    fn is_outside(&self, name: &str) -> bool {
        self.path_in_repository(name).is_none()
    }
}

/// The way from one path to another.
fn beside(from: &str, to: &str) -> Option<String> {
    if from.starts_with('/') != to.starts_with('/') {
        return None;
    }
    let parts = |path: &'_ str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        parts.map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.get(shared..)?;
    if up.iter().any(|part| part == "..") {
        return None;
    }
    let mut way = vec!["..".to_owned(); up.len()];
    way.extend(to.into_iter().skip(shared));
    Some(way.join("/"))
}

fn join(folder: &str, rest: &str) -> String {
    match (folder, rest.trim_start_matches('/')) {
        ("", only) | (only, "") => only.to_owned(),
        (folder, rest) => format!("{folder}/{rest}"),
    }
}
