//! leaselint: proves that a Kubernetes leader-election configuration is right, before it runs.
#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod baseline;
#[cfg(feature = "serve")]
mod certificates;
mod cli;
mod commands;
mod config;
mod file_name;
mod fixes;
mod inputs;
mod nearest;
mod reports;
#[cfg(feature = "custom-rules")]
mod rule_tests;
#[cfg(feature = "live")]
mod screen;
mod selectors;
mod status;
mod terminal;

use std::process::ExitCode;

/// A review makes and drops hundreds of small things, and the system's allocator takes a fifth of its time.
/// Without huge pages, of which each thread would hold some from the start.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::report_panics();
    commands::run().into()
}
