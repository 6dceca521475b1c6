//! ARCHITECTURE.md states the crates of this workspace and their arrows as Cargo has them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A crate: its folder, and the crates of this workspace that it uses.
type Crates = BTreeMap<String, (String, Vec<String>)>;

#[test]
fn the_table_of_crates_is_as_cargo_has_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    assert_eq!(crates_of_page(&page), crates_of_cargo(root));
}

/// A crate that a registry takes needs all that it uses from there, in a version.
#[test]
fn what_may_be_published_uses_only_what_may_be_published() {
    let packages = packages(Path::new(env!("CARGO_MANIFEST_DIR")));
    let is_published = |package: &&Value| package["publish"].is_null();
    let published: Vec<&Value> = packages.iter().filter(is_published).collect();
    let names: Vec<&Value> = published.iter().map(|package| &package["name"]).collect();
    assert!(names.len() > 10, "{names:?}");
    for package in published {
        for dependency in used(package) {
            let name = &dependency["name"];
            assert!(names.contains(&name), "{}: {name}", package["name"]);
            assert_ne!(dependency["req"], "*", "{}: {name}", package["name"]);
        }
    }
}

#[test]
fn the_page_is_one_page() {
    let page = include_str!("../../ARCHITECTURE.md");
    let words = page.split_whitespace().count();
    assert!(words < 1300, "{words} words");
}

/// The rows of the table: name, folder, and what is used.
fn crates_of_page(page: &str) -> Crates {
    let rows = page
        .lines()
        .skip_while(|line| !line.starts_with("| crate |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, name, folder, uses, ..] = cells.as_slice() else {
            panic!("a row of four cells: {row}");
        };
        let mut uses = quoted(uses);
        uses.sort();
        let [name, folder] = [name, folder].map(|cell| quoted(cell).remove(0));
        (name, (folder, uses))
    })
    .collect()
}

/// The words between backticks.
fn quoted(cell: &str) -> Vec<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

/// What `cargo metadata` says of the packages here.
fn packages(root: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// The normal dependencies of a package on paths.
fn used(package: &Value) -> impl Iterator<Item = &Value> {
    let dependencies = package["dependencies"].as_array().expect("a list");
    dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null() && dependency["path"].is_string())
}

/// What `cargo metadata` says of normal dependencies on paths.
fn crates_of_cargo(root: &Path) -> Crates {
    let packages = packages(root);
    let crates = packages.iter().map(|package| {
        let name = package["name"].as_str().expect("a name").to_owned();
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        let folder = manifest
            .parent()
            .and_then(|path| path.strip_prefix(root).ok());
        let folder = match folder
            .expect("below the workspace")
            .to_str()
            .expect("UTF-8")
        {
            "" => ".".to_owned(),
            folder => folder.to_owned(),
        };
        let mut uses: Vec<String> = used(package)
            .map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
            .collect();
        uses.sort();
        (name, (folder, uses))
    });
    crates.collect()
}
