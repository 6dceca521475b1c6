//! The files of an input by their paths and folders.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::RangeInclusive;

use super::maps::HashMap;
use super::paths::{folder_of, folders_down_to};
use crate::input::Input;
use crate::input_file::InputFile;
use manifest::paths::normalize;
use manifest::text::FileId;
use manifest::tree::Document;

/// The files of an input, found by number, path or folder.
pub(crate) struct FileTree<'w> {
    input: &'w Input,
    paths: PerFile<FilePath<'w>>,
    /// Built when first used: only kustomizations name files, and most inputs have none.
    by_path: OnceCell<HashMap<Cow<'w, str>, FileId>>,
    /// Built when first used: the first and the last file in or below each folder.
    ranges: OnceCell<HashMap<String, RangeInclusive<FileId>>>,
}

/// The normalized path of a file.
struct FilePath<'w> {
    path: Cow<'w, str>,
    /// The bytes of its folder with the slash at the end.
    folder_bytes: usize,
}

/// A value for each file of an input.
pub(crate) struct PerFile<T> {
    first: FileId,
    values: Vec<T>,
}

impl<T> PerFile<T> {
    /// The value of a file.
    pub(crate) fn get(&self, file: FileId) -> Option<&T> {
        let at = file.0.checked_sub(self.first.0)?;
        self.values.get(usize::try_from(at).ok()?)
    }

    fn iter(&self) -> impl Iterator<Item = (FileId, &T)> {
        (self.first.0..).map(FileId).zip(&self.values)
    }
}

impl<'w> FileTree<'w> {
    pub(crate) fn of(input: &'w Input) -> Self {
        let path = |file: &'w InputFile| {
            let path = normalize(&file.name);
            let folder_bytes = folder_of(&path).len();
            FilePath { path, folder_bytes }
        };
        Self {
            input,
            paths: PerFile {
                first: input.numbered().next().map_or(FileId(0), |(id, _)| id),
                values: input.files().iter().map(path).collect(),
            },
            by_path: OnceCell::new(),
            ranges: OnceCell::new(),
        }
    }

    /// The number of files.
    pub(crate) fn len(&self) -> usize {
        self.paths.values.len()
    }

    /// All files with their normalized paths, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (FileId, &str)> {
        let paths = self.paths.iter();
        paths.map(|(file, path)| (file, path.path.as_ref()))
    }

    /// A value for each file, none of them known yet.
    pub(crate) fn per_file<T: Default>(&self) -> PerFile<T> {
        PerFile {
            first: self.paths.first,
            values: self.paths.values.iter().map(|_| T::default()).collect(),
        }
    }

    /// The name of a file as the user wrote it.
    pub(crate) fn name(&self, file: FileId) -> &'w str {
        self.input.name(file)
    }

    /// The normalized path of a file.
    pub(crate) fn path(&self, file: FileId) -> &str {
        self.paths.get(file).map_or("", |path| &path.path)
    }

    /// The folder of a file, with a slash at its end; empty for the top.
    pub(crate) fn folder(&self, file: FileId) -> &str {
        let path = self.paths.get(file);
        path.and_then(|path| path.path.get(..path.folder_bytes))
            .unwrap_or_default()
    }

    /// The file at a normalized path.
    pub(crate) fn at_path(&self, path: &str) -> Option<FileId> {
        let index = self.by_path.get_or_init(|| {
            let paths = self.paths.iter();
            paths
                .map(|(file, path)| (path.path.clone(), file))
                .collect()
        });
        index.get(path).copied()
    }

    /// What was read of a file.
    pub(crate) fn file(&self, file: FileId) -> Option<&'w InputFile> {
        self.input.file(file)
    }

    /// Whether a program made the file: then it is an application by itself.
    pub(crate) fn is_rendered(&self, file: FileId) -> bool {
        self.input.rendering(file).is_some()
    }

    /// The documents of a file.
    pub(crate) fn documents(&self, file: FileId) -> &'w [Document] {
        self.file(file).map_or(&[], |file| &file.reading.documents)
    }

    /// The files between which all files in or below a folder lie; `None` if there are none.
    pub(crate) fn range_below(&self, folder: &str) -> Option<RangeInclusive<FileId>> {
        let ranges = self.ranges.get_or_init(|| self.ranges());
        ranges.get(folder).cloned()
    }

    fn ranges(&self) -> HashMap<String, RangeInclusive<FileId>> {
        let mut ranges: HashMap<String, RangeInclusive<FileId>> = HashMap::default();
        let numbered: Vec<(FileId, &str)> = self
            .iter()
            .map(|(file, path)| (file, folder_of(path)))
            .collect();
        // Files come in the order of their numbers, most of them beside others of their folder.
        for files in numbered.chunk_by(|(_, one), (_, next)| one == next) {
            let [(first, own), ..] = files else { continue };
            let last = files.last().map_or(*first, |(last, _)| *last);
            for folder in std::iter::once("").chain(folders_down_to(own)) {
                match ranges.get_mut(folder) {
                    Some(known) => *known = *known.start()..=last,
                    None => {
                        ranges.insert(folder.to_owned(), *first..=last);
                    }
                }
            }
        }
        ranges
    }
}
