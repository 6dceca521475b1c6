//! What is rendered before it is judged: charts, by helm.
//!
//! The files of what is rendered are no longer judged by themselves, the output is a file of the input in their place,
//! and places in it are those in the files that people edit. A rendering costs a run of a program, so where a line was
//! written is only found out for outputs into which a report points ([`Rendered::trace`]).

mod charts;
mod disk;
mod helm;
mod process;
mod tracing;

use std::path::PathBuf;
use std::time::Duration;

use manifest::tree::{ReadError, ReadErrorCode};

pub use charts::read;
pub use disk::Disk;
use process::ProcessLimits;
use tracing::Traceable;
pub use tracing::WantedPlaces;

use crate::cli::{self, RenderChoice};

/// How long a program may take where the configuration does not say it.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// So many programs run at a time: more would take the processors from everything else.
const PROGRAMS_AT_A_TIME: usize = 2;

/// How to render.
#[derive(Clone, Debug)]
pub struct RenderSettings {
    /// Whether.
    pub choice: RenderChoice,
    /// Helm, as a name on PATH or a path.
    pub helm: PathBuf,
    /// How long a program may take.
    pub timeout: Duration,
    /// Bytes of an output.
    pub largest_output: u64,
}

impl RenderSettings {
    /// What holds where nothing is configured.
    pub fn new(reading: &cli::ReadArguments, largest_output: u64) -> Self {
        Self {
            choice: reading.render,
            helm: PathBuf::from("helm"),
            timeout: DEFAULT_TIMEOUT,
            largest_output,
        }
    }

    fn limits(&self) -> ProcessLimits {
        ProcessLimits {
            time: self.timeout,
            output: self.largest_output,
        }
    }
}

/// What was rendered, with what is needed to render it again.
#[derive(Default)]
pub struct Rendered {
    traceable: Vec<Traceable>,
    limits: Option<ProcessLimits>,
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
    reading.render == RenderChoice::Require && unread.iter().any(is_not_rendered)
}
