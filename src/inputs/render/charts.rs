//! Charts of an input: found, rendered, and put into the input in the place of their templates.

use std::path::Path;

use engine::{Input, InputFile, Rendering, Unrendered};
use manifest::file::ParsedFile;
use manifest::text::{FileId, FileSpan, Position, Span, to_offset};
use manifest::tree::{ReadError, ReadErrorCode, ReadLimits};
use objects::LedgerCode;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use rendering::{Chart, ChartFile, TemplateCounts, ValuesFile, sections};

use super::disk::ChartStore;
use super::helm::{self, ChartRelease};
use super::process::{ProcessFailure, find_program};
use super::tracing::{CoveredFile, Traceable};
use super::{PROGRAMS_AT_A_TIME, RenderSettings, Rendered};
use crate::cli::RenderChoice;

/// A chart of an input.
struct FoundChart {
    /// Its folder by the names in reports: with a slash at its end, the top one empty.
    folder: String,
    /// Its `Chart.yaml`.
    file: FileId,
    files: Vec<ChartFile>,
    chart: Chart,
}

/// Why a chart is not rendered.
struct NotRendered {
    reason: String,
    /// The template at fault, with line and column.
    place: Option<(String, Position)>,
}

impl From<String> for NotRendered {
    fn from(reason: String) -> Self {
        Self {
            reason,
            place: None,
        }
    }
}

/// Renders the charts of an input and puts what they render into it.
pub fn read(input: &mut Input, settings: &RenderSettings, store: &dyn ChartStore) -> Rendered {
    let names = input.files().iter().map(|file| file.name.as_str());
    let folders: Vec<String> = rendering::chart_folders(names)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut found = Vec::new();
    for folder in folders {
        match find(input, folder, store) {
            Ok(chart) => found.push(chart),
            Err((folder, file, why)) => {
                leave_out(input, &folder, None, file, &why.into(), settings.choice);
            }
        }
    }
    // What a library holds is rendered by the charts that use it.
    let (libraries, charts): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.chart.is_library);
    for library in libraries {
        drop_templates(input, &library.folder);
    }
    let mut rendered = Rendered {
        limits: Some(settings.limits()),
        ..Rendered::default()
    };
    if charts.is_empty() {
        return rendered;
    }
    let program = match settings.choice {
        RenderChoice::Never => None,
        RenderChoice::Auto | RenderChoice::Require => find_program(&settings.helm),
    };
    let outputs = outputs(&charts, program.as_deref(), settings);
    for (found, output) in charts.into_iter().zip(outputs) {
        match output {
            Ok(text) => {
                let traceable = put(input, found, text, program.as_deref());
                rendered.traceable.extend(traceable);
            }
            Err(why) => {
                let FoundChart {
                    folder,
                    file,
                    files,
                    ..
                } = found;
                let counts = Chart::templates(&files);
                leave_out(input, &folder, Some(counts), file, &why, settings.choice);
            }
        }
    }
    rendered
}

fn find(
    input: &Input,
    folder: String,
    store: &dyn ChartStore,
) -> Result<FoundChart, (String, FileId, String)> {
    let name = format!("{folder}Chart.yaml");
    let file = input
        .numbered()
        .find(|(_, file)| file.name == name)
        .map_or(FileId(0), |(id, _)| id);
    let found = store.files(&folder).and_then(|files| {
        let chart = Chart::read(&files)?;
        Ok((files, chart))
    });
    match found {
        Ok((files, chart)) => Ok(FoundChart {
            folder,
            file,
            files,
            chart,
        }),
        Err(why) => Err((folder, file, why)),
    }
}

/// What each chart renders, two at a time.
fn outputs(
    charts: &[FoundChart],
    program: Option<&Path>,
    settings: &RenderSettings,
) -> Vec<Result<String, NotRendered>> {
    let one = |found: &FoundChart| output(found, program, settings);
    let pool = ThreadPoolBuilder::new()
        .num_threads(PROGRAMS_AT_A_TIME.min(charts.len()))
        .build();
    match pool {
        Ok(pool) => pool.install(|| charts.par_iter().map(one).collect()),
        Err(_) => charts.iter().map(one).collect(),
    }
}

