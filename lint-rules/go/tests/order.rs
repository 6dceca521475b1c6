//! Programs read in any order, or several at a time, give the same reading.

mod common;

use go::{EachBelow, GoMod, GoText, SourceFile, read_by};

/// Three programs, two of which need one package, beside a file that does not parse.
fn files() -> Vec<(String, String)> {
    let shared = "package options\n\nconst LockName = \"shared-lock\"\n";
    let broken = "package options\n\nfunc broken( {\n";
    let mut files = vec![
        ("options/options.go".to_owned(), shared.to_owned()),
        ("options/broken.go".to_owned(), broken.to_owned()),
    ];
    for (name, lock) in [("one", "options.LockName"), ("two", "\"two-lock\"")] {
        let text = common::main_file(
            "",
            &format!("\t\tLeaderElection: true,\n\t\tLeaderElectionID: {lock},"),
        );
        let text = text.replacen("import (", "import (\n\t\"example.test/op/options\"", 1);
        files.push((format!("cmd/{name}/main.go"), text));
    }
    let never = "package main\n\nfunc main() {}\n";
    files.push(("cmd/never/main.go".to_owned(), never.to_owned()));
    files
}

fn reading_by(each: &EachBelow<'_>) -> String {
    let texts = files().into_iter();
    let texts: Vec<(String, GoText<'_>)> =
        texts.map(|(path, text)| (path, GoText::of(text))).collect();
    let files: Vec<SourceFile<'_>> = texts
        .iter()
        .map(|(path, text)| SourceFile { path, text })
        .collect();
    let reading = read_by(
        &files,
        &[GoMod::parse("", "module example.test/op\n")],
        each,
    );
    assert_eq!(reading.programs.len(), 3);
    assert_eq!(reading.unread.len(), 1, "the file that does not parse");
    format!("{reading:#?}")
}

#[test]
fn the_order_of_work_does_not_show() {
    let in_order = reading_by(&go::one_by_one);
    assert!(in_order.contains("shared-lock") && in_order.contains("two-lock"));
    let backwards = reading_by(&|count, work| (0..count).rev().for_each(work));
    assert_eq!(in_order, backwards);
    let side_by_side = reading_by(&|count, work| {
        std::thread::scope(|scope| {
            for at in 0..count {
                scope.spawn(move || work(at));
            }
        });
    });
    assert_eq!(in_order, side_by_side);
}
