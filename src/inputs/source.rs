//! Go source and build files beside the manifests.
//!
//! All Go files are read once for a few words and their heads; only what a program that may elect needs is looked at
//! again, and kept where its declarations are needed. Packages are parsed, and programs read, by as many threads as files are.

use std::path::{Path, PathBuf};

use engine::{Input, InputFile};
use go::{GoMod, GoText, SourceFile};
use manifest::file::ParsedFile;
use rayon::prelude::*;
use source::{BuildFile, FolderReading, SourceCatalogue, SourceFolder, is_build_file};

use super::walk::HIDDEN_BUILD_FILES;
use super::{ReaderThreads, sides};
use crate::status::CommandError;
use crate::terminal::Progress;

/// Fewer files are read before anybody waits.
const MIN_SHOWN_FILES: usize = 5_000;

/// So many files are read before the next number is shown.
const FILES_PER_LINE: usize = 500;

/// The files of source that were found in one folder of the command line.
#[derive(Default)]
pub struct SourceListing {
    /// What their names in reports begin with.
    prefix: String,
    /// Names below the folder, with the paths by which they are read.
    go_files: Vec<(String, PathBuf)>,
    modules: Vec<(String, PathBuf)>,
    build_files: Vec<(String, PathBuf)>,
}

/// Folders of others' code, and of data for tests.
const LEFT_OUT: &[&str] = &["vendor", "testdata", "node_modules", "third_party"];

impl SourceListing {
    /// Nothing yet, of a folder as it is given on the command line.
    pub fn of(root: &Path) -> Self {
        Self::below(&sides::root_of(root))
    }

    /// Nothing yet, of a folder with whose path names in reports begin.
    pub fn below(root: &str) -> Self {
        let slash = if root.is_empty() || root.ends_with('/') {
            ""
        } else {
            "/"
        };
        Self {
            prefix: format!("{root}{slash}"),
            ..Self::default()
        }
    }

    /// Takes a file if it is one of source. `name` is the one in reports.
    pub fn add(&mut self, name: String, path: PathBuf) {
        let Some(name) = name
            .strip_prefix("./")
            .unwrap_or(&name)
            .strip_prefix(&self.prefix)
        else {
            return;
        };
        let name = name.to_owned();
        if name.split('/').any(|part| LEFT_OUT.contains(&part)) {
            return;
        }
        if name.ends_with(".go") {
            if !name.ends_with("_test.go") {
                self.go_files.push((name, path));
            }
        } else if name == "go.mod" || name.ends_with("/go.mod") {
            // Hidden files are not searched; these are asked for by name.
            for hidden in HIDDEN_BUILD_FILES {
                let beside = path.with_file_name(hidden);
                if beside.is_file() {
                    let folder = name.strip_suffix("go.mod").unwrap_or_default();
                    self.build_files.push((format!("{folder}{hidden}"), beside));
                }
            }
            self.modules.push((name, path));
        } else if is_build_file(&name) {
            self.build_files.push((name, path));
        }
    }
}

/// How the bytes of files are read.
#[derive(Clone, Copy)]
pub enum SourceBytes<'a> {
    /// From files, by several threads.
    Parallel(&'a (dyn Fn(&Path) -> Option<Vec<u8>> + Sync)),
    /// From git's objects, which one thread reads.
    #[cfg_attr(
        not(feature = "git"),
        expect(dead_code, reason = "no revisions are read without it")
    )]
    Serial(&'a dyn Fn(&Path) -> Option<Vec<u8>>),
}

impl SourceBytes<'_> {
    fn of(self, path: &Path) -> Option<Vec<u8>> {
        match self {
            Self::Parallel(bytes_of) => bytes_of(path),
            Self::Serial(bytes_of) => bytes_of(path),
        }
    }

    /// Makes something of the bytes of each file, in the order of the list; `None`: it cannot be read.
    fn map<T: Send>(self, paths: &[&Path], make: impl Fn(Vec<u8>) -> T + Sync) -> Vec<Option<T>> {
        match self {
            Self::Parallel(bytes_of) => paths
                .par_iter()
                .map(|path| bytes_of(path).map(&make))
                .collect(),
            Self::Serial(bytes_of) => paths.iter().map(|path| bytes_of(path).map(&make)).collect(),
        }
    }
}

/// The programs that were read in source.
pub struct SourcePrograms(Vec<FolderReading>);

