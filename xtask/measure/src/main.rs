//! Measurements, and what they need. `cargo xtask` starts it, so that the chores of the documentation need
//! neither a control plane nor the benchmarks to be built.
#![allow(
    clippy::indexing_slicing,
    reason = "JSON of our own; a panic is a measurement that failed"
)]
#![allow(clippy::print_stdout, clippy::print_stderr)] // a program for a terminal

mod abuse;
mod admission_latency;
mod lint;
mod live;
mod peers;
mod population;
mod process_cost;
mod servers;
mod tree;
mod webhook;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use control_plane::{Assets, Renderers};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bench", "webhook", "--api-server", rest @ ..] => admission_latency::run(&root(), rest),
        ["bench", "webhook", rest @ ..] => webhook::run(&root(), rest),
        ["bench", "webhook-abuse", rest @ ..] => abuse::run(&root(), rest),
        ["bench", "live", rest @ ..] => live::run(&root(), rest),
        ["bench", "peers", rest @ ..] => peers::run(&root(), rest),
        ["bench", rest @ ..] => lint::run(&root(), rest),
        ["control-plane"] => control_plane(),
        ["renderers"] => renderers(),
        ["tree", rest @ ..] => tree::run(rest),
        _ => Err("`cargo xtask` shows what there is".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The programs of a control plane, and where they are.
fn control_plane() -> Result<(), String> {
    let assets = Assets::find().map_err(|error| error.to_string())?;
    println!("{}", assets.folder.display());
    Ok(())
}

/// The programs that render, and where they are.
fn renderers() -> Result<(), String> {
    let renderers = Renderers::build().map_err(|error| error.to_string())?;
    println!("{}", renderers.folder.display());
    Ok(())
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}
