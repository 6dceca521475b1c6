//! Compiles the data in this folder into tables.

#[path = "build/programs.rs"]
mod programs_table;

// The dialect format as the crate itself has it.
#[allow(dead_code, unused_imports, missing_docs)]
#[path = "src/programs/for_build.rs"]
mod programs;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    if let Err(problem) = programs_table::generate() {
        println!("cargo::error={}", problem.replace('\n', " "));
    }
}