fn output(
    found: &FoundChart,
    program: Option<&Path>,
    settings: &RenderSettings,
) -> Result<String, NotRendered> {
    if settings.choice == RenderChoice::Never {
        return Err("`--render never` leaves it as it is".to_owned().into());
    }
    let missing = found.chart.missing_dependencies(&found.files);
    let shown = match found.folder.trim_end_matches('/') {
        "" => ".",
        folder => folder,
    };
    if !missing.is_empty() {
        return Err(format!(
            "it needs {}, which charts/ does not hold: `helm dependency build {shown}` brings it",
            missing.join(", ")
        )
        .into());
    }
    let Some(program) = program else {
        return Err(format!(
            "`{}` is not on PATH: install Helm (https://helm.sh/docs/intro/install/)",
            settings.helm.display()
        )
        .into());
    };
    let release = ChartRelease::default();
    let output = helm::template(program, &found.files, &release, None, settings.limits());
    output.map_err(|failure| match failure {
        ProcessFailure::Broken(why) => format!("helm cannot be run: {why}").into(),
        ProcessFailure::Late(time) => format!("helm took longer than {} s", time.as_secs()).into(),
        ProcessFailure::TooLarge(bytes) => format!("it renders more than {bytes} bytes").into(),
        ProcessFailure::Failed(said) => {
            let said = helm::words(&said);
            let place = helm::place(&said).and_then(|(source, line, column)| {
                let path = found.chart.path_of(source, &found.files)?;
                let column = column.saturating_add(1);
                Some((format!("{}{path}", found.folder), Position { line, column }))
            });
            NotRendered {
                reason: format!("helm says: {said}"),
                place,
            }
        }
    })
}

/// Says once of a chart that it is not rendered, and nothing of each of its templates.
fn leave_out(
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
fn drop_templates(input: &mut Input, folder: &str) {
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

/// Puts what a chart rendered into the input, in the place of its templates.
fn put(
    input: &mut Input,
    found: FoundChart,
    text: String,
    program: Option<&Path>,
) -> Option<Traceable> {
    let FoundChart {
        folder,
        file: root,
        files,
        chart,
    } = found;
    drop_templates(input, &folder);
    let sources = cover(input, &folder, &files);
    let release = ChartRelease::default();
    let line_end = files
        .iter()
        .find(|file| file.path == "Chart.yaml")
        .and_then(ChartFile::text)
        .and_then(|text| text.lines().next())
        .map_or(0, str::len);
    let rendering = Rendering {
        by: helm::BY,
        release: Some(release.name.clone()),
        root: FileSpan {
            file: root,
            span: Span::new(0, to_offset(line_end)),
        },
        templates: templates_in(&text),
        lines: Vec::new(),
        keys: Vec::new(),
    };
    let name = format!("{folder}{} {}", helm::BY, release.name);
    let id = input.next_id();
    let mut file = engine::read_file(id, &name, text.as_bytes(), true, ReadLimits::default());
    file.attached = true;
    let unread = std::mem::take(&mut file.reading.unread);
    let id = input.attach_rendering(file, rendering);
    if let Some(chart) = input.file_mut(root) {
        chart
            .reading
            .unread
            .extend(unread.into_iter().map(|entry| ReadError {
                file: root,
                position: Position::FIRST,
                reason: format!(
                    "line {} of what `helm template` renders: {}",
                    entry.position.line, entry.reason
                ),
                ..entry
            }));
    }
    Some(Traceable {
        id,
        text,
        program: program?.to_path_buf(),
        values: ValuesFile::of_chart(&files)
            .into_iter()
            .map(|(path, values)| (format!("{folder}{path}"), values))
            .collect(),
        files,
        chart,
        release,
        sources,
    })
}

/// From which bytes on the text comes from which template.
fn templates_in(text: &str) -> Vec<(u32, String)> {
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

/// Makes the templates and values of a chart files of which something is rendered. The number of each file of the chart, if
/// it is one of the input.
fn cover(input: &mut Input, folder: &str, files: &[ChartFile]) -> Vec<CoveredFile> {
    let by_name: std::collections::HashMap<String, FileId> = input
        .numbered()
        .filter(|(_, file)| file.name.starts_with(folder))
        .map(|(id, file)| (file.name.clone(), id))
        .collect();
    let mut sources = Vec::with_capacity(files.len());
    for file in files {
        let name = format!("{folder}{}", file.path);
        let inside = rendering::is_part_of_chart(&file.path, "");
        let is_values = file.path == "values.yaml" || file.path == "Chart.yaml";
        let text = file.text().filter(|_| inside || is_values);
        let known = by_name.get(&name).copied();
        let id = text.map(|text| {
            let id = known.unwrap_or_else(|| attach(input, &name));
            input.render_from(id, text.to_owned());
            id
        });
        sources.push(CoveredFile { name, id });
    }
    sources
}

/// Adds a file that is no manifest, with nothing in it yet.
pub(super) fn attach(input: &mut Input, name: &str) -> FileId {
    let id = input.next_id();
    input.attach(InputFile {
        name: name.to_owned(),
        reading: ParsedFile::default(),
        text: None,
        attached: true,
    });
    id
}
