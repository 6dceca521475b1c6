//! Compiles `records/*.yaml` into `records.bin`, the dialects one after the other, and `programs.rs`, where each begins and tables to
//! look them up.
#![expect(clippy::print_stdout, reason = "Cargo reads it")]

mod lookup_table;

// The dialect format as the crate itself has it.
#[allow(dead_code, unused_imports, missing_docs, clippy::all)]
#[path = "../src/build_modules.rs"]
mod programs;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use lookup_table::tables;
use programs::dialect::Program;
use programs::dialect_file::{DialectFile, compile_all};

fn main() {
    println!("cargo::rerun-if-changed=build");
    // The crate's own, not its feature's, because this script has the format's types, too, and needs no schema of them.
    if env::var_os("CARGO_FEATURE_SCHEMA").is_some() {
        println!("cargo::rustc-cfg=has_schema");
    }
    if let Err(problem) = generate() {
        println!("cargo::error={}", problem.replace('\n', " "));
    }
}

/// Reads, checks and writes everything.
fn generate() -> Result<(), String> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let folder = root.join("records");
    // The code behind the format is part of the build script, which cargo itself watches.
    println!("cargo::rerun-if-changed=records");
    let mut files = Vec::new();
    for path in yaml_files(&folder)? {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file: DialectFile =
            serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push(file);
    }
    let programs = compile_all(&files, &[]).map_err(|error| error.to_string())?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    let (records, starts) = encoded(&programs)?;
    write(&out.join("records.bin"), &records)?;
    let mut source = String::from("// Generated from records/*.yaml.\n\n");
    source.push_str(&starts);
    source.push_str(&tables(&programs)?);
    write(&out.join("programs.rs"), source.as_bytes())
}

/// The programs as bytes, and as Rust source their ids and where each begins.
fn encoded(programs: &[Program]) -> Result<(Vec<u8>, String), String> {
    let mut records = Vec::new();
    let mut starts = Vec::new();
    for program in programs {
        starts.push(records.len());
        let bytes = postcard::to_allocvec(program).map_err(|error| error.to_string())?;
        records.extend_from_slice(&bytes);
    }
    starts.push(records.len());
    let ids: Vec<&str> = programs.iter().map(|program| program.id.as_str()).collect();
    let mut source = String::new();
    let count = programs.len();
    let _ = writeln!(source, "const PROGRAM_COUNT: usize = {count};");
    let _ = writeln!(source, "static IDS: [&str; PROGRAM_COUNT] = {ids:?};");
    let _ = writeln!(
        source,
        "static STARTS: [usize; PROGRAM_COUNT + 1] = {starts:?};"
    );
    Ok((records, source))
}

fn write(target: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(target, content).map_err(|error| format!("{}: {error}", target.display()))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// The files in the order of their names.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
