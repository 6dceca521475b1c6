//! Instructions of the engine's three parts on a made tree: reading, the model, judging.
//!
//! `cargo bench -p leaselint-benches` needs valgrind and `gungraun-runner`. Counts of instructions do
//! not wobble as times do, so a change of one percent shows.
#![allow(missing_docs, unused_qualifications, reason = "what the macros make")]

use std::hint::black_box;

use ::engine::world::{Bundling, FileSurroundings};
use ::engine::{Engine, Input, InputFile, Task, read_file};
use election::electors_of;
use gungraun::prelude::*;
use leaselint_benches::{TreeFile, tree};
use manifest::text::FileId;
use manifest::tree::ReadLimits;
use objects::Workload;

const SEED: u64 = 1;

fn files(count: usize) -> Vec<TreeFile> {
    tree(SEED, count)
}

fn input(count: usize) -> Input {
    Input::new(read_all(&files(count)))
}

fn read_all(files: &[TreeFile]) -> Vec<InputFile> {
    (0..)
        .zip(files)
        .map(|(id, file)| {
            let name = file.path.to_string_lossy();
            let bytes = file.text.as_bytes();
            read_file(FileId(id), &name, bytes, false, ReadLimits::default())
        })
        .collect()
}

#[library_benchmark]
#[benches::files(args = [40, 400], setup = files)]
fn read(files: Vec<TreeFile>) -> (Vec<InputFile>, Vec<TreeFile>) {
    (read_all(black_box(&files)), files)
}

#[library_benchmark]
#[benches::files(args = [40, 400], setup = input)]
fn model(input: Input) -> (usize, Input) {
    let world = FileSurroundings::of(black_box(&input), Bundling::Auto);
    let electors = world
        .objects()
        .iter()
        .filter_map(|object| Workload::of(*object))
        .map(|workload| electors_of(workload, &world, &[]).len())
        .sum();
    (electors, input)
}

#[library_benchmark]
#[benches::files(args = [40, 400], setup = input)]
fn rules(input: Input) -> (usize, Input) {
    let engine = Engine::default();
    let findings = engine.judge(Task::lint(black_box(&input))).findings.len();
    (findings, input)
}

library_benchmark_group!(name = engine, benchmarks = [read, model, rules]);
main!(library_benchmark_groups = engine);
