//! How an input changes by what is rendered: files that are covered by an output, and entries for what is not rendered.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use engine::{Input, InputFile, Rendering, Unrendered};
use manifest::file::ParsedFile;
use manifest::text::{FileId, FileSpan, Position, Span, to_offset};
use manifest::tree::{ReadError, ReadErrorCode, ReadLimits};
use objects::LedgerCode;
use rendering::{Chart, ChartFile, TemplateCounts, ValuesFile, sections};

use super::charts::FoundChart;
use super::helm::{self, ChartRelease, GivenValues};
use super::layer_walk::join;
use super::tracing::Traceable;
use crate::cli::RenderChoice;

/// Why a chart is not rendered.
pub struct NotRendered {
    pub reason: String,
    /// The template at fault, with line and column.
    pub place: Option<(String, Position)>,
}

impl From<String> for NotRendered {
    fn from(reason: String) -> Self {
        Self {
            reason,
            place: None,
        }
    }
}

/// Says once of a chart that it is not rendered, and nothing of each of its templates.
pub fn leave_out(
    input: &mut Input,
    folder: &str,
    counts: Option<TemplateCounts>,
    chart: FileId,
    why: &NotRendered,
    choice: RenderChoice,
) {
    drop_templates(input, folder);
    let counts = counts.map_or_else(
        String::new,
        |TemplateCounts {
             all,
             about_election,
         }| {
            let templates = if all == 1 { "template" } else { "templates" };
            format!(" ({all} {templates}, {about_election} of them about leader election)")
        },
    );
    let reason = format!("the chart is not rendered: {}{counts}", why.reason);
    if choice == RenderChoice::Never {
        input.leave_unrendered(Unrendered {
            place: FileSpan {
                file: chart,
                span: Span::new(0, 0),
            },
            code: LedgerCode::NotRendered,
            reason,
        });
        return;
    }
    let at_fault = why.place.as_ref().and_then(|(name, position)| {
        let mut files = input.numbered();
        let (id, _) = files.find(|(_, file)| file.name == *name)?;
        Some((id, *position))
    });
    let (file, position) = at_fault.unwrap_or((chart, Position::FIRST));
    if let Some(read) = input.file_mut(file) {
        // Several releases may fail for one reason.
        if read
            .reading
            .unread
            .iter()
            .any(|entry| entry.reason == reason)
        {
            return;
        }
        read.reading.unread.push(ReadError {
            file,
            position,
            code: ReadErrorCode::NotRendered,
            reason,
            chunk: 0,
        });
    }
}

/// Forgets that the templates of a chart could not be read by themselves.
pub fn drop_templates(input: &mut Input, folder: &str) {
    let ids: Vec<FileId> = input
        .numbered()
        .filter(|(_, file)| file.name.starts_with(folder) && !file.reading.unread.is_empty())
        .map(|(id, _)| id)
        .collect();
    for id in ids {
        if let Some(file) = input.file_mut(id) {
            let unread = &mut file.reading.unread;
            unread.retain(|entry| entry.code != ReadErrorCode::Template);
        }
    }
}

/// Puts what a release of a chart rendered into the input, in the place of the chart's templates.
pub fn put(
    input: &mut Input,
    found: &Arc<FoundChart>,
    release: ChartRelease,
    text: String,
    program: &Path,
) -> Traceable {
    let FoundChart {
        folder,
        file: root,
        files,
        chart,
    } = &**found;
    let (folder, root) = (folder.as_str(), *root);
    drop_templates(input, folder);
    let sources = cover(input, folder, files);
    let values = values_files(input, (chart, files), &sources, &release);
    let line_end = files
        .iter()
        .find(|file| file.path == "Chart.yaml")
        .and_then(ChartFile::text)
        .and_then(|text| text.lines().next())
        .map_or(0, str::len);
    let rendering = Rendering {
        by: helm::BY,
        release: Some(release.name.clone()),
        applied_by: release.applied_by.clone(),
        root: FileSpan {
            file: root,
            span: Span::new(0, to_offset(line_end)),
        },
        sources: sources
            .iter()
            .copied()
            .chain(values.iter().map(|(id, _)| *id))
            .flatten()
            .chain([root])
            .collect(),
        templates: templates_in(&text),
        lines: Vec::new(),
        keys: Vec::new(),
    };
    let name = format!("{folder}{} {}", helm::BY, release.name);
    let id = attach_output(input, name, &text, root, |_, _| rendering);
    Traceable {
        id,
        text,
        program: program.to_path_buf(),
        values,
        found: Arc::clone(found),
        release,
        sources,
    }
}

