//! The world from a real API server.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod deploy;
mod following;
mod memory;
mod support;
