//! Parses all Go files below the folders given, and says how fast that was and what could not be parsed.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

fn main() {
    let mut texts = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut texts);
    }
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let begin = Instant::now();
    let errors: Vec<String> = texts
        .iter()
        .filter_map(|(path, text)| {
            let (at, problem) = go::syntax_error(text)?;
            Some(format!("{path}:{}:{}: {problem}", at.line, at.column))
        })
        .collect();
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{} files, {bytes} bytes, {seconds:.3} s, {} with errors",
        texts.len(),
        errors.len()
    );
    for error in errors {
        println!("{error}");
    }
}

fn collect(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && entry.file_name() != "testdata" => {
                collect(&path, texts);
            }
            Ok(_) if path.extension().is_some_and(|end| end == "go") => {
                if let Ok(text) = std::fs::read_to_string(&path) {
                    texts.push((path.display().to_string(), text));
                }
            }
            _ => {}
        }
    }
}
