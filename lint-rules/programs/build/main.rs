//! Compiles `records/*.yaml` into `programs.rs`: the dialects as static data, and tables to look them up.
#![expect(clippy::print_stdout, reason = "Cargo reads it")]

mod lookup_table;
mod rust_source;

// The dialect format as the crate itself has it.
#[allow(dead_code, unused_imports, missing_docs, clippy::all)]
#[path = "../src/build_modules.rs"]
mod programs;

use std::path::{Path, PathBuf};
use std::{env, fs};

use programs::dialect_file::{DialectFile, compile_all};
use rust_source::RustSource;

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
    let source = RustSource::of(&programs)?;
    let target = Path::new(&variable("OUT_DIR")?).join("programs.rs");
    fs::write(&target, source).map_err(|error| format!("{}: {error}", target.display()))
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
