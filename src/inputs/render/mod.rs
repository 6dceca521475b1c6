//! What is rendered before it is judged: charts by helm, kustomizations by kustomize.
//!
//! The files of what is rendered are no longer judged by themselves, the output is a file of the input in their place,
//! and places in it are those in the files that people edit. A rendering costs a run of a program, so where a line was
//! written is only found out for outputs into which a report points ([`Rendered::trace`]).

mod build_output;
mod cache;
mod charts;
mod deliveries;
mod disk;
mod found_build;
mod found_deliveries;
mod helm;
mod input_files;
mod job;
mod kustomization_roots;
mod kustomize;
mod kustomize_program;
mod layer_walk;
mod plan;
mod process;
mod rerendering;
mod tracing;

use std::path::PathBuf;
use std::time::Duration;

use engine::Input;
use manifest::tree::{ReadError, ReadErrorCode};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use cache::RenderCache;
pub use disk::{Disk, FileStore};
#[cfg(feature = "git")]
pub use disk::{MAX_CHART_BYTES, MAX_CHART_DEPTH, MAX_CHART_FILES, MAX_FILE_BYTES};
use helm::GivenValues;
use job::JobRunner;
use process::ProcessLimits;
pub use rerendering::ReplacedOutput;
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
    /// Runs them.
    runner: JobRunner,
    /// No program below it is run.
    root: PathBuf,
    /// Values files for every chart; then there is but one.
    values: Vec<GivenValues>,
    is_about_one_chart: bool,
    /// Arguments for every chart.
    arguments: Vec<String>,
    /// Charts with their releases.
    charts: Vec<ConfiguredChart>,
    /// What the names of files begin with in the folders that are judged.
    judged: Vec<String>,
}

impl RenderSettings {
    /// What the command line and the configuration say. `root`: that of the repository. `judged`: what the names of files begin with in the
    /// folders that are judged.
    ///
    /// # Errors
    /// Files of values that cannot be read.
    pub fn new(
        reading: &cli::ReadArguments,
        config: &RenderConfig,
        largest_output: u64,
        root: Option<PathBuf>,
        judged: Vec<String>,
    ) -> Result<Self, CommandError> {
        let arguments = &reading.render;
        let helm = config.helm.clone();
        let kustomize = config.kustomize.clone();
        let root = root.unwrap_or_else(|| PathBuf::from("/nowhere"));
        let cache = match arguments.no_cache || arguments.render == RenderChoice::Never {
            true => None,
            false => RenderCache::of_user(&root),
        };
        Ok(Self {
            choice: arguments.render,
            helm: helm.unwrap_or_else(|| PathBuf::from("helm")),
            kustomize: kustomize.unwrap_or_else(|| PathBuf::from("kustomize")),
            runner: JobRunner {
                limits: ProcessLimits {
                    time: config.timeout.unwrap_or(DEFAULT_TIMEOUT),
                    output: largest_output,
                },
                cache,
            },
            root,
            values: plan::given_values(&arguments.values)?,
            is_about_one_chart: arguments.is_about_one_chart(),
            arguments: arguments.for_helm(),
            charts: config.charts.clone(),
            judged,
        })
    }
}

/// What is made of each of a list, by programs of which only a few run at a time.
fn few_at_a_time<T: Sync, R: Send>(list: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if list.is_empty() {
        return Vec::new();
    }
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
    runner: Option<JobRunner>,
}

/// Renders the charts and the kustomizations of an input.
///
/// # Errors
/// Values on the command line where there is not one chart.
pub fn read(
    input: &mut Input,
    settings: &RenderSettings,
    store: &dyn FileStore,
) -> Result<Rendered, CommandError> {
    let deliveries = kustomize::read(input, settings, store);
    charts::read(input, settings, store, deliveries)
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
