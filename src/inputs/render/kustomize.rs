//! Kustomizations of an input that no other builds upon: built by kustomize, and judged where they are written.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use engine::{Input, Rendering, TracedLine, TracedPiece, Unrendered};
use manifest::text::{FileId, FileSpan, Position, Span, to_index, to_offset};
use manifest::tree::{Document, ReadError, ReadErrorCode, ReadLimits};
use objects::LedgerCode;
use rendering::kustomize::{KUSTOMIZATION_NAMES, KustomizeLayer, LayerSet, token_origins};

use super::super::read::reason;
use super::input_files::attach;
use super::layer_walk::{LayerWalk, NamedLayer, join, path_of};
use super::process::{PrivateFolder, ProcessFailure, ProcessLimits, find_program};
use super::{RenderSettings, few_at_a_time, helm};
use crate::cli::RenderChoice;

/// How kustomize renders.
const BY: &str = "kustomize build";

/// A kustomization that is built.
struct FoundBuild {
    /// Its folder by the names in reports, without a slash at its end; the top one empty.
    folder: String,
    file: FileId,
    layers: Vec<NamedLayer>,
    /// Why it cannot be built.
    obstacle: Option<String>,
}

/// Kustomize itself, or kubectl, which has it inside.
struct KustomizeProgram {
    program: PathBuf,
    command: &'static str,
}

impl KustomizeProgram {
    fn find(settings: &RenderSettings) -> Option<Self> {
        let one = |name: &Path, command| {
            let program = find_program(name, &settings.root)?;
            Some(Self { program, command })
        };
        one(&settings.kustomize, "build").or_else(|| one(Path::new("kubectl"), "kustomize"))
    }

    fn run(&self, folder: &Path, limits: ProcessLimits) -> Result<String, ProcessFailure> {
        let broken = |error| ProcessFailure::Broken(reason(&error));
        let own = PrivateFolder::new().map_err(broken)?;
        let folder = fs::canonicalize(folder).map_err(broken)?;
        let arguments: [OsString; 2] = [self.command.into(), folder.into()];
        own.run(&self.program, &arguments, limits)
    }
}

/// The files of an input by their names without `.` and `..`, as a build names them.
type FileIds = HashMap<String, FileId>;

/// Builds the kustomizations of an input and puts what they give into it.
pub fn read(input: &mut Input, settings: &RenderSettings) {
    let mut found = find(input, settings);
    // Where several builds share a base, the one that is nearest to it comes first.
    found.sort_by_key(|build| build.layers.len());
    if found.is_empty() {
        return;
    }
    if settings.choice == RenderChoice::Never {
        for build in found {
            let reason = "the kustomization is not built: `--render never` leaves it as it is";
            input.leave_unrendered(Unrendered {
                place: start_of(build.file),
                code: LedgerCode::NotRendered,
                reason: reason.to_owned(),
            });
        }
        return;
    }
    let builder = KustomizeProgram::find(settings);
    let outputs = few_at_a_time(&found, |build| output(build, builder.as_ref(), settings));
    let numbered = input.numbered();
    let mut ids: FileIds = numbered
        .map(|(id, file)| (join("", &file.name), id))
        .collect();
    for (build, output) in found.iter().zip(outputs) {
        match output {
            Ok(text) => put(input, &mut ids, build, &text),
            Err(why) => {
                if let Some(file) = input.file_mut(build.file) {
                    file.reading.unread.push(ReadError {
                        file: build.file,
                        position: Position::FIRST,
                        code: ReadErrorCode::NotRendered,
                        reason: format!("the kustomization is not built: {why}"),
                        chunk: 0,
                    });
                }
            }
        }
    }
}

fn start_of(file: FileId) -> FileSpan {
    FileSpan {
        file,
        span: Span::new(0, 0),
    }
}

