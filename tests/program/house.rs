//! What every source file of this workspace keeps to: one name a type, and a length that can be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folders that hold Rust of ours.
const SOURCE_FOLDERS: &[&str] = &[
    "benches",
    "certs",
    "cluster",
    "fuzz",
    "lint-rules",
    "live",
    "src",
    "tests",
    "webhook",
    "xtask",
];

/// The most lines of a file of code, and of tests.
const CODE_LINES_LIMIT: usize = 400;
const TEST_LINES_LIMIT: usize = 600;

/// One module in two forms, of which a build has one.
const ALTERNATIVES: &[&str] = &[
    "Disk",
    "RenderSettings",
    "Rendered",
    "ReplacedOutput",
    "Revision",
    "SourceBytes",
    "SourceListing",
    "SourcePrograms",
    "WantedPlaces",
];

#[test]
fn a_name_means_one_type() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, text) in sources() {
        for name in text.lines().filter_map(declared_type) {
            places
                .entry(name.to_owned())
                .or_default()
                .push(path.clone());
        }
    }
    assert!(places.contains_key("Elector"), "no source was read");
    places.retain(|name, paths| paths.len() > 1 && !ALTERNATIVES.contains(&name.as_str()));
    assert!(places.is_empty(), "names of several types: {places:#?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (is_test(&path), text.lines().count(), path))
        .filter(|(is_test, lines, _)| {
            *lines
                > if *is_test {
                    TEST_LINES_LIMIT
                } else {
                    CODE_LINES_LIMIT
                }
        })
        .collect();
    assert!(long.is_empty(), "part these files: {long:#?}");
}

/// The name in the line that declares a struct, an enum or a trait.
fn declared_type(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().peekable();
    words.next_if(|word| *word == "pub" || word.starts_with("pub("));
    // `pub(in crate::x)` has a space in it.
    words.next_if(|word| word.ends_with(')'));
    if !matches!(words.next()?, "struct" | "enum" | "trait") {
        return None;
    }
    let name = words.next()?;
    let end = name
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(name.len());
    name.get(..end)
        .filter(|name| name.starts_with(char::is_uppercase))
}

/// Whether it holds tests and nothing else.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str());
    path.iter().any(|folder| folder == "tests")
        || name.is_some_and(|name| name == "tests" || name.ends_with("_tests"))
}

/// Every source file, and its text.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = SOURCE_FOLDERS.iter().map(|name| root.join(name)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                files.push((path.strip_prefix(root).expect("below").to_owned(), text));
            }
        }
    }
    files
}
