//! The catalogue: what the build script encoded, decoded as programs ask for it.

use std::fs;
use std::path::Path;

use programs::catalogue;
use programs::dialect::Program;
use programs::dialect_file::{DialectFile, compile_all};

#[test]
fn every_record_is_decoded_as_it_was_compiled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("records");
    let entries = fs::read_dir(folder).expect("records");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"))
        .collect();
    paths.sort();
    let files: Vec<DialectFile> = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("a text"))
        .map(|text| serde_yaml::from_str(&text).expect("a dialect file"))
        .collect();
    let compiled = compile_all(&files, &[]).expect("records without mistakes");
    let decoded: Vec<&Program> = catalogue::programs().collect();
    assert!(compiled.len() > 200, "{} records", compiled.len());
    assert_eq!(decoded, compiled.iter().collect::<Vec<_>>());
}

#[test]
fn a_record_is_decoded_once() {
    let all: Vec<&Program> = catalogue::programs().collect();
    for program in all {
        let again = catalogue::program(&program.id).expect("listed");
        assert!(std::ptr::eq(program, again), "{}", program.id);
    }
    assert!(catalogue::program("no-such-program").is_none());
}
