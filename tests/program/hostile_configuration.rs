//! Configurations that are made to be expensive or to break the reader end in a message in their place.

use std::fmt::Write as _;

use super::workspace::{GOOD, ProgramRun, Workspace};

fn lint(configuration: &str) -> ProgramRun {
    Workspace::with("a.yaml", GOOD)
        .and(".leaselint.yaml", configuration)
        .run(&["lint"])
}

/// Runs the program with a configuration that it refuses, at that line and with those words.
fn refused(configuration: &str, line: usize, words: &str) {
    let run = lint(configuration);
    let start: String = configuration.chars().take(60).collect();
    let errors = &run.stderr;
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (2, ""),
        "{start}: {errors}"
    );
    let place = format!("--> .leaselint.yaml:{line}:");
    assert!(errors.contains(&place), "{start}: {errors}");
    assert!(errors.contains(words), "{start}: {errors}");
    assert!(errors.len() < 2000, "{start}: {} bytes", errors.len());
}

#[test]
#[cfg(feature = "custom-rules")]
fn deep_queries_and_huge_patterns_are_refused() {
    let rule = |select: &str, require: &str| {
        format!(
            "custom-rules:\n  - id: a\n    for: elector\n    select: {select}\n    require: {require}\n    message: m\n"
        )
    };
    let (exists, deep) = ("{exists: true}", 5000);
    for query in [
        format!("'${}{}'", "[?(@.a".repeat(deep), ")]".repeat(deep)),
        format!("'$[?{}@.a{}]'", "(".repeat(deep), ")".repeat(deep)),
        format!("'$[?{}@.a{}]'", "!(".repeat(deep), ")".repeat(deep)),
        format!("'${}'", ".a".repeat(deep)),
        format!("'${}'", "..a".repeat(deep)),
        format!("\"$['{}\"", "a".repeat(deep)),
    ] {
        refused(
            &rule(&query, exists),
            4,
            "a query has at most 1000 characters",
        );
    }
    refused(&rule("'$..a..b'", exists), 4, "`..`");
    let match_of = "'$[?match(@.a, \"(a{1000}){1000}\")]'";
    refused(&rule(match_of, exists), 4, "would take too long");
    for (pattern, words) in [
        ("(a{1000}){1000}".to_owned(), "the pattern is too large"),
        (
            format!("{}a{}", "(".repeat(deep), ")".repeat(deep)),
            "nested",
        ),
    ] {
        refused(&rule("$.a", &format!("{{matches: '{pattern}'}}")), 5, words);
    }
    let nested = format!("{}{exists}{}", "{not: ".repeat(50), "}".repeat(50));
    refused(&rule("$.a", &nested), 5, "`not` is nested too deeply");
}

#[test]
fn deep_documents_and_those_that_refer_to_themselves_are_refused() {
    let deep = 50_000;
    let lists = format!("ignore: {}{}", "[".repeat(deep), "]".repeat(deep));
    refused(&lists, 1, "nested too deeply");
    let mut aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for number in 1..12 {
        let inner = vec![format!("*a{}", number - 1); 9].join(", ");
        let _ = writeln!(aliases, "a{number}: &a{number} [{inner}]");
    }
    refused(&aliases, 2, "excessive aliasing");
    let like = "programs: [{id: a, like: b}, {id: b, like: a}]";
    refused(like, 1, "goes round in a circle");
    refused("extends: [.leaselint.yaml]", 1, "extends itself");
    let alternatives = ("{a,".repeat(deep / 10), "}".repeat(deep / 10));
    let alternatives = format!("exclude: ['{}b{}']", alternatives.0, alternatives.1);
    refused(&alternatives, 1, "not a pattern");
}

#[test]
fn numbers_beyond_all_bounds_are_refused() {
    for (configuration, words) in [
        (
            "limits: {failoverTarget: 99999999999999999h}",
            "not a duration",
        ),
        (
            "limits: {minRenewAttempts: 99999999999999999999}",
            "from 1 to 1000",
        ),
        (
            "limits: {largestFile: 99999999999999999999 GiB}",
            "not a size",
        ),
        ("render: {timeout: 99999999h}", "at most an hour"),
    ] {
        refused(configuration, 1, words);
    }
    let run = lint(&format!("# {}\n", "x".repeat(2 << 20)));
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("is larger than 1 MiB"),
        "{}",
        run.stderr
    );
}

#[test]
fn of_many_mistakes_the_first_are_shown() {
    let keys: String = (0..20_000)
        .map(|number| format!("key-{number}: 1\n"))
        .collect();
    let run = lint(&keys);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("unknown key `key-0`"), "{}", run.stderr);
    assert!(
        run.stderr.contains("19950 more mistakes\n"),
        "{}",
        run.stderr
    );
}
