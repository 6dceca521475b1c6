//! `leases` and `audit` beside a real API server, with electors of unmodified client-go.
#![allow(
    clippy::expect_used,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::unwrap_used
)] // in tests a panic is the message

mod audit;
mod mishaps;
mod monitor;
mod rights;
#[path = "../shared/schema_check.rs"]
mod schema_check;
mod screen;
mod situations;
mod support;
