//! Each threat that SECURITY.md names is held by a test that is there.
#![allow(clippy::unwrap_used)] // in tests a panic is the message

use std::fs;
use std::path::{Path, PathBuf};

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_threat_has_a_test_and_every_test_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let (_, threats) = page.split_once("## Threat model").unwrap();
    let rows = threats.lines().filter(|line| line.starts_with("| "));
    let mut count = 0;
    for row in rows.skip(1) {
        let (_, held_by) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        let mut last: Option<PathBuf> = None;
        for name in quoted(held_by) {
            // A function of the file before it, by how it begins.
            if let Some(beginning) = name.strip_suffix("...") {
                let text = fs::read_to_string(last.as_ref().unwrap()).unwrap();
                assert!(text.contains(&format!("fn {beginning}")), "{row}: {name}");
                continue;
            }
            // A command, of which the cargo package or xtask is looked after by others.
            if name.starts_with("cargo ") {
                last.get_or_insert_with(|| root.join("xtask"));
                continue;
            }
            // A file without a folder is beside the one before it.
            let path = match (&last, name.contains('/')) {
                (Some(last), false) => last.with_file_name(name),
                _ => root.join(name),
            };
            assert!(path.exists(), "{row}: {}", path.display());
            last = Some(path);
        }
        assert!(last.is_some(), "nothing holds: {row}");
        count += 1;
    }
    assert!(count > 8, "{count} threats");
}
