//! `cargo xtask bench`: what a lint costs, beside its floor.
//!
//! Instructions decide, because they are the same on every run; time and memory are shown.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use leaselint_benches::{Layout, OBJECTS_IN_NAMESPACE, bundle, tree, write_tree};

use crate::process_cost;

/// Ten times the files may cost this many times the instructions.
const MAX_GROWTH_RATIO: f64 = 11.0;
/// Instructions of the whole lint beside the floor's: the target.
const TARGET_FLOOR_RATIO: f64 = 1.4;
/// The same: what fails. The made tree has more small files than real ones.
const MAX_FLOOR_RATIO: f64 = 1.5;
/// Seconds of CPU for one small file, from start to exit.
const MAX_ONE_FILE_SECONDS: f64 = 0.005;
/// Namespaces of the large bundle: 10,000 objects.
const BUNDLE_NAMESPACES: usize = 500;
/// Definitions of rights for one account that are weighed against each other: with more its access is not judged
/// (`election::access`). Up to here a tree among many costs time in their number.
const WEIGHED_DEFINITIONS: usize = 100;
/// Trees of the large bundle with trees apart: a tenth of them is more than are weighed, so that both sizes are judged alike.
const APART_TREES: usize = 11 * WEIGHED_DEFINITIONS;
/// What a tree may cost where as many are weighed as ever are, beside one among more.
const MAX_WEIGHING_RATIO: f64 = 3.0;
/// Memory for a large bundle.
const MAX_BUNDLE_BYTES: u64 = 200 << 20;
/// Memory for a tree of files.
const MAX_TREE_BYTES: u64 = 25 << 20;

/// The arguments of a lint. Charts and kustomizations are rendered by other programs, where these are on PATH, and
/// their cost is not leaselint's.
fn lint_arguments(path: &Path) -> [&Path; 4] {
    let [command, option, never] = ["lint", "--render", "never"].map(Path::new);
    [command, option, never, path]
}

/// Measures, prints, and fails if something that is counted is far over its target.
pub fn run(root: &Path, arguments: &[&str]) -> Result<(), String> {
    let quick = arguments.contains(&"--quick");
    if let Some(other) = arguments.iter().find(|word| **word != "--quick") {
        return Err(format!("unknown argument {other:?}"));
    }
    let programs = build(root)?;
    let folder = programs.folder.join("bench-trees");
    let count = if quick { 80 } else { 400 };
    let small = made(&folder, count)?;
    let large = made(&folder, count * 10)?;
    let one = small.join("one.yaml");
    let deployment = tree(1, 2).pop().ok_or("no file was made")?;
    fs::write(&one, deployment.text).map_err(|error| error.to_string())?;
    let mut report = LintFigures::default();

    let few = programs.lint(&small)?;
    let many = programs.lint(&large)?;
    let single = programs.lint(&one)?;
    println!("instructions, one file:        {single:>14}");
    println!("instructions, {count:>5} files:     {few:>14}");
    println!("instructions, {:>5} files:     {many:>14}", count * 10);
    let growth = ratio(many, few);
    report.at_most("ten times the files cost", growth, MAX_GROWTH_RATIO);
    report.fail_above("ten times the files cost", growth, MAX_GROWTH_RATIO);

    bundles(&programs, quick, &mut report)?;

    let mut trees = vec![("the made tree", large.clone())];
    if let Some(corpus) = env::var_os("LEASELINT_CORPUS") {
        trees.push(("the corpus", PathBuf::from(corpus)));
    }
    for (name, path) in &trees {
        let floor = process_cost::instructions(&programs.floor, &[path])?;
        let cost = programs.lint(path)?;
        println!("instructions, {name}: lint {cost}, floor {floor}");
        let what = format!("{name}, lint beside floor");
        report.at_most(&what, ratio(cost, floor), TARGET_FLOOR_RATIO);
        report.fail_above(&what, ratio(cost, floor), MAX_FLOOR_RATIO);
    }

    let runs = if quick { 50 } else { 300 };
    let cpu = process_cost::cpu(&programs.leaselint, &lint_arguments(&one), runs)?;
    println!("CPU, one file: {:.2} ms", cpu.as_secs_f64() * 1000.0);
    report.at_most(
        "seconds for one file",
        cpu.as_secs_f64(),
        MAX_ONE_FILE_SECONDS,
    );
    for (name, path) in &trees {
        let cpu = process_cost::cpu(&programs.leaselint, &lint_arguments(path), 5)?;
        let floor = process_cost::cpu(&programs.floor, &[path], 5)?;
        let peak = process_cost::peak(&programs.leaselint, &lint_arguments(path))?;
        println!(
            "{name}: CPU {:.0} ms, floor {:.0} ms, peak memory {:.1} MiB",
            cpu.as_secs_f64() * 1000.0,
            floor.as_secs_f64() * 1000.0,
            mebibytes(peak),
        );
        let what = format!("{name}, MiB of memory");
        report.at_most(&what, mebibytes(peak), mebibytes(MAX_TREE_BYTES));
    }
    report.end()
}

