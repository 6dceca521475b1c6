//! The input: files read into documents, and places made concrete.

mod rendered;

use std::slice;

use super::input_file::InputFile;
use super::location::Location;
use super::rendering::{RenderedPlace, Renderings};
use super::repository_path::{path_from_root, path_in_repository};
use manifest::text::{FileId, FileSpan, Position, Span};
use manifest::tree::Document;
use programs::ProgramSources;

/// All files of one run, or of one side of a change. Their ids follow each other.
pub struct Input {
    files: Vec<InputFile>,
    /// The number of the first file.
    first: u32,
    /// Names as reports show them, where those differ from the names by which files find each other.
    shown: Vec<String>,
    /// What the names begin with before the part that both sides of a change share.
    root: String,
    /// The folder from which the names count and the root of its repository, both absolute.
    repository: Option<(String, String)>,
    /// The programs that were read in their own source.
    sources: Option<Box<dyn ProgramSources>>,
    /// Boxed, as most inputs have none.
    renderings: Option<Box<Renderings>>,
}

/// The source around a place, for rendering.
pub struct Excerpt<'a> {
    /// The text of the document (not of the whole file).
    pub text: &'a str,
    /// The byte in the file at which it begins.
    pub base: u32,
    /// The line in the file at which it begins, from 1.
    pub first_line: u32,
}

/// The documents of an input, in order.
///
/// A type of its own, because it is used in many places: one piece of code then serves all.
#[derive(Clone)]
pub struct Documents<'i> {
    files: slice::Iter<'i, InputFile>,
    of_file: slice::Iter<'i, Document>,
}

impl<'i> Iterator for Documents<'i> {
    type Item = &'i Document;

    #[inline(never)]
    fn next(&mut self) -> Option<&'i Document> {
        loop {
            if let Some(document) = self.of_file.next() {
                return Some(document);
            }
            self.of_file = self.files.next()?.reading.documents.iter();
        }
    }
}

impl Input {
    /// An input of these files, in the order of their ids, which count from 0.
    #[must_use]
    pub fn new(files: Vec<InputFile>) -> Self {
        Self::starting_at(FileId(0), files)
    }

    /// An input whose ids count from `first`: with the [`Self::next_id`] of another input, places in
    /// both differ, as those of the two sides of a change must be.
    #[must_use]
    pub fn starting_at(first: FileId, files: Vec<InputFile>) -> Self {
        Self {
            files,
            first: first.0,
            shown: Vec::new(),
            root: String::new(),
            repository: None,
            sources: None,
            renderings: None,
        }
    }

    /// Says what the names begin with before the part that both sides of a change share: `old` where
    /// the folders `old` and `new` are compared, the whole name where two files are.
    #[must_use]
    pub fn below(mut self, root: impl Into<String>) -> Self {
        self.root = root.into();
        self
    }

    /// Says from which folder the names count and where the root of the repository is, both absolute.
    #[must_use]
    pub fn in_repository(mut self, folder: impl Into<String>, root: impl Into<String>) -> Self {
        self.repository = Some((folder.into(), root.into()));
        self
    }

    /// Has reports show other names: `main:a.yaml` where the files are those of a revision.
    #[must_use]
    pub fn shown_as(mut self, shown: impl Fn(&str) -> String) -> Self {
        self.shown = self.files.iter().map(|file| shown(&file.name)).collect();
        self
    }

    /// Says which programs were read in their own source.
    #[must_use]
    pub fn with_sources(mut self, sources: Option<Box<dyn ProgramSources>>) -> Self {
        self.sources = sources;
        self
    }

    /// The programs that were read in their own source.
    #[must_use]
    pub fn sources(&self) -> Option<&dyn ProgramSources> {
        self.sources.as_deref()
    }

    /// Adds a file that another one names, with the id [`Self::next_id`].
    pub fn attach(&mut self, file: InputFile) {
        self.files.push(file);
    }

    /// The files, in order.
    #[must_use]
    pub fn into_files(self) -> Vec<InputFile> {
        self.files
    }

    /// Gives a file whose documents are no longer there its text, for reports.
    pub fn set_text(&mut self, id: FileId, text: String) {
        let file = self.index(id).and_then(|at| self.files.get_mut(at));
        if let Some(file) = file {
            file.text = Some(text);
        }
    }

    /// Puts another reading of a file in its place, and returns the one that was there.
    pub fn replace(&mut self, id: FileId, file: InputFile) -> Option<InputFile> {
        let at = self.index(id)?;
        let old = self.files.get_mut(at)?;
        Some(std::mem::replace(old, file))
    }

