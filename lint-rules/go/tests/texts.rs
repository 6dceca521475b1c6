//! Texts that are read when they are needed, and as often as they are.

use std::sync::atomic::{AtomicUsize, Ordering};

use go::{GoMod, GoText, SourceFile, needed, one_by_one, read_by};

const MAIN: &str = "package main

import (
\t_ \"example.test/op/cache\"
\t\"example.test/op/names\"
\tctrl \"sigs.k8s.io/controller-runtime\"
)

func main() {
\tctrl.NewManager(nil, ctrl.Options{LeaderElection: true, LeaderElectionID: names.Lock})
}
";

/// Path and text, and how often the text is read later: once for its words, and once more where its declarations are
/// needed.
const FILES: [(&str, &str, usize); 4] = [
    ("cache/cache.go", "package cache\n\nfunc Fill() {}\n", 1),
    ("cmd/op/main.go", MAIN, 2),
    (
        "names/names.go",
        "package names\n\nconst Lock = \"op-lock\"\n",
        2,
    ),
    ("other/other.go", "package other\n\nfunc Unused() {}\n", 0),
];

fn sources<'t>(texts: &'t [GoText<'t>; 4]) -> Vec<SourceFile<'t>> {
    let files = FILES.iter().zip(texts);
    files
        .map(|((path, ..), text)| SourceFile { path, text })
        .collect()
}

#[test]
fn only_texts_whose_declarations_are_needed_are_kept() {
    let modules = [GoMod::parse("", "module example.test/op\n")];
    let counts = FILES.map(|_| AtomicUsize::new(0));
    let mut texts = FILES.map(|(_, text, _)| GoText::head_of(text));
    let wanted = needed(&sources(&texts), &modules);
    assert_eq!(
        wanted,
        [true, true, true, false],
        "`other` is imported nowhere"
    );
    for (((text, (_, content, _)), count), wanted) in
        texts.iter_mut().zip(FILES).zip(&counts).zip(wanted)
    {
        if wanted {
            text.read_later(Box::new(move || {
                count.fetch_add(1, Ordering::Relaxed);
                Some(content.to_owned())
            }));
        }
    }
    let reading = read_by(&sources(&texts), &modules, &one_by_one);

    let at_hand: Vec<(&str, &str)> = FILES.iter().map(|(path, text, _)| (*path, *text)).collect();
    let expected = go::read(&at_hand, &modules);
    assert_eq!(format!("{reading:?}"), format!("{expected:?}"));
    assert!(format!("{reading:?}").contains("op-lock"));
    for ((path, _, times), count) in FILES.iter().zip(&counts) {
        assert_eq!(count.load(Ordering::Relaxed), *times, "{path}");
    }
}

#[test]
fn a_text_that_went_or_changed_is_listed_as_unread() {
    let modules = [GoMod::parse("", "module example.test/op\n")];
    for later in [None, Some("package main\n\nfunc main() {}\n")] {
        let mut text = GoText::head_of(MAIN);
        text.read_later(Box::new(move || later.map(str::to_owned)));
        let files = [SourceFile {
            path: "main.go",
            text: &text,
        }];
        let reading = read_by(&files, &modules, &one_by_one);
        let problems: Vec<&str> = reading.unread.iter().map(|one| one.problem).collect();
        let expected = ["the file changed, or went, while it was read"];
        assert_eq!(problems, expected, "{later:?}");
        assert!(reading.programs.is_empty(), "nothing is known of it");
    }
}
