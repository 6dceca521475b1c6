//! Wrappers and scripts: every word of the program comes from one of the container's.

use programs::expansion::{Lookup, expand};
use programs::shell::{Unwrapped, unwrap};

fn look(name: &str) -> Lookup<'static> {
    match name {
        "LEASE" => Lookup::Known("15s"),
        "WORDS" => Lookup::Known("--a  --b=$(LEASE) 'c"),
        "EMPTY" => Lookup::Known(""),
        "SECRET" => Lookup::Unknown,
        _ => Lookup::Undeclared,
    }
}

/// The lines of a text are a command line; the text is also a script of its own.
pub fn shell_unwrap(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let argv: Vec<&str> = text.split('\n').collect();
    check(&argv);
    check(&["/bin/sh", "-c", &text, "sh", "--first", "2"]);
    check(&["tini", "--", "bash", "-euc", &text]);
    for word in argv.into_iter().chain([&*text]) {
        check_expansion(word);
    }
}

fn check(argv: &[&str]) {
    let Unwrapped::Program { argv: words, env } = unwrap(argv, &mut look) else {
        return;
    };
    assert!(!words.is_empty(), "a program has a name");
    for word in &words {
        let source = argv.get(word.argument).expect("one of the words");
        let written = source.get(word.range.clone()).expect("a piece of the word");
        if word.verbatim && !word.unknown {
            assert_eq!(written, word.text);
        }
    }
    assert!(env.iter().all(|(name, _)| !name.contains('=')));
}

fn check_expansion(input: &str) {
    let expanded = expand(input, &mut (64 << 10), &mut look);
    for (name, range) in &expanded.unresolved {
        let written = input.get(range.clone()).expect("a piece of the input");
        assert_eq!(written, format!("$({name})"));
    }
    assert_eq!(expanded.text.is_none(), !expanded.unknown.is_empty());
    assert!(expanded.unknown.len() <= expanded.used.len());
    if !input.contains('$') {
        assert_eq!(expanded.text.as_deref(), Some(input));
    }
}