    /// A file, to change what was read of it.
    pub fn file_mut(&mut self, id: FileId) -> Option<&mut InputFile> {
        let at = self.index(id)?;
        self.files.get_mut(at)
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// The files with their ids.
    pub fn numbered(&self) -> impl Iterator<Item = (FileId, &InputFile)> {
        (self.first..).map(FileId).zip(&self.files)
    }

    /// The id that a further file would have.
    #[must_use]
    pub fn next_id(&self) -> FileId {
        let count = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        FileId(self.first.saturating_add(count))
    }

    /// A file, if it is one of this input.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&InputFile> {
        self.files.get(self.index(id)?)
    }

    /// The place of a file in the input's own list.
    fn index(&self, id: FileId) -> Option<usize> {
        usize::try_from(id.0.checked_sub(self.first)?).ok()
    }

    /// The name of a file, by which other files find it.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.file(file).map_or("", |file| file.name.as_str())
    }

    /// The name of a file as reports show it.
    #[must_use]
    pub fn shown_name(&self, file: FileId) -> &str {
        let shown = self.index(file).and_then(|at| self.shown.get(at));
        shown.map_or_else(|| self.name(file), String::as_str)
    }

    /// The part of a file's name that both sides of a change share.
    #[must_use]
    pub fn name_within(&self, file: FileId) -> &str {
        let name = self.name(file);
        name.strip_prefix(self.root.as_str())
            .unwrap_or(name)
            .trim_start_matches('/')
    }

    /// The path of a file from the root of its repository on; the name as given where there is none.
    #[must_use]
    pub fn repository_name(&self, file: FileId) -> String {
        let name = self.name(file);
        let inside = self
            .repository
            .as_ref()
            .and_then(|(folder, root)| path_in_repository(folder, root, name));
        inside.unwrap_or_else(|| path_from_root("", name))
    }

    /// The root of the repository, absolute, if there is one.
    #[must_use]
    pub fn repository_root(&self) -> Option<&str> {
        self.repository.as_ref().map(|(_, root)| root.as_str())
    }

    /// All documents that were kept, in order.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents {
            files: self.files.iter(),
            of_file: [].iter(),
        }
    }

    /// The document that holds a place.
    #[must_use]
    pub fn document_at(&self, place: FileSpan) -> Option<&Document> {
        let documents = &self.file(place.file)?.reading.documents;
        let after = documents.partition_point(|document| document.span().start <= place.span.start);
        after.checked_sub(1).and_then(|at| documents.get(at))
    }

    /// A place with its lines, columns and path. Of what was rendered it is the place where that was written.
    #[must_use]
    pub fn locate(&self, place: FileSpan) -> Location {
        let judged = self.locate_judged(place);
        let Some(rendering) = self.rendering(place.file) else {
            return judged;
        };
        let written = rendering.written(place.span);
        let document = self.document_at(place);
        let line = document.and_then(|document| document.line_text(judged.start.line));
        let rendered = RenderedPlace {
            place,
            start: judged.start,
            by: rendering.by,
            release: rendering.release.clone(),
            template: rendering.template_at(place.span.start).map(str::to_owned),
            text: line.unwrap_or_default().trim().to_owned(),
            is_traced: written.is_some(),
        };
        Location {
            path: judged.path,
            rendered: Some(Box::new(rendered)),
            ..self.locate_judged(written.unwrap_or(rendering.root))
        }
    }

    fn locate_judged(&self, place: FileSpan) -> Location {
        let Some(document) = self.document_at(place) else {
            let text = self
                .file(place.file)
                .and_then(|file| file.text.as_deref())
                .unwrap_or_default();
            return Location {
                place,
                start: position_in(text, place.span.start),
                end: position_in(text, place.span.end),
                path: "$".to_owned(),
                rendered: None,
            };
        };
        Location {
            place,
            start: document.position(place.span.start),
            end: document.position(place.span.end),
            path: document.path_of(place.span),
            rendered: None,
        }
    }

    /// The path of a place.
    pub(super) fn path_of(&self, place: FileSpan) -> String {
        self.document_at(place)
            .map_or_else(|| "$".to_owned(), |document| document.path_of(place.span))
    }

    /// The source of the document that holds a place.
    #[must_use]
    pub fn excerpt(&self, place: FileSpan) -> Option<Excerpt<'_>> {
        let Some(document) = self.document_at(place) else {
            let text = self.file(place.file)?.text.as_deref()?;
            return Some(Excerpt {
                text,
                base: 0,
                first_line: 1,
            });
        };
        let base: Span = document.span();
        let first_line = document.position(base.start).line;
        Some(Excerpt {
            text: document.text(),
            base: base.start,
            first_line,
        })
    }
}

/// Line and column of a byte in a text that is no document.
fn position_in(text: &str, offset: u32) -> Position {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: clamp(before.matches('\n').count() + 1),
        column: clamp(before.get(line_start..).unwrap_or_default().chars().count() + 1),
    }
}
