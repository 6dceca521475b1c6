//! Folders, searched as ripgrep searches them: hidden files and what git ignores are left
//! out, symbolic links and special files are skipped, only manifests are taken.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::source::SourceListing;
use super::{FileSource, ListedFile};
use crate::config::PathSet;
use crate::file_name::file_name;

/// The files of a folder, in no particular order; those of source are added to `listing`.
pub fn folder(
    root: &Path,
    no_ignore: bool,
    exclude: Option<&PathSet>,
    mut listing: Option<&mut SourceListing>,
) -> Vec<ListedFile> {
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(!no_ignore)
        .hidden(true)
        .require_git(false)
        .follow_links(false);
    if let Some(exclude) = exclude.cloned() {
        let base = path_from(root, root);
        let root = root.to_path_buf();
        builder.filter_entry(move |entry| !is_excluded(&exclude, &base, &root, entry));
    }
    let mut found = Vec::new();
    let mut programs = Vec::new();
    for entry in builder.build() {
        match entry {
            Ok(entry) if is_manifest(&entry) => found.push(ListedFile {
                name: shown(root, entry.path()),
                source: FileSource::Path(entry.into_path()),
                explicit: false,
            }),
            Ok(entry) => {
                let Some(listing) = listing.as_deref_mut() else {
                    continue;
                };
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                if is_folder && entry.file_name() == "cmd" {
                    programs.push(entry.into_path());
                } else if !is_folder {
                    if entry.file_name() == "go.mod" {
                        programs.extend(entry.path().parent().map(Path::to_path_buf));
                    }
                    listing.add(shown(root, entry.path()), entry.into_path());
                }
            }
            Err(error) => {
                let path = path_of(&error).unwrap_or(root);
                found.push(ListedFile {
                    name: shown(root, path),
                    source: FileSource::Failed(cause_of(&error)),
                    explicit: false,
                });
            }
        }
    }
    if let Some(listing) = listing.filter(|_| !no_ignore) {
        add_ignored_programs(root, &programs, exclude, listing);
    }
    found
}

/// Adds the Go files of programs that a `.gitignore` seems to leave out: one that names a program's file, to keep it
/// out of the repository, also fits the folder of its source. `folders`: those that hold folders of programs.
fn add_ignored_programs(
    root: &Path,
    folders: &[PathBuf],
    exclude: Option<&PathSet>,
    listing: &mut SourceListing,
) {
    let base = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    for folder in folders {
        let mut builder = WalkBuilder::new(folder);
        builder
            .standard_filters(false)
            .hidden(true)
            .max_depth(Some(2));
        for entry in builder.build().flatten() {
            let excluded = exclude.is_some_and(|set| is_excluded(set, &base, root, &entry));
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let is_go = entry.path().extension() == Some(OsStr::new("go"));
            if is_file && is_go && !excluded && entry.depth() == 2 {
                listing.add(shown(root, entry.path()), entry.into_path());
            }
        }
    }
}

/// Whether an entry of a walk is taken for a manifest.
pub(super) fn is_manifest(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file()) && is_manifest_name(entry.path())
}

/// Whether a file is taken for a manifest by its name.
pub fn is_manifest_name(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}

/// The folder that was asked for is never left out.
fn is_excluded(exclude: &PathSet, base: &Path, root: &Path, entry: &DirEntry) -> bool {
    let Ok(inside) = entry.path().strip_prefix(root) else {
        return false;
    };
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    !inside.as_os_str().is_empty() && exclude.holds(&base.join(inside), is_folder)
}

/// The absolute path of what was found in a folder.
pub(super) fn path_from(root: &Path, path: &Path) -> PathBuf {
    let base = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    path.strip_prefix(root)
        .map_or_else(|_| path.to_path_buf(), |inside| base.join(inside))
}

/// Build files that are read beside `go.mod` although they are hidden.
#[cfg_attr(not(feature = "source"), allow(dead_code))]
pub(super) const HIDDEN_BUILD_FILES: &[&str] =
    &[".goreleaser.yaml", ".goreleaser.yml", ".ko.yaml", ".ko.yml"];

/// Whether a file, or a folder above it in the searched one, is hidden.
pub(super) fn is_hidden(root: &Path, path: &Path) -> bool {
    let inside = path.strip_prefix(root).unwrap_or(path);
    inside
        .components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// The name reports use: as given on the command line, without the `./` of the current folder.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    let here = root.as_os_str() == "." || root.as_os_str() == "./";
    let path = if here {
        path.strip_prefix(".").unwrap_or(path)
    } else {
        path
    };
    if path.as_os_str().is_empty() {
        ".".to_owned()
    } else {
        file_name(path)
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// What went wrong, without the path, which the report shows anyway.
fn cause_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => cause_of(err),
        ignore::Error::Io(error) => super::read::reason(error),
        other => other.to_string(),
    }
}
