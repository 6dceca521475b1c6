//! What can go wrong with a control plane.

use std::fmt;
use std::path::Path;

/// Why there is no control plane, or why it did not do what it was asked.
#[derive(Debug)]
pub enum Error {
    /// The programs are not here and cannot be built here: a test may say so and pass where
    /// nobody insists on it.
    NoPrograms(String),
    /// Something went wrong: a test fails.
    Failed(String),
}

impl Error {
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    /// For `map_err`: what was being done to which file, and what the system says.
    pub(crate) fn file<E: fmt::Display>(doing: &str, path: &Path) -> impl FnOnce(E) -> Self {
        let what = format!("cannot {doing} {}", path.display());
        move |error| Self::Failed(format!("{what}: {error}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrograms(message) | Self::Failed(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

/// A result whose error says what went wrong with the control plane.
pub type Result<T, E = Error> = std::result::Result<T, E>;
