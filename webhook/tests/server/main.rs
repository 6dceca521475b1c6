//! The webhook seen from outside: over real TLS, in one process.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    missing_docs
)]

mod clients;
mod drain;
mod hostile;
mod protocol;
mod support;
mod versions;
