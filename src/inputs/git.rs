//! Files of a revision, read from git's own objects: nothing is checked out, and no file is written.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use gix::bstr::ByteSlice;
#[cfg(feature = "render")]
use gix::objs::tree::EntryMode;
use gix::{ObjectId, Repository};
use manifest::paths::within;

use super::read::FileBytes;
use crate::config::PathSet;
use crate::file_name::file_name;

/// So many links may lead to one another.
#[cfg(feature = "render")]
const MAX_LINKS: usize = 16;

/// The tree of one revision, or a part of it.
pub struct Tree {
    repository: Repository,
    root: ObjectId,
}

/// One file of a tree.
pub struct RevisionFile {
    /// Its path in the repository.
    pub path: String,
    id: ObjectId,
}

/// What there is at a path of a tree.
pub enum TreeEntry {
    /// A folder's manifests, its other files that may be source, and the submodules in it, which are not read.
    Folder {
        files: Vec<RevisionFile>,
        others: Vec<String>,
        submodules: Vec<String>,
    },
    /// One file.
    File(RevisionFile),
    /// Nothing that can be read.
    Missing,
}

impl Tree {
    /// The tree of a revision in the repository that holds a path; why there is none.
    pub fn of(revision: &str, near: &Path) -> Result<Self, String> {
        let near = fs::canonicalize(near).map_err(|error| super::read::reason(&error))?;
        let folder = if near.is_dir() {
            near.as_path()
        } else {
            near.parent().unwrap_or(&near)
        };
        let repository =
            gix::discover(folder).map_err(|_| "there is no git repository here".to_owned())?;
        let root = repository
            .rev_parse_single(revision)
            .ok()
            .and_then(|id| id.object().ok())
            .and_then(|object| object.peel_to_tree().ok())
            .map(|tree| tree.id);
        match root {
            Some(root) => Ok(Self { repository, root }),
            None if repository.is_shallow().unwrap_or(false) => Err(
                "git does not know it; this clone is shallow, so fetch the revision first"
                    .to_owned(),
            ),
            None => Err("git does not know it".to_owned()),
        }
    }

    /// The path in the repository of a path of its working tree.
    pub fn path_of(&self, path: &Path) -> Option<String> {
        let work_tree = fs::canonicalize(self.repository.workdir()?).ok()?;
        let path = fs::canonicalize(path).ok()?;
        let inside = path.strip_prefix(work_tree).ok()?;
        let parts: Vec<String> = inside
            .components()
            .filter_map(|part| match part {
                Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect();
        Some(parts.join("/"))
    }

    /// The path in the repository of what is, or would be, at a path below its working tree; `None` outside.
    pub fn path_below(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.repository.workdir()?).ok()?;
        within("", &file_name(inside))
    }

    /// Where a path of the repository is, or would be, in the file system.
    pub fn in_work_tree(&self, path: &str) -> PathBuf {
        let work_tree = self.repository.workdir();
        work_tree.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
    }

    /// What there is at a path, which is a folder's with or without slashes around it; empty: everything.
    /// In folders, hidden files and what the configuration excludes are left out, as in those of the file
    /// system; links are not followed.
    ///
    /// # Errors
    /// Why git's objects cannot be read.
    pub fn entry(&self, path: &str, exclude: Option<&PathSet>) -> Result<TreeEntry, String> {
        let tree = self.tree(self.root)?;
        if path.is_empty() {
            return self.folder(self.root, path, exclude);
        }
        let entry = tree
            .lookup_entry_by_path(path)
            .map_err(|error| error.to_string())?;
        let Some(entry) = entry else {
            return Ok(TreeEntry::Missing);
        };
        if entry.mode().is_tree() {
            return self.folder(entry.object_id(), path, exclude);
        }
        if !entry.mode().is_blob() {
            return Ok(TreeEntry::Missing);
        }
        Ok(TreeEntry::File(RevisionFile {
            path: path.to_owned(),
            id: entry.object_id(),
        }))
    }

    /// All files in and below a folder with their paths in it. Hidden ones are among them, and links are followed inside
    /// the repository.
    ///
    /// # Errors
    /// Why not all of them can be read, or that there are more than `max_entries` files and folders.
    #[cfg(feature = "render")]
    pub fn all_files(
        &self,
        folder: &str,
        max_entries: usize,
        max_depth: usize,
    ) -> Result<Vec<(String, RevisionFile)>, String> {
        let id = match folder {
            "" => self.root,
            folder => self.linked(folder.to_owned(), None)?.1,
        };
        let mut files = Vec::new();
        let mut entries = 0;
        let mut open = vec![(folder.to_owned(), String::new(), id, 0)];
        while let Some((folder, inside, id, depth)) = open.pop() {
            if depth > max_depth {
                return Err(format!("{inside} lies more than {max_depth} folders deep"));
            }
            for entry in self.tree(id)?.iter() {
                let entry = entry.map_err(|error| error.to_string())?;
                entries += 1;
                if entries > max_entries {
                    return Err("it holds too many files".to_owned());
                }
                let name = entry.filename().to_str_lossy();
                let below = |folder: &str| match folder {
                    "" => name.clone().into_owned(),
                    folder => format!("{folder}/{name}"),
                };
                let inside = below(&inside);
                let found = (entry.mode(), entry.object_id());
                let (path, id, mode) = self
                    .linked(below(&folder), Some(found))
                    .map_err(|why| format!("{inside} {why}"))?;
                if mode.is_tree() {
                    open.push((path, inside, id, depth + 1));
                } else if mode.is_blob() {
                    files.push((inside, RevisionFile { path, id }));
                }
            }
        }
        Ok(files)
    }

    /// The file at a path, or where a link there leads to.
    #[cfg(feature = "render")]
    pub fn linked_file(&self, path: &str) -> Option<RevisionFile> {
        let (path, id, mode) = self.linked(path.to_owned(), None).ok()?;
        mode.is_blob().then_some(RevisionFile { path, id })
    }

    /// Whether there is a folder at a path, or where a link there leads to.
    #[cfg(feature = "render")]
    pub fn is_folder(&self, path: &str) -> bool {
        let found = self.linked(path.to_owned(), None);
        path.is_empty() || found.is_ok_and(|(_, _, mode)| mode.is_tree())
    }

    /// What there is at a path, or where a link there leads to.
    #[cfg(feature = "render")]
    fn linked(
        &self,
        mut path: String,
        mut found: Option<(EntryMode, ObjectId)>,
    ) -> Result<(String, ObjectId, EntryMode), String> {
        for _ in 0..MAX_LINKS {
            let (mode, id) = match found.take() {
                Some(found) => found,
                None => {
                    let entry = self.tree(self.root)?.lookup_entry_by_path(&path);
                    let entry = entry.map_err(|error| error.to_string())?;
                    let entry = entry.ok_or("is a symbolic link to nothing in the revision")?;
                    (entry.mode(), entry.object_id())
                }
            };
            if !mode.is_link() {
                return Ok((path, id, mode));
            }
            let object = self.repository.find_object(id);
            let object = object.map_err(|error| error.to_string())?;
            let target = object.data.to_str_lossy();
            path = link_target(&path, &target)
                .ok_or("is a symbolic link that leads out of the repository")?;
        }
        Err("is a symbolic link to symbolic links without end".to_owned())
    }

    fn tree(&self, id: ObjectId) -> Result<gix::Tree<'_>, String> {
        let object = self
            .repository
            .find_object(id)
            .map_err(|error| error.to_string())?;
        object.try_into_tree().map_err(|error| error.to_string())
    }

