//! Chores: generated documentation, made input, measurements.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod docs;
mod ledger;
mod measure;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask docs [--check]                  write docs/rules.md; with --check only say whether the
                                            documentation is as the code is
cargo xtask tree [--files N] [--seed N] OUT make a tree of manifests to try things on
cargo xtask bench [--quick]                 measure the release build: instructions, time, memory
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["docs"] => docs::write(&root()),
        ["docs", "--check"] => docs::check(&root()).and_then(|()| ledger::check(&root())),
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

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
