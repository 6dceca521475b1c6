//! Why a text is not JSON.

use std::fmt;

/// Why a text is not JSON, or not the JSON that was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The byte of the text at which it shows.
    pub at: usize,
    /// What is wrong, in the words of Go's `encoding/json`.
    pub reason: String,
}

impl JsonError {
    pub(super) fn new(at: usize, reason: impl Into<String>) -> Self {
        Self {
            at,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.at)
    }
}

impl std::error::Error for JsonError {}

impl From<Box<Self>> for JsonError {
    fn from(error: Box<Self>) -> Self {
        *error
    }
}
