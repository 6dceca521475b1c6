//! The files on disk of what is rendered. What a link leads to is taken only from inside the repository.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use rendering::ChartFile;

use super::super::attached::bytes_of_file;
use super::super::read::reason;

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
    pub root: Option<PathBuf>,
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
        fs::canonicalize(path_of(name)).is_ok_and(|path| is_outside(&path))
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
            let found = fs::metadata(&path).map_err(named)?;
            if found.is_dir() {
                self.add_folder(&path, &inside, depth + 1)?;
            } else if found.is_file() {
                self.add_file(&path, inside)?;
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, inside: String) -> Result<(), String> {
        let mut bytes = Vec::new();
        let room = MAX_CHART_BYTES.saturating_sub(self.bytes).saturating_add(1);
        fs::File::open(path)
            .and_then(|file| file.take(room).read_to_end(&mut bytes))
            .map_err(|error| format!("{inside}: {}", reason(&error)))?;
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.bytes > MAX_CHART_BYTES {
            return Err("the chart is too large".to_owned());
        }
        self.files.push(ChartFile {
            path: inside,
            bytes,
        });
        Ok(())
    }
}
