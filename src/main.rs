//! leaselint: proves that a Kubernetes leader-election configuration is right, before it runs.

mod certificates;
mod cli;
mod commands;
mod config;
mod inputs;
mod reports;
mod status;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::report_panics();
    commands::run().into()
}
