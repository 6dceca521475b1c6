//! Compiles the data in this folder into tables: programs, and the list of rules.

#[path = "build/programs.rs"]
mod programs_table;
#[path = "build/rules.rs"]
mod rules_table;

// The dialect format as the crate itself has it.
#[allow(dead_code, unused_imports, missing_docs, clippy::all)]
#[path = "src/programs/for_build.rs"]
mod programs;

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if let Err(problem) = programs_table::generate() {
        println!("cargo::error={}", problem.replace('\n', " "));
    }
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .unwrap_or_default()
    };
    if let Err(problem) = rules_table::collect(&folder("CARGO_MANIFEST_DIR"), &folder("OUT_DIR")) {
        println!("cargo::error={problem}");
    }
}
