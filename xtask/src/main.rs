//! Chores: generated documentation, made input, measurements.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod abuse;
mod api_server;
mod bench;
mod docs;
mod ledger;
mod measure;
mod population;
mod served;
mod tree;
mod webhook;

use control_plane::Assets;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask docs [--check]                  write docs/rules.md and docs/ledger.md; with --check
                                            only say whether they are what the code makes
cargo xtask tree [--files N] [--seed N] OUT make a tree of manifests to try things on
cargo xtask control-plane                   build what tests with a real Kubernetes API server need
                                            and print its folder
cargo xtask bench [--quick]                 measure the release build: instructions, time, memory
cargo xtask bench webhook [--quick] [--check] [--deployments N]
                                            measure the webhook beside its floor; with --check fail
                                            where a target is missed; with N Deployments and their
                                            rights in a real API server that it follows
cargo xtask bench webhook --api-server [--quick] [--check]
                                            what it adds to requests to a real API server
cargo xtask bench webhook-abuse [--quick] [--check] [MODE...]
                                            the same program under clients that misbehave
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bench", "webhook", "--api-server", rest @ ..] => api_server::run(&root(), rest),
        ["bench", "webhook", rest @ ..] => webhook::run(&root(), rest),
        ["bench", "webhook-abuse", rest @ ..] => abuse::run(&root(), rest),
        ["docs"] => docs::write(&root()),
        ["docs", "--check"] => docs::check(&root()),
        ["control-plane"] => control_plane(),
        ["tree", rest @ ..] => tree::run(rest),
        ["bench", rest @ ..] => bench::run(&root(), rest),
        _ => Err(USAGE.to_owned()),
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

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
