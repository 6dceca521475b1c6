//! What is read: folders, files, standard input.
//!
//! Everything found gets a name; files are numbered by their sorted names, so that
//! neither the order of the command line nor the number of threads shows in a report.

mod attached;
mod emptiness;
#[cfg(feature = "git")]
mod git;
mod name_order;
mod named_input;
mod neighbours;
mod read;
mod reader_threads;
#[cfg(feature = "render")]
mod render;
#[cfg(not(feature = "render"))]
#[path = "without_render.rs"]
mod render;
mod repository;
#[cfg(feature = "git")]
mod revision;
#[cfg(not(feature = "git"))]
#[path = "without_git.rs"]
mod revision;
mod sides;
#[cfg(feature = "source")]
mod source;
#[cfg(not(feature = "source"))]
#[path = "without_source.rs"]
mod source;
mod walk;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use engine::{Input, InputFile};
use manifest::file::ParsedFile;
use manifest::text::FileId;

use name_order::sort_key;
pub use named_input::NamedInput;
use reader_threads::ReaderThreads;
pub use render::ReplacedOutput;
pub use render::must_fail;
use render::{Disk, RenderSettings, Rendered};
pub use repository::{folder_below_root, repository_root};
pub use sides::{ChangeSides, base_and_head};
use sides::{names_below, root_of};
use source::{SourceBytes, SourceListing};

use crate::cli;
use crate::config::{PathSet, RenderConfig};
use crate::file_name::file_name;
use crate::status::CommandError;

/// The name of standard input in reports.
const STDIN: &str = "<stdin>";

/// One file to read.
struct ListedFile {
    /// As reports show it.
    name: String,
    source: FileSource,
    /// Named on the command line, not found in a folder.
    explicit: bool,
}

/// Where its bytes come from.
enum FileSource {
    Path(PathBuf),
    Stdin,
    /// The walk could not open it; why.
    Failed(String),
}

/// The files of paths.
struct ReadPaths {
    input: Input,
    /// The folders in which there is none.
    empty: Vec<PathBuf>,
    rendered: Rendered,
}

/// Reads all that the command line names.
///
/// # Errors
/// A path that does not exist; then nothing is read.
pub fn read(
    source: &cli::InputOptions,
    exclude: Option<&PathSet>,
    render: &RenderConfig,
    max_file_bytes: u64,
) -> Result<NamedInput, CommandError> {
    let cli::InputOptions {
        paths: given,
        with_neighbours,
        reading,
        allow_empty,
    } = source;
    let named = match with_neighbours {
        true => &neighbours::folders_of(given),
        false => given,
    };
    let ReadPaths {
        input,
        empty: empty_folders,
        rendered,
    } = paths(named, reading, exclude, render, max_file_bytes, FileId(0))?;
    let mut empty = Vec::new();
    if !allow_empty {
        let name = reading.stdin_filename.as_deref().unwrap_or(STDIN);
        let is_stdin_empty = |file: &InputFile| {
            let ParsedFile { counts, unread, .. } = &file.reading;
            file.name == name && counts.documents == 0 && unread.is_empty()
        };
        if named.iter().any(|path| is_stdin(path)) && input.files().iter().any(is_stdin_empty) {
            empty.push("standard input holds nothing".to_owned());
        }
        let folders = empty_folders.iter();
        empty.extend(folders.map(|folder| emptiness::reason(folder, reading.no_ignore, exclude)));
    }
    Ok(NamedInput {
        input,
        empty,
        rendered,
    })
}

/// Reads these files alone, without what lies beside them.
#[cfg(feature = "custom-rules")]
pub fn named_files(files: &[PathBuf], max_file_bytes: u64) -> Input {
    let read_one = |(path, at): (&PathBuf, u32)| {
        let listed = ListedFile {
            name: file_name(path),
            source: FileSource::Path(path.clone()),
            explicit: true,
        };
        read::file(FileId(at), &listed, max_file_bytes)
    };
    Input::new(files.iter().zip(0..).map(read_one).collect())
}

/// Reads files, folders and standard input; the files are numbered from `first`.
fn paths(
    paths: &[PathBuf],
    reading: &cli::ReadArguments,
    exclude: Option<&PathSet>,
    render: &RenderConfig,
    max_file_bytes: u64,
    first: FileId,
) -> Result<ReadPaths, CommandError> {
    let mut folders = SearchedFolders::default();
    let mut listed = gather(paths, reading, exclude, &mut folders)?;
    if paths.len() > 1 {
        drop_repeats(&mut listed);
    }
    listed.sort_by_cached_key(|file| sort_key(&file.name));
    let bytes_of = |path: &Path| attached::bytes_of_file(path, max_file_bytes);
    let bytes = SourceBytes::Parallel(&bytes_of);
    let threads = ReaderThreads::new(reading.threads);
    let programs = source::read(&folders.sources, &threads, bytes)?;
    let files = threads.map(&listed, |at, file| {
        read::file(numbered_from(first, at), file, max_file_bytes)
    })?;
    let mut input = Input::starting_at(first, files);
    let anywhere = PathBuf::new();
    let first_path = paths.iter().find(|path| !is_stdin(path));
    let first_path = first_path.unwrap_or(&anywhere);
    let mut root = here_or(first_path);
    if let Some((folder, found)) = repository::folder_and_root(first_path) {
        root = Some(PathBuf::from(&found));
        input = input.in_repository(folder, found);
    }
    let disk = Disk::below(root.clone());
    let judged = paths.iter().filter(|path| path.is_dir());
    let judged = judged.map(|path| names_below(&root_of(path))).collect();
    let settings = RenderSettings::new(reading, render, max_file_bytes, root, judged)?;
    let rendered = render::read(&mut input, &settings, &disk)?;
    attached::read(&mut input, max_file_bytes, &bytes_of);
    Ok(ReadPaths {
        input: programs.attach_to(input),
        empty: folders.empty,
        rendered,
    })
}