/// Reads the programs of all folders. This comes before the manifests are read: either takes most of its memory for a
/// time, and 11,500 files of Kubernetes took 137 MiB together, 120 are allowed.
///
/// # Errors
/// Threads that cannot be started.
pub fn read(
    listings: &[SourceListing],
    threads: &ReaderThreads,
    bytes: SourceBytes<'_>,
) -> Result<SourcePrograms, CommandError> {
    let count = listings.iter().map(|one| one.go_files.len()).sum();
    if count == 0 {
        return Ok(SourcePrograms(Vec::new()));
    }
    let pool = threads.start(count)?;
    let in_parallel = |count: usize, work: &(dyn Fn(usize) + Sync)| {
        (0..count).into_par_iter().for_each(work);
    };
    // What was taken by these threads is dropped by them, and they end: else it stays beside the manifests.
    let readings = match bytes {
        SourceBytes::Parallel(bytes_of) => pool.install(|| {
            let bytes = SourceBytes::Parallel(bytes_of);
            let folders = listings.iter().filter_map(|one| folder_of(one, bytes));
            let readings = folders.map(|one| FolderReading::of(&one, &in_parallel));
            readings.collect()
        }),
        SourceBytes::Serial(_) => {
            let folders = listings.iter().filter_map(|one| folder_of(one, bytes));
            let read = |one| pool.install(move || FolderReading::of(&one, &in_parallel));
            folders.map(read).collect()
        }
    };
    Ok(SourcePrograms(readings))
}

impl SourcePrograms {
    /// The input with these programs, whose files are attached to it.
    pub fn attach_to(self, mut input: Input) -> Input {
        if self.0.is_empty() {
            return input;
        }
        let manifests = input.numbered().map(|(id, file)| {
            (
                id,
                file.name
                    .strip_prefix("./")
                    .unwrap_or(&file.name)
                    .to_owned(),
            )
        });
        let manifests: Vec<_> = manifests.collect();
        let mut catalogue = SourceCatalogue::default().with_manifests(manifests);
        for folder in self.0 {
            for cited in catalogue.add(folder, input.next_id()) {
                input.attach(InputFile {
                    name: cited.name,
                    reading: ParsedFile::default(),
                    text: Some(cited.text),
                    attached: true,
                });
            }
        }
        if catalogue.is_empty() {
            return input;
        }
        input.with_sources(Some(Box::new(catalogue)))
    }
}

/// A file's text. Bytes that are no UTF-8 stand as the replacement character in it.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The texts of a folder; `None` if none of its programs may elect and nothing is to be known of them.
fn folder_of<'b>(listing: &'b SourceListing, bytes: SourceBytes<'b>) -> Option<SourceFolder<'b>> {
    let mut unread: Vec<String> = Vec::new();
    let mut names: Vec<&'b (String, PathBuf)> = listing.go_files.iter().collect();
    names.sort();
    names.dedup();
    let paths: Vec<&'b Path> = names.iter().map(|(_, path)| path.as_path()).collect();
    let progress = Progress::new(
        ("read", "Go files"),
        paths.len(),
        FILES_PER_LINE,
        MIN_SHOWN_FILES,
    );
    let heads = bytes.map(&paths, |bytes| {
        progress.advance();
        GoText::head_of(&text(bytes))
    });
    let of_unread = names.iter().zip(&heads).filter(|(_, head)| head.is_none());
    unread.extend(of_unread.map(|((name, _), _)| name.clone()));
    if !heads.iter().flatten().any(GoText::may_elect) {
        return None;
    }
    let mut all_texts = |list: &[(String, PathBuf)]| -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for (name, path) in list {
            match bytes.of(path) {
                Some(bytes) => texts.push((name.clone(), text(bytes))),
                None => unread.push(name.clone()),
            }
        }
        texts.sort();
        texts
    };
    let modules = all_texts(&listing.modules);
    let parsed: Vec<GoMod> = modules
        .iter()
        .map(|(name, text)| {
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            GoMod::parse(folder, text)
        })
        .collect();
    let mut files: Vec<(String, GoText<'b>)> = names
        .iter()
        .zip(heads)
        .map(|((name, _), head)| (name.clone(), head.unwrap_or_else(|| GoText::head_of(""))))
        .collect();
    let sources: Vec<SourceFile<'_>> = files
        .iter()
        .map(|(path, text)| SourceFile { path, text })
        .collect();
    let needed = go::needed(&sources, &parsed);
    let wanted = files.iter_mut().zip(paths).zip(needed);
    for (((_, file), path), _) in wanted.filter(|(_, needed)| *needed) {
        match bytes {
            SourceBytes::Parallel(bytes_of) => {
                file.read_later(Box::new(move || bytes_of(path).map(text)));
            }
            SourceBytes::Serial(bytes_of) => {
                file.keep(bytes_of(path).map(text).unwrap_or_default())
            }
        }
    }
    let build_files = all_texts(&listing.build_files);
    Some(SourceFolder {
        prefix: listing.prefix.clone(),
        files,
        modules,
        build_files: build_files
            .into_iter()
            .map(|(path, text)| BuildFile { path, text })
            .collect(),
        unread,
    })
}
