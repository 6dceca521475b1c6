//! The floor: the least a linter of manifests can do. It walks the same files, reads them, cuts them
//! at `---`, looks at each document's kind, and runs the YAML parser over those that leaselint
//! parses, throwing every event away. No tree, no places, no rules.
#![allow(clippy::print_stdout)]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use granit_parser::Parser;
use ignore::WalkBuilder;
use manifest::file::{Head, needs_check};
use memchr::memmem;
use objects::is_wanted;

fn main() {
    let root = std::env::args_os().nth(1).unwrap_or_else(|| ".".into());
    let (mut files, mut documents, mut events) = (0_usize, 0_usize, 0_usize);
    for entry in WalkBuilder::new(Path::new(&root))
        .require_git(false)
        .build()
        .flatten()
    {
        let extension = entry.path().extension().and_then(OsStr::to_str);
        if !extension.is_some_and(|e| matches!(e, "yaml" | "yml" | "json")) {
            continue;
        }
        let Ok(bytes) = fs::read(entry.path()) else {
            continue;
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            continue;
        };
        files += 1;
        for document in pieces(text) {
            if matters(document) {
                documents += 1;
                events += parse(document);
            }
        }
    }
    println!("{files} files, {documents} documents parsed, {events} events");
}

/// The documents of a text.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        match memmem::find(text.as_bytes(), b"\n---") {
            Some(at) => {
                rest = text.get(at + 4..);
                text.get(..=at)
            }
            None => rest.take(),
        }
    })
}

/// Whether leaselint parses a document.
fn matters(text: &str) -> bool {
    let bytes = text.as_bytes();
    let object =
        memmem::find(bytes, b"kind").is_some() || memmem::find(bytes, b"apiVersion").is_some();
    object && (is_wanted(&Head::of(text)) || needs_check(text))
}

/// How many events there are before the end or the first error.
fn parse(text: &str) -> usize {
    Parser::new_from_str(text).map_while(Result::ok).count()
}