/// A bundle of many namespaces, and one of a tenth of it.
fn bundles(programs: &LintPrograms, quick: bool, report: &mut LintFigures) -> Result<(), String> {
    let namespaces = if quick {
        BUNDLE_NAMESPACES / 5
    } else {
        BUNDLE_NAMESPACES
    };
    let layouts = [
        (Layout::OneFile, "one file"),
        (Layout::Folders, "folders"),
        (Layout::Apart, "trees apart"),
    ];
    for (layout, name) in layouts {
        let namespaces = match layout {
            Layout::OneFile | Layout::Folders => namespaces,
            Layout::Apart => APART_TREES,
        };
        let large = programs.bundle(namespaces, layout)?;
        let small = programs.bundle(namespaces / 10, layout)?;
        let (many, few) = (programs.lint(&large)?, programs.lint(&small)?);
        let objects = namespaces * OBJECTS_IN_NAMESPACE;
        println!("instructions, bundle of {objects} objects in {name}: {many}");
        let what = format!("ten times the objects in {name} cost");
        report.at_most(&what, ratio(many, few), MAX_GROWTH_RATIO);
        report.fail_above(&what, ratio(many, few), MAX_GROWTH_RATIO);
        if layout == Layout::Apart {
            weighing(programs, many, report)?;
        }
        let peak = process_cost::peak(&programs.leaselint, &lint_arguments(&large))?;
        let what = format!("bundle in {name}, MiB of memory");
        report.at_most(&what, mebibytes(peak), mebibytes(MAX_BUNDLE_BYTES));
        report.fail_above(&what, mebibytes(peak), mebibytes(MAX_BUNDLE_BYTES));
    }
    Ok(())
}

/// What a tree costs among as many as are weighed against each other, beside one of the large bundle.
fn weighing(programs: &LintPrograms, large: u64, report: &mut LintFigures) -> Result<(), String> {
    let weighed = programs.bundle(WEIGHED_DEFINITIONS, Layout::Apart)?;
    let times =
        u64::try_from(APART_TREES / WEIGHED_DEFINITIONS).map_err(|error| error.to_string())?;
    let figure = ratio(programs.lint(&weighed)? * times, large);
    let what = format!("a tree among {WEIGHED_DEFINITIONS} apart, beside one among more, costs");
    report.at_most(&what, figure, MAX_WEIGHING_RATIO);
    report.fail_above(&what, figure, MAX_WEIGHING_RATIO);
    Ok(())
}

#[derive(Default)]
struct LintFigures {
    over: Vec<String>,
}

impl LintFigures {
    /// Prints how a figure stands to its target.
    fn at_most(&self, what: &str, figure: f64, most: f64) {
        let word = if figure <= most { "ok" } else { "OVER" };
        println!("{word:>4}  {what}: {figure:.4} (at most {most})");
    }

    /// Only counts fail a run: time and memory depend on the machine.
    fn fail_above(&mut self, what: &str, figure: f64, most: f64) {
        if figure > most {
            self.over
                .push(format!("{what}: {figure:.4}, and {most} is too much"));
        }
    }

    fn end(self) -> Result<(), String> {
        if self.over.is_empty() {
            return Ok(());
        }
        Err(self.over.join("; "))
    }
}

/// The programs that are measured, as they are shipped.
pub(super) struct LintPrograms {
    folder: PathBuf,
    /// leaselint itself.
    pub(super) leaselint: PathBuf,
    floor: PathBuf,
}

impl LintPrograms {
    /// A bundle on disk.
    fn bundle(&self, namespaces: usize, layout: Layout) -> Result<PathBuf, String> {
        let path = self
            .folder
            .join("bench-bundles")
            .join(format!("{layout:?}-{namespaces}"));
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|error| error.to_string())?;
        }
        write_tree(&path, &bundle(namespaces, layout)).map_err(|error| error.to_string())?;
        Ok(path)
    }

    fn lint(&self, path: &Path) -> Result<u64, String> {
        process_cost::instructions(&self.leaselint, &lint_arguments(path))
    }
}

/// Builds them.
pub(super) fn build(root: &Path) -> Result<LintPrograms, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--profile", "dist", "--locked", "--bins"])
        .args(["-p", "leaselint", "-p", "leaselint-benches"])
        .current_dir(root)
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err("the build failed".to_owned());
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = target.join("dist");
    Ok(LintPrograms {
        leaselint: folder.join("leaselint"),
        floor: folder.join("leaselint-floor"),
        folder,
    })
}

/// A made tree on disk, beside the programs.
fn made(folder: &Path, count: usize) -> Result<PathBuf, String> {
    let path = folder.join(count.to_string());
    if path.exists() {
        fs::remove_dir_all(&path).map_err(|error| error.to_string())?;
    }
    write_tree(&path, &tree(1, count)).map_err(|error| error.to_string())?;
    Ok(path)
}

#[expect(clippy::as_conversions, reason = "a ratio of large counts")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b as f64
}

/// Bytes as people read them.
#[expect(clippy::as_conversions, reason = "for display")]
pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