/// The files of values of a release, the weakest first, with their numbers in the input.
pub fn values_files(
    input: &mut Input,
    (chart, files): (&Chart, &[ChartFile]),
    sources: &[Option<FileId>],
    release: &ChartRelease,
) -> Vec<(Option<FileId>, ValuesFile)> {
    let own = ValuesFile::of_chart(chart, files).into_iter();
    let own = own.filter(|(path, _)| !(release.replaces_values && *path == helm::OWN_VALUES));
    let own = own.map(|(path, file)| {
        let at = files.iter().position(|file| file.path == path);
        let id = at.and_then(|at| sources.get(at).copied().flatten());
        (id, file)
    });
    let mut all: Vec<(Option<FileId>, ValuesFile)> = own.collect();
    for GivenValues {
        name,
        text,
        written,
    } in &release.values
    {
        if let Some(written) = written {
            all.push((Some(written.file), written.values.clone()));
            continue;
        }
        let mut numbered = input.numbered();
        let known = numbered.find(|(_, file)| join("", &file.name) == *name);
        let known = known.map(|(id, _)| id);
        drop(numbered);
        let id = known.unwrap_or_else(|| attach(input, name));
        input.render_from(id, text.clone());
        all.push((Some(id), ValuesFile::of_text(None, text)));
    }
    all
}

/// From which bytes on the text comes from which template.
pub fn templates_in(text: &str) -> Vec<(u32, String)> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let sections = sections(text);
    let one = |section: &rendering::OutputSection<'_>| {
        let start = starts.get(section.first_line).copied()?;
        Some((to_offset(start), section.source.to_owned()))
    };
    sections.iter().filter_map(one).collect()
}

/// Makes the templates and values of a chart files of which something is rendered. For each file of the chart the one of the
/// input, if something that is rendered may be written there.
fn cover(input: &mut Input, folder: &str, files: &[ChartFile]) -> Vec<Option<FileId>> {
    let by_name: HashMap<String, FileId> = input
        .numbered()
        .filter(|(_, file)| file.name.starts_with(folder))
        .map(|(id, file)| (file.name.clone(), id))
        .collect();
    let one = |file: &ChartFile| {
        let inside = rendering::is_part_of_chart(&file.path, "");
        let is_values = file.path == "values.yaml" || file.path == "Chart.yaml";
        let text = file.text().filter(|_| inside || is_values)?;
        let name = format!("{folder}{}", file.path);
        let known = by_name.get(&name).copied();
        let id = known.unwrap_or_else(|| attach(input, &name));
        if !input.is_rendered_from(id) {
            input.render_from(id, text.to_owned());
        }
        Some(id)
    };
    files.iter().map(one).collect()
}

/// Adds an output, under a name of its own, with what `rendering` makes of it. What of it cannot be read is reported at `root`,
/// the file that is rendered.
pub fn attach_output(
    input: &mut Input,
    name: String,
    text: &str,
    root: FileId,
    rendering: impl FnOnce(&Input, &InputFile) -> Rendering,
) -> FileId {
    let id = input.next_id();
    let is_taken = input.files().iter().any(|file| file.name == name);
    let name = if is_taken {
        format!("{name} {}", id.0)
    } else {
        name
    };
    let mut file = engine::read_file(id, &name, text.as_bytes(), true, ReadLimits::default());
    file.attached = true;
    let unread = std::mem::take(&mut file.reading.unread);
    let rendering = rendering(input, &file);
    let by = rendering.by;
    let id = input.attach_rendering(file, rendering);
    if let Some(rendered) = input.file_mut(root) {
        let entries = unread.into_iter().map(|entry| ReadError {
            file: root,
            position: Position::FIRST,
            reason: format!(
                "line {} of what `{by}` gives: {}",
                entry.position.line, entry.reason
            ),
            ..entry
        });
        rendered.reading.unread.extend(entries);
    }
    id
}

/// Adds a file that is no manifest, with nothing in it yet.
pub fn attach(input: &mut Input, name: &str) -> FileId {
    let id = input.next_id();
    input.attach(InputFile {
        name: name.to_owned(),
        reading: ParsedFile::default(),
        text: None,
        attached: true,
    });
    id
}