/// The number of a file by its place in a list.
fn numbered_from(first: FileId, at: usize) -> FileId {
    // More than four thousand million files do not fit into memory.
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    FileId(first.0.saturating_add(at))
}

/// The current folder, if a path is in it, else the path's own folder: what is rendered takes nothing from outside.
fn here_or(path: &Path) -> Option<PathBuf> {
    let path = fs::canonicalize(path).ok()?;
    let here = fs::canonicalize(".").ok();
    let is_in = |folder: &PathBuf| path.starts_with(folder);
    let own = || match path.parent() {
        Some(folder) if !path.is_dir() => folder.to_path_buf(),
        _ => path.clone(),
    };
    Some(here.filter(is_in).unwrap_or_else(own))
}

/// The folder (or file) from which the configuration is looked for.
pub fn first_path(source: &cli::InputOptions) -> PathBuf {
    match source.paths.first() {
        Some(path) if is_stdin(path) => {
            let name = source.reading.stdin_filename.as_deref().map(Path::new);
            name.and_then(Path::parent)
                .filter(|folder| folder.is_dir())
                .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
        }
        Some(path) => path.clone(),
        None => PathBuf::from("."),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a search through folders finds beside manifests.
#[derive(Default)]
struct SearchedFolders {
    /// Folders without a manifest.
    empty: Vec<PathBuf>,
    /// Files of source.
    sources: Vec<SourceListing>,
}

/// Whether a file is left out although the command line names it.
fn is_excluded(file: &Path, exclude: Option<&PathSet>) -> bool {
    let is_held = |path: PathBuf| exclude.is_some_and(|set| set.holds_named(&path));
    exclude.is_some() && fs::canonicalize(file).is_ok_and(is_held)
}

/// Finds everything to read. All paths are looked at before the first complaint.
fn gather(
    paths: &[PathBuf],
    reading: &cli::ReadArguments,
    exclude: Option<&PathSet>,
    folders: &mut SearchedFolders,
) -> Result<Vec<ListedFile>, CommandError> {
    let mut listed = Vec::new();
    let mut missing = Vec::new();
    for path in paths {
        if is_stdin(path) {
            if !listed
                .iter()
                .any(|file: &ListedFile| matches!(file.source, FileSource::Stdin))
            {
                let name = reading
                    .stdin_filename
                    .clone()
                    .unwrap_or_else(|| STDIN.to_owned());
                listed.push(ListedFile {
                    name,
                    source: FileSource::Stdin,
                    explicit: true,
                });
            }
            continue;
        }
        match fs::metadata(path) {
            Ok(found) if !found.is_dir() && is_excluded(path, exclude) => {}
            Ok(found) if found.is_dir() => {
                let mut listing = (!reading.no_source).then(|| SourceListing::of(path));
                let files = walk::folder(path, reading.no_ignore, exclude, listing.as_mut());
                if files.is_empty() {
                    folders.empty.push(path.clone());
                }
                listed.extend(files);
                folders.sources.extend(listing);
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                missing.push(path.display().to_string().escape_debug().to_string());
            }
            // What cannot be looked at cannot be read either; reading says why.
            Ok(_) | Err(_) => listed.push(ListedFile {
                name: file_name(path),
                source: FileSource::Path(path.clone()),
                explicit: true,
            }),
        }
    }
    match missing.as_slice() {
        [] => Ok(listed),
        [one] => Err(CommandError::usage(format_args!(
            "no such file or folder: {one}"
        ))),
        several => Err(CommandError::usage(format_args!(
            "no such files or folders: {}",
            several.join(", ")
        ))),
    }
}

/// Keeps one of the names of a file that was named (or found) several times: the shortest.
fn drop_repeats(listed: &mut Vec<ListedFile>) {
    let mut keyed: Vec<(PathBuf, ListedFile)> = listed
        .drain(..)
        .map(|file| {
            let key = match &file.source {
                FileSource::Path(path) => fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
                FileSource::Stdin => PathBuf::from("-"),
                FileSource::Failed(_) => PathBuf::from(&file.name),
            };
            (key, file)
        })
        .collect();
    keyed.sort_by(|(a, one), (b, two)| {
        a.cmp(b)
            .then_with(|| one.name.len().cmp(&two.name.len()))
            .then_with(|| one.name.cmp(&two.name))
    });
    let mut last: Option<PathBuf> = None;
    for (key, file) in keyed {
        if last.as_ref() == Some(&key) {
            if let Some(kept) = listed.last_mut() {
                kept.explicit |= file.explicit;
            }
            continue;
        }
        listed.push(file);
        last = Some(key);
    }
}
