//! Compiles `records/*.yaml` into static tables.

#[path = "build_table.rs"]
mod programs_table;

// The dialect format as the crate itself has it.
#[allow(dead_code, unused_imports, missing_docs, clippy::all)]
#[path = "src/for_build.rs"]
mod programs;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build_table.rs");
    if let Err(problem) = programs_table::generate() {
        println!("cargo::error={}", problem.replace('\n', " "));
    }
}
