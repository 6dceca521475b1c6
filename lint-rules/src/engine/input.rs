//! The input: files read into documents, and places made concrete.

use super::finding::Location;
use crate::objects;
use crate::source::{FileId, Place, Position, Span};
use crate::yaml::{self, Document, Limits as ReadLimits, ReadOptions, Reading};

/// One file of the input, read.
pub struct InputFile {
    /// Its name as reports show it.
    pub name: String,
    /// What was read.
    pub reading: Reading,
    /// The text of a file that is not YAML and that a kustomization puts into a ConfigMap.
    pub text: Option<String>,
    /// Read only because another file names it: not counted as a file of the input.
    pub attached: bool,
}

/// Whether a file's name is that of a kustomization, whose `kind` may be left out.
fn is_kustomization(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    matches!(
        last,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    )
}

/// Reads one file. Needs no other file, so files may be read side by side.
#[must_use]
pub fn read_file(
    id: FileId,
    name: &str,
    bytes: &[u8],
    explicit: bool,
    limits: ReadLimits,
) -> InputFile {
    let kustomization = is_kustomization(name);
    let options = ReadOptions {
        wanted: &|head| kustomization || objects::is_wanted(head),
        explicit: explicit || kustomization,
        limits,
    };
    InputFile {
        name: name.to_owned(),
        reading: yaml::read(id, bytes, &options),
        text: None,
        attached: false,
    }
}

/// All files of one run. A file's id is its index.
pub struct Input {
    files: Vec<InputFile>,
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

impl Input {
    /// An input of these files, in the order of their ids.
    #[must_use]
    pub fn new(files: Vec<InputFile>) -> Self {
        Self { files }
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// The name of a file.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        self.files
            .get(file.0 as usize)
            .map_or("", |file| file.name.as_str())
    }

    /// All documents that were kept, in order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.files
            .iter()
            .flat_map(|file| file.reading.documents.iter())
    }

    /// The document that holds a place.
    #[must_use]
    pub fn document_at(&self, place: Place) -> Option<&Document> {
        let documents = &self.files.get(place.file.0 as usize)?.reading.documents;
        let after = documents.partition_point(|document| document.span().start <= place.span.start);
        after.checked_sub(1).and_then(|at| documents.get(at))
    }

    /// A place with its lines, columns and path.
    #[must_use]
    pub fn locate(&self, place: Place) -> Location {
        let origin = Position { line: 1, column: 1 };
        let Some(document) = self.document_at(place) else {
            return Location {
                place,
                start: origin,
                end: origin,
                path: "$".to_owned(),
            };
        };
        Location {
            place,
            start: document.position(place.span.start),
            end: document.position(place.span.end),
            path: document.path_at(place.span.start),
        }
    }

    /// The source of the document that holds a place.
    #[must_use]
    pub fn excerpt(&self, place: Place) -> Option<Excerpt<'_>> {
        let document = self.document_at(place)?;
        let base: Span = document.span();
        let first_line = document.position(base.start).line;
        Some(Excerpt {
            text: document.text(),
            base: base.start,
            first_line,
        })
    }
}
