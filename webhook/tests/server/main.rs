//! The webhook seen from outside: over real TLS, in one process.
#![allow(clippy::unwrap_used, missing_docs)]

mod drain;
mod hostile;
mod protocol;
mod support;
mod versions;
