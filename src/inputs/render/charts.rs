//! Charts of an input: found, rendered, and put into the input in the place of their templates.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use engine::Input;
use manifest::text::{FileId, Position};
use rendering::{Chart, ChartFile};

use super::disk::FileStore;
use super::found_deliveries::FoundDeliveries;
use super::helm::{self, ChartRelease};
use super::input_files::{NotRendered, drop_templates, leave_out, put};
use super::job::JobRunner;
use super::plan;
use super::process::{ProcessFailure, find_program};
use super::{RenderSettings, Rendered, few_at_a_time};
use crate::cli::RenderChoice;
use crate::status::CommandError;

/// A chart of an input.
pub struct FoundChart {
    /// Its folder by the names in reports: with a slash at its end, the top one empty.
    pub folder: String,
    /// Its `Chart.yaml`.
    pub file: FileId,
    pub files: Vec<ChartFile>,
    pub chart: Chart,
}

/// What one release of a chart renders.
struct ReleaseOutput {
    chart: Arc<FoundChart>,
    /// `None` where not even the releases are known.
    release: Option<ChartRelease>,
    output: Result<String, NotRendered>,
}

/// The releases that objects of the input apply, by the folders of their charts.
pub type AppliedReleases = HashMap<String, Vec<ChartRelease>>;

/// Renders the charts of an input and puts what they render into it.
///
/// # Errors
/// Values on the command line where there is not one chart.
pub fn read(
    input: &mut Input,
    settings: &RenderSettings,
    store: &dyn FileStore,
    mut deliveries: FoundDeliveries<'_>,
) -> Result<Rendered, CommandError> {
    let names = input.files().iter().map(|file| file.name.as_str());
    let folders: Vec<String> = rendering::chart_folders(names)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let applied = std::mem::take(&mut deliveries.applied);
    let beside = others(&applied, &folders);
    let found = find_all(input, folders.into_iter().chain(beside), store, settings);
    // What a library holds is rendered by the charts that use it.
    let (libraries, charts): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.chart.is_library);
    for library in libraries {
        drop_templates(input, &library.folder);
    }
    if settings.is_about_one_chart && charts.len() != 1 {
        return Err(CommandError::usage(format_args!(
            "--values, --set and --set-json are for one chart, and the input has {}: give the folder of one, or \
             write `render.charts` in .leaselint.yaml",
            charts.len()
        )));
    }
    let mut rendered = Rendered {
        runner: Some(settings.runner.clone()),
        ..Rendered::default()
    };
    if charts.is_empty() {
        return Ok(rendered);
    }
    let program = match settings.choice {
        RenderChoice::Never => None,
        RenderChoice::Auto | RenderChoice::Require => find_program(&settings.helm, &settings.root),
    };
    let run = ChartRun {
        program: program.as_deref(),
        settings,
    };
    // What makes objects that apply charts comes before these.
    let (mut now, mut later): (Vec<_>, Vec<_>) = charts
        .into_iter()
        .partition(|found| makes_deliveries(found));
    let (mut applied, mut done) = (applied, BTreeSet::new());
    while !(now.is_empty() && later.is_empty()) {
        if now.is_empty() {
            now = std::mem::take(&mut later);
        }
        done.extend(now.iter().map(|found| found.folder.clone()));
        run.read(input, std::mem::take(&mut now), &mut applied, &mut rendered);
        let new = deliveries.of_charts(input, store, &done);
        let known: Vec<String> = later.iter().map(|found| found.folder.clone()).collect();
        let beside = others(&new, &known).into_iter();
        later.extend(find_all(input, beside, store, settings));
        for (folder, releases) in new {
            applied.entry(folder).or_default().extend(releases);
        }
    }
    Ok(rendered)
}

/// The folders of charts that are applied and not among these: a chart inside another one may be applied by itself, too.
fn others(applied: &AppliedReleases, folders: &[String]) -> Vec<String> {
    let others = applied.keys().filter(|one| !folders.contains(one));
    let mut others: Vec<String> = others.cloned().collect();
    others.sort();
    others
}

