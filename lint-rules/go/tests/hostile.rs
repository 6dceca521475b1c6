//! Any text is accepted: nothing panics, nothing runs for ever.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use common::{main_file, read};
use proptest::prelude::*;

/// Pieces of Go that come in any order.
const PIECES: &[&str] = &[
    "package main\n",
    "import \"flag\"\n",
    "func main() {",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "if x := ",
    "for range ",
    "switch ",
    "case 1:",
    "default:",
    "select {",
    "ctrl.NewManager(nil, ctrl.Options{",
    "LeaderElection: true,",
    "x",
    ":=",
    "=",
    "&",
    "*",
    "func(",
    "struct {",
    "`tag`",
    "\"text\"",
    "\"open",
    "`open",
    "1_000",
    "0x",
    "1e",
    "'a'",
    "go ",
    "defer ",
    "return ",
    "<-",
    "...",
    ".",
    ",",
    ";",
    "\n",
    "type T[",
    "var (",
    "const (",
    "iota",
    "map[string]",
    "chan ",
    "//c\n",
    "/*c",
    "é",
    "\u{0}",
    "a.b.c(d)[e]{f: g}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text(text in ".{0,200}") {
        read(&[("main.go", &text)]);
        read(&[("main.go", &format!("package main\n{text}"))]);
    }

    #[test]
    fn any_order_of_pieces(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect::<Vec<_>>().join(" ");
        read(&[("main.go", &main_file(&text, "\t\tLeaderElection: true,"))]);
        read(&[("main.go", &format!("package main\nimport ctrl \"sigs.k8s.io/controller-runtime\"\n{text}"))]);
    }

    /// A file cut anywhere is read as far as it goes.
    #[test]
    fn a_file_cut_anywhere(cut in 0_usize..700) {
        let text = main_file("\tid := flag.String(\"id\", \"op\", \"\")\n\tif *id == \"\" {\n\t\tos.Exit(1)\n\t}", "\t\tLeaderElectionID: *id,");
        if let Some(text) = text.get(..cut) {
            read(&[("main.go", text)]);
        }
    }
}

#[test]
fn deep_nesting_and_long_chains() {
    for (open, close) in [
        ("(", ")"),
        ("[]int{", "}"),
        ("f(", ")"),
        ("!", ""),
        ("&", ""),
        ("func() { ", " }"),
        ("*", ""),
        ("map[int]", ""),
    ] {
        let deep = format!("\tx := {}1{}", open.repeat(20_000), close.repeat(20_000));
        read(&[("main.go", &main_file(&deep, ""))]);
    }
    let chains = [
        format!("\tx := 1{}", " + 1".repeat(50_000)),
        format!("\tx := a{}", ".b()".repeat(50_000)),
        format!("\t{}", "if true {".repeat(20_000)),
        format!("\tx := \"{}\"", "a".repeat(3_000_000)),
    ];
    for chain in chains {
        read(&[("main.go", &main_file(&chain, "\t\tLeaderElection: true,"))]);
    }
}

#[test]
fn cycles_end() {
    let cyclic = "\nconst a = b\nconst b = a + \"x\"\n\nvar v = w\nvar w = v\n\ntype T struct{ *T }\n\nfunc f() string { return g() }\nfunc g() string { return f() }\n";
    let one = common::elector(&[(
        "main.go",
        &(main_file(
            "",
            "\t\tLeaderElection: true,\n\t\tLeaderElectionID: a + v + f(),",
        ) + cyclic),
    )]);
    assert!(common::default(&one.lock_name).starts_with('?'));
}

/// Each function calls the next twice: 2^40 calls if nothing bounded them.
#[test]
fn work_is_bounded() {
    let mut text = main_file("\tf0()", "\t\tLeaderElection: true,");
    for at in 0..40 {
        text += &format!(
            "\nfunc f{at}() {{\n\tif os.Getenv(\"A{at}\") == \"\" {{\n\t\tf{}()\n\t}}\n\tf{}()\n}}\n",
            at + 1,
            at + 1
        );
    }
    text += "\nfunc f40() { flag.Bool(\"x\", true, \"\") }\n";
    let reading = read(&[("main.go", &text)]);
    let program = &reading.programs[0];
    assert!(program.exhausted, "what it could not finish says so");
}
