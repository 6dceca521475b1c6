//! `docs/ledger.md` names every code that the ledger can hold, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use manifest::tree::ReadErrorCode;

const PAGE: &str = "docs/ledger.md";

const UNREAD: [ReadErrorCode; 6] = [
    ReadErrorCode::Syntax,
    ReadErrorCode::Template,
    ReadErrorCode::Encoding,
    ReadErrorCode::TooLarge,
    ReadErrorCode::Io,
    ReadErrorCode::Limit,
];

/// What stands before a code in the source: a field of an unknown, or the call that makes one.
const MARKS: [&str; 4] = ["code:", "code =", "unknown(", "not_judged("];

/// Compares the codes of the source with those of the page.
pub fn check(root: &Path) -> Result<(), String> {
    let page = fs::read_to_string(root.join(PAGE)).map_err(|error| format!("{PAGE}: {error}"))?;
    let mut codes = BTreeSet::new();
    let mut sources = Vec::new();
    // The program adds none: what it tells is decided before it.
    for folder in ["lint-rules", "webhook/src"] {
        collect(&root.join(folder), &mut sources);
    }
    for source in sources {
        let text = fs::read_to_string(&source)
            .map_err(|error| format!("{}: {error}", source.display()))?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        codes.extend(codes_of(code));
    }
    compare("notJudged", &section(&page, "notJudged"), &codes)?;
    let unread = UNREAD.iter().map(|code| code.as_str().to_owned()).collect();
    compare("unread", &section(&page, "unread"), &unread)?;
    println!("{PAGE} is as the code is");
    Ok(())
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "tests") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs")
            && path.file_stem().is_none_or(|name| name != "tests")
        {
            found.push(path);
        }
    }
}

/// The codes that a source file writes.
fn codes_of(text: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for mark in MARKS {
        for (at, _) in text.match_indices(mark) {
            let rest = text.get(at + mark.len()..).unwrap_or_default();
            // The place comes first where a rule writes into the ledger.
            let rest = if mark == "not_judged(" {
                rest.split_once(',').map_or("", |(_, rest)| rest)
            } else {
                rest
            };
            let literal = rest.trim_start().strip_prefix('"');
            if let Some((code, _)) = literal.and_then(|rest| rest.split_once('"'))
                && !code.is_empty()
                && code
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            {
                codes.insert(code.to_owned());
            }
        }
    }
    codes
}

/// The codes in the first column of the table under a heading that begins with a word.
fn section(page: &str, word: &str) -> BTreeSet<String> {
    let heading = format!("## {word}");
    page.lines()
        .skip_while(|line| !line.starts_with(&heading))
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(code, _)| code.to_owned())
        .collect()
}

fn compare(what: &str, told: &BTreeSet<String>, real: &BTreeSet<String>) -> Result<(), String> {
    let missing: Vec<&String> = real.difference(told).collect();
    let stale: Vec<&String> = told.difference(real).collect();
    if missing.is_empty() && stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{PAGE}, {what}: not told: {missing:?}; told and not in the code: {stale:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_written() {
        let text = "Unknown { code: \"a-b\", x }; unknown(\n  \"c\",\n 1); sink.not_judged(p, \"d\", r); \
                    sink.not_judged(p, u.code, \"no\"); code: \"Not One\"";
        assert_eq!(
            codes_of(text).into_iter().collect::<Vec<_>>(),
            ["a-b", "c", "d"]
        );
    }

    #[test]
    fn a_section_ends_at_the_next() {
        let page = "## notJudged\n| `a` | x |\n## unread\n| `b` | y |\n";
        assert_eq!(
            section(page, "unread").into_iter().collect::<Vec<_>>(),
            ["b"]
        );
    }
}
