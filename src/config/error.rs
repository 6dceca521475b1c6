//! Why there is no configuration.

use std::io;

use crate::status::CommandError;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that is named is not there.
    #[error("no such configuration file: {0}")]
    Missing(String),
    /// Two configurations in one folder.
    #[error("two configurations side by side, {0} and {1}: keep one of them")]
    Several(String, String),
    /// It is larger than 1 MiB.
    #[error("configuration {0} is larger than 1 MiB")]
    TooLarge(String),
    /// It is no UTF-8 text.
    #[error("configuration {0} is not UTF-8 text")]
    NotText(String),
    /// It could not be read.
    #[error("cannot read configuration {file}: {source}")]
    Unreadable {
        /// Its name.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// There are mistakes in it: all of them, rendered with their lines, an empty line at the end.
    #[error("{}", .0.trim_end())]
    Mistakes(String),
}

impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Mistakes(text) => Self::Shown(text),
            other => Self::usage(other),
        }
    }
}
