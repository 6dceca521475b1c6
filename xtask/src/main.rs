//! Chores: generated documentation here, measurements in a program of their own that this one starts.
#![cfg_attr(
    test,
    allow(
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]
#![allow(clippy::print_stdout, clippy::print_stderr)] // a program for a terminal

mod access_chain;
mod audit;
mod docs;
mod finding_picture;
mod ledger;
mod pictures;
mod programs;
mod timeline;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask docs [--check]                  write docs/rules.md, docs/ledger.md, docs/programs.md and
                                            docs/pictures; with --check only say whether they are what the
                                            code makes
cargo xtask pictures                        write docs/pictures alone
cargo xtask audit-dialects DIR              compare the records of Go programs with checkouts of their
                                            upstreams in DIR/OWNER+NAME and print what differs
cargo xtask tree [--files N] [--seed N] OUT make a tree of manifests to try things on
cargo xtask control-plane                   build what tests with a real Kubernetes API server need
                                            and print its folder
cargo xtask renderers                       build helm and kustomize, with which tests render charts, and
                                            print their folder
cargo xtask bench [--quick]                 measure the program as it is shipped (profile `dist`):
                                            instructions, time, memory
cargo xtask bench webhook [--quick] [--check] [--deployments N]
                                            measure the webhook beside its floor; with --check fail
                                            where a target is missed; with N Deployments and their
                                            rights in a real API server that it follows
cargo xtask bench webhook --api-server [--quick] [--check]
                                            what it adds to requests to a real API server
cargo xtask bench webhook-abuse [--quick] [--check] [MODE...]
                                            the same program under clients that misbehave
cargo xtask bench live [--check] [--program FILE] [--deployments N] [--leases N] [--rate N] [--seconds N]
                                            `audit` of a real API server with N Deployments, and `monitor` while N
                                            Leases are renewed; 0 leaves one out, a rate of 0 is what the machine
                                            sustains
cargo xtask bench peers [--program FILE]    a lint beside kube-linter, kube-score, kubeconform and conftest, as
                                            far as they are on PATH
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["docs"] => docs::write(&root()),
        ["pictures"] => docs::write_pictures(&root()),
        ["docs", "--check"] => docs::check(&root()),
        ["audit-dialects", folder] => audit::run(Path::new(folder)),
        ["bench" | "control-plane" | "renderers" | "tree", ..] => measure(&words),
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

/// Builds and starts the program that measures.
fn measure(words: &[&str]) -> Result<(), String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--locked", "--package", "measure", "--"])
        .args(words)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`{}` failed", words.join(" ")))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}
