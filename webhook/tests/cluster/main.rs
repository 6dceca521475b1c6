//! The world from a real API server.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

mod defaulted;
mod deploy;
#[path = "../documents/mod.rs"]
mod documents;
mod following;
mod memory;
mod support;
