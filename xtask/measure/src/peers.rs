//! `cargo xtask bench peers`: what linters of others cost over the same manifests, as far as they are on PATH.
//!
//! They answer other questions, so only what reading and judging a repository costs is compared.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Instant;

use leaselint_benches::{Layout, OBJECTS_IN_NAMESPACE, bundle, write_tree};

use crate::process_cost;

/// Namespaces of the input: whole objects in two files for each, which all of them read.
const NAMESPACES: usize = 100;
/// Runs whose mean is the CPU time.
const RUNS: u32 = 5;

/// A linter, and how it is run.
struct Peer {
    program: &'static str,
    /// Arguments before the input.
    arguments: &'static [&'static str],
    /// Whether it takes files and no folder.
    takes_files: bool,
    /// What it does with these arguments.
    does: &'static str,
}

const PEERS: [Peer; 4] = [
    Peer {
        program: "kubeconform",
        // The default location of schemas is in the network.
        arguments: &[
            "-ignore-missing-schemas",
            "-schema-location",
            "none",
            "-summary",
        ],
        takes_files: false,
        does: "parses, without schemas",
    },
    Peer {
        program: "kube-linter",
        arguments: &["lint"],
        takes_files: false,
        does: "its default checks",
    },
    Peer {
        program: "kube-score",
        arguments: &["score"],
        takes_files: true,
        does: "its default checks",
    },
    Peer {
        program: "conftest",
        arguments: &["test", "--policy", "benches/peers/policy", "--quiet"],
        takes_files: false,
        does: "one policy of benches/peers",
    },
];

/// Measures leaselint and every peer that there is.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let leaselint = match arguments {
        [] => crate::lint::build(root)?.leaselint,
        ["--program", program] => PathBuf::from(program),
        _ => return Err("bench peers [--program FILE]".to_owned()),
    };
    let folder = env::temp_dir().join(format!("leaselint-peers-{}", std::process::id()));
    let files = bundle(NAMESPACES, Layout::Folders);
    let written = write_tree(&folder, &files);
    written.map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.path)).collect();
    println!(
        "{} objects in {} files\n\n| program | does | wall s | CPU s | MiB |\n|---|---|---|---|---|",
        NAMESPACES * OBJECTS_IN_NAMESPACE,
        files.len()
    );
    let own = ["lint", "--render", "never"].map(Path::new);
    let own = [&own[..], &[folder.as_path()]].concat();
    row("leaselint", "all its rules", &leaselint, &own)?;
    for peer in PEERS {
        let Some(program) = on_path(peer.program) else {
            println!("| {} | not on PATH | | | |", peer.program);
            continue;
        };
        let mut arguments: Vec<&Path> = peer.arguments.iter().map(Path::new).collect();
        match peer.takes_files {
            true => arguments.extend(paths.iter().map(PathBuf::as_path)),
            false => arguments.push(&folder),
        }
        row(peer.program, peer.does, &program, &arguments)?;
    }
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

fn row(name: &str, does: &str, program: &Path, arguments: &[&Path]) -> Result<(), String> {
    let cpu = process_cost::cpu(program, arguments, RUNS)?;
    let began = Instant::now();
    let peak = process_cost::peak(program, arguments)?;
    println!(
        "| {name} | {does} | {:.2} | {:.2} | {:.0} |",
        began.elapsed().as_secs_f64(),
        cpu.as_secs_f64(),
        crate::lint::mebibytes(peak)
    );
    Ok(())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}
