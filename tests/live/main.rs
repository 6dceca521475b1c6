//! `leases` and `audit` beside a real API server, with electors of unmodified client-go.
#![allow(clippy::as_conversions, clippy::indexing_slicing, clippy::unwrap_used)] // in tests a panic is the message

mod audit;
mod mishaps;
mod monitor;
mod rights;
mod screen;
mod situations;
mod support;
