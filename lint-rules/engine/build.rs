//! Collects `rules/<id>/`: every folder is a rule, and nothing else needs an edit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Writes the list of all rules, sorted by id, into `out`.
fn collect(manifest: &Path, out: &Path) -> io::Result<()> {
    let folder = manifest.join("rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut ids = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let Some(id) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if path.is_dir() {
            for part in ["rule.rs", "rule.md"] {
                let file = path.join(part);
                println!("cargo::rerun-if-changed={}", file.display());
                if !file.is_file() {
                    return Err(io::Error::other(format!("{} is missing", file.display())));
                }
            }
            ids.push(id.to_owned());
        }
    }
    ids.sort();
    let mut text = String::new();
    for id in &ids {
        let rule = folder.join(id).join("rule.rs");
        let module = id.replace('-', "_");
        let _ = writeln!(
            text,
            "#[path = {:?}]\nmod {module};",
            rule.display().to_string()
        );
    }
    text.push_str("static ENTRIES: &[RuleEntry] = &[\n");
    for id in &ids {
        let page = folder.join(id).join("rule.md");
        let module = id.replace('-', "_");
        let _ = writeln!(
            text,
            "    RuleEntry {{ rule: &{module}::RULE, page: include_str!({:?}) }},",
            page.display().to_string()
        );
    }
    text.push_str("];\n");
    fs::write(out.join("rules.rs"), text)
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .unwrap_or_default()
    };
    collect(&folder("CARGO_MANIFEST_DIR"), &folder("OUT_DIR"))
}