/// The charts in these folders. What is wrong with the others is noted.
fn find_all(
    input: &mut Input,
    folders: impl Iterator<Item = String>,
    store: &dyn FileStore,
    settings: &RenderSettings,
) -> Vec<Arc<FoundChart>> {
    let mut found = Vec::new();
    for folder in folders {
        match find(input, folder, store) {
            Ok(chart) => found.push(Arc::new(chart)),
            Err((folder, file, why)) => {
                leave_out(input, &folder, None, file, &why.into(), settings.choice);
            }
        }
    }
    found
}

/// Whether templates of a chart may give objects of Flux or Argo CD that apply something.
fn makes_deliveries(found: &FoundChart) -> bool {
    let templates = found.files.iter();
    let mut templates = templates.filter(|file| rendering::is_part_of_chart(&file.path, ""));
    templates.any(|file| rendering::delivery::may_apply(file.text().unwrap_or_default()))
}

/// How charts are rendered.
struct ChartRun<'s> {
    program: Option<&'s Path>,
    settings: &'s RenderSettings,
}

impl ChartRun<'_> {
    /// Renders charts and puts what they render into the input. What is left of `applied` are the releases of other charts.
    fn read(
        &self,
        input: &mut Input,
        charts: Vec<Arc<FoundChart>>,
        applied: &mut AppliedReleases,
        rendered: &mut Rendered,
    ) {
        let Self { program, settings } = *self;
        for one in outputs(charts, applied, program, settings) {
            let ReleaseOutput {
                chart,
                release,
                output,
            } = one;
            match (output, release, program) {
                (Ok(text), Some(release), Some(program)) => {
                    let traceable = put(input, &chart, release, text, program);
                    rendered.traceable.push(traceable);
                }
                (Err(why), ..) => {
                    let counts = Chart::templates(&chart.files);
                    let (folder, file) = (&chart.folder, chart.file);
                    leave_out(input, folder, Some(counts), file, &why, settings.choice);
                }
                (Ok(_), ..) => {}
            }
        }
    }
}

fn find(
    input: &Input,
    folder: String,
    store: &dyn FileStore,
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

/// What each release of each chart renders.
fn outputs(
    charts: Vec<Arc<FoundChart>>,
    applied: &mut AppliedReleases,
    program: Option<&Path>,
    settings: &RenderSettings,
) -> Vec<ReleaseOutput> {
    let mut planned: Vec<(Arc<FoundChart>, Result<ChartRelease, String>)> = Vec::new();
    for chart in charts {
        let applied = applied.remove(&chart.folder).unwrap_or_default();
        match plan::releases(&chart.folder, applied, settings) {
            Ok(releases) => {
                let releases = releases.into_iter();
                planned.extend(releases.map(|release| (Arc::clone(&chart), Ok(release))));
            }
            Err(why) => planned.push((chart, Err(why))),
        }
    }
    let outputs = few_at_a_time(&planned, |(chart, release)| match release {
        Ok(release) => output(chart, release, program, settings),
        Err(why) => Err(why.clone().into()),
    });
    let planned = planned.into_iter().zip(outputs);
    let one = planned.map(|((chart, release), output)| ReleaseOutput {
        chart,
        release: release.ok(),
        output,
    });
    one.collect()
}

fn output(
    found: &FoundChart,
    release: &ChartRelease,
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
    render(program, found, release, &settings.runner)
}

/// What helm renders of a release.
pub fn render(
    program: &Path,
    found: &FoundChart,
    release: &ChartRelease,
    runner: &JobRunner,
) -> Result<String, NotRendered> {
    let output = helm::template(program, &found.files, release, None, runner);
    output.map_err(|failure| match failure {
        ProcessFailure::Failed(errors) => {
            let message = helm::message(&errors);
            let place = helm::place(&message).and_then(|(source, line, column)| {
                let path = found.chart.path_of(source, &found.files)?;
                let column = column.saturating_add(1);
                Some((format!("{}{path}", found.folder), Position { line, column }))
            });
            NotRendered {
                reason: format!("helm fails for release {}: {message}", release.name),
                place,
            }
        }
        other => other.words("helm").into(),
    })
}
