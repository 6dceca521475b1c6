//! The files of an input by their paths and folders.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::paths::{folder_of, folders_down_to, normalize};
use crate::input::{Input, InputFile};
use manifest::text::FileId;
use manifest::tree::Document;

/// The files of an input, found by number, path or folder.
pub(crate) struct FileTree<'w> {
    input: &'w Input,
    first: FileId,
    /// The normalized path of each file, in the order of the input.
    paths: Vec<Cow<'w, str>>,
    /// Built when first used: only kustomizations name files, and most inputs have none.
    by_path: OnceCell<HashMap<Cow<'w, str>, FileId>>,
    /// Built when first used: the first and the last file in or below each folder.
    ranges: OnceCell<HashMap<String, RangeInclusive<FileId>>>,
}

impl<'w> FileTree<'w> {
    pub(crate) fn of(input: &'w Input) -> Self {
        let numbered = input.numbered().next();
        Self {
            input,
            first: numbered.map_or(FileId(0), |(id, _)| id),
            paths: input
                .files()
                .iter()
                .map(|file| normalize(&file.name))
                .collect(),
            by_path: OnceCell::new(),
            ranges: OnceCell::new(),
        }
    }

    /// The number of files.
    pub(crate) fn len(&self) -> usize {
        self.paths.len()
    }

    /// All files with their normalized paths, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (FileId, &str)> {
        let ids = (self.first.0..).map(FileId);
        ids.zip(self.paths.iter().map(Cow::as_ref))
    }

    /// The name of a file as the user wrote it.
    pub(crate) fn name(&self, file: FileId) -> &'w str {
        self.input.name(file)
    }

    /// The normalized path of a file.
    pub(crate) fn path(&self, file: FileId) -> &str {
        let at = file.0.checked_sub(self.first.0);
        at.and_then(|at| self.paths.get(usize::try_from(at).ok()?))
            .map_or("", Cow::as_ref)
    }

    /// The folder of a file, with a slash at its end; empty for the top.
    pub(crate) fn folder(&self, file: FileId) -> &str {
        folder_of(self.path(file))
    }

    /// The file at a normalized path.
    pub(crate) fn at_path(&self, path: &str) -> Option<FileId> {
        let index = self.by_path.get_or_init(|| {
            let ids = (self.first.0..).map(FileId);
            self.paths.iter().cloned().zip(ids).collect()
        });
        index.get(path).copied()
    }

    /// What was read of a file.
    pub(crate) fn file(&self, file: FileId) -> Option<&'w InputFile> {
        self.input.file(file)
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
        let mut ranges: HashMap<String, RangeInclusive<FileId>> = HashMap::new();
        for (file, path) in self.iter() {
            for folder in std::iter::once("").chain(folders_down_to(folder_of(path))) {
                match ranges.get_mut(folder) {
                    // Files come in the order of their numbers.
                    Some(known) => *known = *known.start()..=file,
                    None => {
                        ranges.insert(folder.to_owned(), file..=file);
                    }
                }
            }
        }
        ranges
    }
}
