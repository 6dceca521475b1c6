//! What a build gives, as a file of the input with the places where its tokens are written.

use std::collections::HashMap;

use engine::{Input, Rendering, TracedLine, TracedPiece};
use manifest::text::{FileId, FileSpan, Span, to_index, to_offset};
use manifest::tree::Document;
use rendering::delivery::KustomizationEdits;
use rendering::kustomize::{KustomizeLayer, LayerSet, token_origins};

use super::disk::path_of;
use super::found_build::FoundBuild;
use super::input_files::{attach, attach_output};
use super::layer_walk::{NamedLayer, join};

/// How kustomize renders.
const BY: &str = "kustomize build";

/// The files of an input by their names without `.` and `..`, as a build names them.
pub type FileIds = HashMap<String, FileId>;

/// The beginning of a file.
pub const fn start_of(file: FileId) -> FileSpan {
    FileSpan {
        file,
        span: Span::new(0, 0),
    }
}

/// Puts what a build gives into the input, in the place of its files.
pub fn put(input: &mut Input, ids: &mut FileIds, build: &FoundBuild, text: &str) {
    let mut ids: Vec<FileId> = build
        .layers
        .iter()
        .map(|NamedLayer { name, layer }| {
            let id = ids.entry(name.clone());
            let id = *id.or_insert_with(|| attach(input, name));
            if !input.is_rendered_from(id) {
                input.render_from(id, layer.text.clone());
            }
            id
        })
        .collect();
    let mut layers: Vec<KustomizeLayer> =
        build.layers.iter().map(|one| one.layer.clone()).collect();
    // What an object says comes last.
    if let Some((file, layer)) = build.edits().and_then(KustomizationEdits::layer) {
        ids.push(*file);
        layers.push(layer.clone());
    }
    let mut set = LayerSet::read(&layers);
    set.variables = build.edits().and_then(|edits| edits.variables.clone());
    let name = join(&build.folder, BY);
    attach_output(input, name, text, build.file, |input, file| {
        let documents = file.reading.documents.iter();
        let lines = documents.flat_map(|document| lines_of(document, text, &set, &ids, input));
        Rendering {
            by: BY,
            release: Some(path_of(&build.folder).display().to_string()),
            applied_by: build.applied_by().cloned(),
            root: input.written_place(start_of(build.file)),
            lines: lines.collect(),
            sources: ids.iter().copied().chain([build.file]).collect(),
            templates: Vec::new(),
            keys: Vec::new(),
        }
    });
}

/// The lines of a document of a build, with the tokens whose origin is known.
fn lines_of(
    document: &Document,
    text: &str,
    layers: &LayerSet,
    ids: &[FileId],
    input: &Input,
) -> Vec<TracedLine> {
    let mut lines: Vec<TracedLine> = Vec::new();
    for origin in token_origins(document, layers) {
        let Some(file) = ids.get(origin.file) else {
            continue;
        };
        let start = to_index(origin.span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let line_end = rest.find('\n').map_or(text.len(), |at| start + at);
        // The object that applies it may be made of others.
        let source = input.written_place(FileSpan {
            file: *file,
            span: origin.source,
        });
        let piece = TracedPiece {
            start: origin.span.start,
            source,
            // Of the same length and found by its text.
            is_literal: source.span.len() == origin.span.len(),
        };
        match lines.last_mut() {
            Some(last) if last.span.start == to_offset(line_start) => last.pieces.push(piece),
            _ => lines.push(TracedLine {
                span: Span::new(to_offset(line_start), to_offset(line_end)),
                pieces: vec![piece],
            }),
        }
    }
    lines
}
