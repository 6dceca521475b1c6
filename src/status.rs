//! Exit statuses: what a shell, a hook or a pipeline learns from a run.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Judged, and nothing to fail for.
    Fine,
    /// Findings at or above the level that fails a run.
    Findings,
    /// The command or the configuration is wrong; nothing was judged.
    Usage,
    /// Something that should have been read or judged could not be.
    Unread,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Fine => 0,
            Status::Findings => 1,
            Status::Usage => 2,
            Status::Unread => 3,
        })
    }
}

/// Why a command ended before it was done.
#[derive(Debug)]
pub enum Failure {
    /// The command or the configuration is wrong: one line, without `error:`.
    Usage(String),
    /// The same, already rendered with its source, an empty line at its end.
    Shown(String),
    /// Standard output (or error) did not take what was written.
    Output(io::Error),
}

impl Failure {
    /// A mistake of the command line.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// For a log.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Shown(text) => f.write_str(text.trim_end()),
            Self::Output(error) => error.fmt(f),
        }
    }
}
