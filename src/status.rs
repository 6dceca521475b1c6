//! Exit statuses: what a shell, a hook or a pipeline learns from a run.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Judged, and nothing to fail for.
    Fine,
    /// Findings at or above the level that fails a run.
    Findings,
    /// The command or the configuration is wrong; nothing was judged.
    Usage,
    /// Something that should have been read or judged could not be.
    Unread,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Fine => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Unread => 3,
        })
    }
}

/// Why a command ended before it was done. Its text is one line for a log.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The command or the configuration is wrong: one line, without `error:`.
    #[error("{0}")]
    Usage(String),
    /// The same, already rendered with its source, an empty line at its end.
    #[error("{}", .0.trim_end())]
    Shown(String),
    /// Standard output (or error) did not take what was written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl CommandError {
    /// A mistake of the command line.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }
}