fn output(
    build: &FoundBuild,
    builder: Option<&KustomizeProgram>,
    settings: &RenderSettings,
) -> Result<String, String> {
    if let Some(obstacle) = &build.obstacle {
        return Err(obstacle.clone());
    }
    let Some(builder) = builder else {
        return Err(format!(
            "neither `{}` nor `kubectl` is on PATH: install one of them (https://kubectl.docs.kubernetes.io/installation/kustomize/)",
            settings.kustomize.display()
        ));
    };
    let folder = path_of(&build.folder);
    let output = builder.run(folder, settings.limits());
    output.map_err(|failure| match failure {
        ProcessFailure::Broken(why) => format!("kustomize cannot be run: {why}"),
        ProcessFailure::Late(time) => {
            format!("kustomize took longer than {} s", time.as_secs_f64())
        }
        ProcessFailure::TooLarge(bytes) => format!("it gives more than {bytes} bytes"),
        ProcessFailure::Failed(errors) => {
            let root = format!("{}/", settings.root.display());
            let message = helm::message(&errors).replace(&root, "");
            format!("kustomize fails: {message}")
        }
    })
}

/// The kustomizations on which no other one builds.
fn find(input: &Input, settings: &RenderSettings) -> Vec<FoundBuild> {
    let mut roots: Vec<(String, FileId)> = Vec::new();
    for (id, file) in input.numbered() {
        let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
        // The templates of a chart are none.
        if KUSTOMIZATION_NAMES.contains(&name) && !input.is_rendered_from(id) {
            roots.push((join(folder, ""), id));
        }
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut builds = Vec::new();
    for (folder, file) in roots {
        let mut walk = LayerWalk::new(&settings.root);
        let is_component = walk.add_folder(&folder, 0);
        used.extend(walk.folders.into_iter().filter(|one| *one != folder));
        if is_component == Some(false) {
            builds.push(FoundBuild {
                folder,
                file,
                layers: walk.layers,
                obstacle: walk.obstacle,
            });
        }
    }
    builds.retain(|build| !used.contains(&build.folder));
    builds
}

/// Puts what a build gives into the input, in the place of its files.
fn put(input: &mut Input, ids: &mut FileIds, build: &FoundBuild, text: &str) {
    let ids: Vec<FileId> = build
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
    let id = input.next_id();
    let name = join(&build.folder, BY);
    let mut file = engine::read_file(id, &name, text.as_bytes(), true, ReadLimits::default());
    file.attached = true;
    let unread = std::mem::take(&mut file.reading.unread);
    let layers: Vec<KustomizeLayer> = build.layers.iter().map(|one| one.layer.clone()).collect();
    let set = LayerSet::read(&layers);
    let documents = file.reading.documents.iter();
    let lines = documents.flat_map(|document| lines_of(document, text, &set, &ids));
    let rendering = Rendering {
        by: BY,
        release: Some(path_of(&build.folder).display().to_string()),
        root: start_of(build.file),
        sources: ids.iter().copied().chain([build.file]).collect(),
        templates: Vec::new(),
        lines: lines.collect(),
        keys: Vec::new(),
    };
    input.attach_rendering(file, rendering);
    if let Some(own) = input.file_mut(build.file) {
        let entries = unread.into_iter().map(|entry| ReadError {
            file: build.file,
            position: Position::FIRST,
            reason: format!(
                "line {} of what `{BY}` gives: {}",
                entry.position.line, entry.reason
            ),
            ..entry
        });
        own.reading.unread.extend(entries);
    }
}

/// The lines of a document of a build, with the tokens whose origin is known.
fn lines_of(document: &Document, text: &str, layers: &LayerSet, ids: &[FileId]) -> Vec<TracedLine> {
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
        let piece = TracedPiece {
            start: origin.span.start,
            source: FileSpan {
                file: *file,
                span: origin.source,
            },
            // Of the same length and found by its text.
            is_literal: origin.source.len() == origin.span.len(),
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