    fn folder(
        &self,
        id: ObjectId,
        path: &str,
        exclude: Option<&PathSet>,
    ) -> Result<TreeEntry, String> {
        let (mut files, mut others, mut submodules) = (Vec::new(), Vec::new(), Vec::new());
        let mut open = vec![(id, path.to_owned())];
        while let Some((id, folder)) = open.pop() {
            for entry in self.tree(id)?.iter() {
                let entry = entry.map_err(|error| error.to_string())?;
                let name = entry.filename().to_str_lossy();
                let path = match folder.as_str() {
                    "" => name.clone().into_owned(),
                    folder => format!("{folder}/{name}"),
                };
                let mode = entry.mode();
                let is_hidden =
                    name.starts_with('.') && !super::walk::HIDDEN_BUILD_FILES.contains(&&*name);
                if is_hidden || self.is_excluded(exclude, &path, mode.is_tree()) {
                    continue;
                }
                let id = entry.object_id();
                if mode.is_tree() {
                    open.push((id, path));
                } else if mode.is_commit() {
                    submodules.push(path);
                } else if mode.is_blob()
                    && !name.starts_with('.')
                    && super::walk::is_manifest_name(Path::new(&path))
                {
                    files.push(RevisionFile { path, id });
                } else if mode.is_blob() {
                    others.push(path);
                }
            }
        }
        submodules.sort();
        Ok(TreeEntry::Folder {
            files,
            others,
            submodules,
        })
    }

    fn is_excluded(&self, exclude: Option<&PathSet>, path: &str, is_folder: bool) -> bool {
        let Some(exclude) = exclude else { return false };
        let path = self.in_work_tree(path);
        let path = fs::canonicalize(&path).unwrap_or(path);
        exclude.holds(&path, is_folder)
    }

    /// The bytes of a file.
    pub fn bytes(&self, file: &RevisionFile, max_file_bytes: u64) -> io::Result<FileBytes> {
        let size = self
            .repository
            .find_header(file.id)
            .map_err(io::Error::other)?
            .size();
        if size > max_file_bytes {
            return Ok(FileBytes::TooLarge);
        }
        let object = self
            .repository
            .find_object(file.id)
            .map_err(io::Error::other)?;
        Ok(FileBytes::Whole(object.detach().data))
    }

    /// The bytes of the file at a path, if there is one that is not too large.
    pub fn file(&self, path: &str, max_file_bytes: u64) -> Option<Vec<u8>> {
        match self.file_bytes(path, max_file_bytes)? {
            Ok(FileBytes::Whole(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// What there is in the file at a path, if there is one.
    pub fn file_bytes(&self, path: &str, max_file_bytes: u64) -> Option<io::Result<FileBytes>> {
        match self.entry(path, None) {
            Ok(TreeEntry::File(file)) => Some(self.bytes(&file, max_file_bytes)),
            _ => None,
        }
    }
}

/// The path in the repository to which a link leads; `None` if that is outside.
#[cfg(feature = "render")]
fn link_target(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    within(folder, target)
}
