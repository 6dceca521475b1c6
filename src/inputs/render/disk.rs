//! The files on disk of what is rendered. What a link leads to is taken only from inside the repository.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rendering::ChartFile;

use super::super::attached::bytes_of_file;
use super::super::read::{FileBytes, bytes_of, reason};

/// So much is taken of one chart: helm itself refuses charts of 100 MiB.
pub const MAX_CHART_BYTES: u64 = 100 << 20;
/// Files and folders of one chart.
pub const MAX_CHART_FILES: usize = 20_000;
/// Folders lie no deeper in a chart. Links may lead to folders around them.
pub const MAX_CHART_DEPTH: usize = 24;

/// One file of a kustomization is no larger than these bytes.
pub const MAX_FILE_BYTES: u64 = 32 << 20;

/// Where the files of charts and kustomizations are, by their names in reports.
pub trait FileStore {
    /// All files in and below a folder, sorted.
    ///
    /// # Errors
    /// Why they must not or cannot be read, in words.
    fn files(&self, folder: &str) -> Result<Vec<ChartFile>, String>;

    /// What is in a file of the repository; `None` where there is none that can be read.
    fn bytes(&self, name: &str) -> Option<Vec<u8>>;

    /// Whether there is such a folder.
    fn is_folder(&self, name: &str) -> bool;

    /// Whether a path, or what a link there leads to, is outside of the repository. What does not exist is nowhere.
    fn is_outside(&self, name: &str) -> bool;
}

/// The file system.
pub struct Disk {
    /// Nothing outside is read: the repository's root, where there is one.
    root: Option<PathBuf>,
    /// Folders without the links in their paths, where they exist.
    folders: RefCell<HashMap<PathBuf, Option<PathBuf>>>,
}

impl Disk {
    /// The files below a root.
    pub fn below(root: Option<PathBuf>) -> Self {
        Self {
            root,
            folders: RefCell::default(),
        }
    }

    /// Where a path leads, if it exists. Files of one folder share the way there.
    fn real(&self, path: &Path) -> Option<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return fs::canonicalize(path).ok();
        };
        // A slash at the end would be one step further.
        if fs::symlink_metadata(folder.join(name)).ok()?.is_symlink() {
            return fs::canonicalize(path).ok();
        }
        let mut folders = self.folders.borrow_mut();
        let real = match folders.get(folder) {
            Some(real) => real.clone(),
            None => {
                let shown = if folder.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    folder
                };
                let real = fs::canonicalize(shown).ok();
                folders.insert(folder.to_owned(), real.clone());
                real
            }
        };
        Some(real?.join(name))
    }
}

impl FileStore for Disk {
    fn files(&self, folder: &str) -> Result<Vec<ChartFile>, String> {
        let own = fs::canonicalize(path_of(folder)).map_err(|error| reason(&error))?;
        let mut chart = DiskChart {
            root: self.root.clone().unwrap_or_else(|| own.clone()),
            files: Vec::new(),
            entries: 0,
            bytes: 0,
        };
        chart.add_folder(&own, "", 0)?;
        chart.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(chart.files)
    }

    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        if self.is_outside(name) {
            return None;
        }
        bytes_of_file(path_of(name), MAX_FILE_BYTES)
    }

    fn is_folder(&self, name: &str) -> bool {
        path_of(name).is_dir()
    }

    fn is_outside(&self, name: &str) -> bool {
        let is_outside = |path: &Path| match &self.root {
            Some(root) => !path.starts_with(root),
            None => true,
        };
        self.real(path_of(name))
            .is_some_and(|path| is_outside(&path))
    }
}

/// The path of a folder or file by its name in reports.
pub fn path_of(name: &str) -> &Path {
    match name {
        "" => Path::new("."),
        name => Path::new(name),
    }
}

struct DiskChart {
    root: PathBuf,
    files: Vec<ChartFile>,
    /// Files and folders: links may lead to the same empty folder without end.
    entries: usize,
    bytes: u64,
}

impl DiskChart {
    fn add_folder(&mut self, folder: &Path, inside: &str, depth: usize) -> Result<(), String> {
        if depth > MAX_CHART_DEPTH {
            return Err(format!(
                "{inside} lies more than {MAX_CHART_DEPTH} folders deep"
            ));
        }
        let named = |error| format!("{inside}: {}", reason(&error));
        for entry in fs::read_dir(folder).map_err(named)? {
            let entry = entry.map_err(named)?;
            self.entries += 1;
            if self.entries > MAX_CHART_FILES {
                return Err("the chart is too large".to_owned());
            }
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(format!(
                    "the name of {} is no UTF-8",
                    entry.path().display()
                ));
            };
            if name == ".git" {
                continue;
            }
            let inside = match inside {
                "" => name.to_owned(),
                above => format!("{above}/{name}"),
            };
            let named = |error| format!("{inside}: {}", reason(&error));
            let kind = entry.file_type().map_err(named)?;
            let mut path = entry.path();
            if kind.is_symlink() {
                path = fs::canonicalize(&path).map_err(named)?;
                if !path.starts_with(&self.root) {
                    return Err(format!(
                        "{inside} is a symbolic link that leads out of the repository"
                    ));
                }
            }
            let kind = match kind.is_symlink() {
                true => fs::metadata(&path).map_err(named)?.file_type(),
                false => kind,
            };
            if kind.is_dir() {
                self.add_folder(&path, &inside, depth + 1)?;
            } else if kind.is_file() {
                self.add_file(&path, inside)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, inside: String) -> Result<(), String> {
        let room = MAX_CHART_BYTES.saturating_sub(self.bytes);
        let read = fs::File::open(path).and_then(|file| bytes_of(file, room));
        let read = read.map_err(|error| format!("{inside}: {}", reason(&error)))?;
        let FileBytes::Whole(bytes) = read else {
            return Err("the chart is too large".to_owned());
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        self.files.push(ChartFile {
            path: inside,
            bytes,
        });
        Ok(())
    }
}
