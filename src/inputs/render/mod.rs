//! What is rendered before it is judged: charts by helm, kustomizations by kustomize.
//!
//! The files of what is rendered are no longer judged by themselves, the output is a file of the input in their place,
//! and places in it are those in the files that people edit. A rendering costs a run of a program, so where a line was
//! written is only found out for outputs into which a report points ([`Rendered::trace`]).

mod charts;
mod disk;
mod helm;
mod input_files;
mod kustomize;
mod layer_walk;
mod plan;
mod process;
mod tracing;

use std::path::PathBuf;
use std::time::Duration;

use engine::Input;
use manifest::tree::{ReadError, ReadErrorCode};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

pub use disk::{ChartStore, Disk};
#[cfg(feature = "git")]
pub use disk::{MAX_CHART_BYTES, MAX_CHART_DEPTH, MAX_CHART_FILES};
use helm::GivenValues;
use process::ProcessLimits;
use tracing::Traceable;
pub use tracing::WantedPlaces;

use crate::cli::{self, RenderChoice};
use crate::config::{ConfiguredChart, RenderConfig};
use crate::status::CommandError;

/// How long a program may take where the configuration does not say it.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// So many programs run at a time: more would take the processors from everything else.
const PROGRAMS_AT_A_TIME: usize = 2;

/// How to render.
#[derive(Clone, Debug)]
pub struct RenderSettings {
    /// Whether.
    choice: RenderChoice,
    /// Helm, as a name on PATH or an absolute path.
    helm: PathBuf,
    /// Kustomize, alike.
    kustomize: PathBuf,
    /// How long a program may take.
    timeout: Duration,
    /// Bytes of an output.
    largest_output: u64,
    /// No program below it is run.
    root: PathBuf,
    /// Values files for every chart; then there is but one.
    values: Vec<GivenValues>,
    is_about_one_chart: bool,
    /// Arguments for every chart.
    arguments: Vec<String>,
    /// Charts with their releases.
    charts: Vec<ConfiguredChart>,
    charts_only: bool,
}

impl RenderSettings {
    /// What the command line and the configuration say. `root`: that of the repository.
    ///
    /// # Errors
    /// Files of values that cannot be read.
    pub fn new(
        reading: &cli::ReadArguments,
        config: &RenderConfig,
        largest_output: u64,
        root: Option<PathBuf>,
    ) -> Result<Self, CommandError> {
        let arguments = &reading.render;
        let helm = config.helm.clone();
        let kustomize = config.kustomize.clone();
        Ok(Self {
            choice: arguments.render,
            helm: helm.unwrap_or_else(|| PathBuf::from("helm")),
            kustomize: kustomize.unwrap_or_else(|| PathBuf::from("kustomize")),
            timeout: config.timeout.unwrap_or(DEFAULT_TIMEOUT),
            largest_output,
            root: root.unwrap_or_else(|| PathBuf::from("/nowhere")),
            values: plan::given_values(&arguments.values)?,
            is_about_one_chart: arguments.is_about_one_chart(),
            arguments: arguments.for_helm(),
            charts: config.charts.clone(),
            charts_only: config.charts_only,
        })
    }

    fn limits(&self) -> ProcessLimits {
        ProcessLimits {
            time: self.timeout,
            output: self.largest_output,
        }
    }
}

/// What is made of each of a list, by programs of which only a few run at a time.
fn few_at_a_time<T: Sync, R: Send>(list: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(PROGRAMS_AT_A_TIME.min(list.len()))
        .build();
    match pool {
        Ok(pool) => pool.install(|| list.par_iter().map(&one).collect()),
        Err(_) => list.iter().map(one).collect(),
    }
}

/// What was rendered, with what is needed to render it again.
#[derive(Default)]
pub struct Rendered {
    traceable: Vec<Traceable>,
    limits: Option<ProcessLimits>,
}

/// Renders the charts and the kustomizations of an input.
///
/// # Errors
/// Values on the command line where there is not one chart.
pub fn read(
    input: &mut Input,
    settings: &RenderSettings,
    store: &dyn ChartStore,
) -> Result<Rendered, CommandError> {
    let rendered = charts::read(input, settings, store)?;
    if !settings.charts_only {
        kustomize::read(input, settings);
    }
    Ok(rendered)
}

impl Rendered {
    /// Whether nothing was rendered.
    pub fn is_empty(&self) -> bool {
        self.traceable.is_empty()
    }
}

/// Whether an entry is about something that was not rendered.
fn is_not_rendered(entry: &ReadError) -> bool {
    entry.code == ReadErrorCode::NotRendered
}

/// Whether the run must fail for what was not rendered, whatever `--unread` says.
pub fn must_fail(reading: &cli::ReadArguments, unread: &[ReadError]) -> bool {
    reading.render.render == RenderChoice::Require && unread.iter().any(is_not_rendered)
}
