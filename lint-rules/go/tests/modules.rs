//! Modules written for one way of expression each (`modules/*.txt`): what must be known of them, and what not.
//!
//! A file begins with a sentence on what it shows and the expected facts, then come the module's files, each after a
//! line `-- path --`. Facts with a place are changed there one by one: each change must change the answer.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write as _;
use std::path::Path;

use common::{by, default};
use go::program::{RepositoryReading, SourceElection, SourceElector, SourceProgram};
use go::term::SharedTerm;
use go::{GoMod, SourcePosition};

/// A module with what is expected of it.
struct ModuleCase {
    name: String,
    expected: String,
    files: Vec<(String, String)>,
}

fn cases() -> Vec<ModuleCase> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut parts = vec![(String::new(), String::new())];
        for line in text.lines() {
            match line
                .strip_prefix("-- ")
                .and_then(|line| line.strip_suffix(" --"))
            {
                Some(path) => parts.push((path.to_owned(), String::new())),
                None => {
                    let part = parts.last_mut().unwrap();
                    part.1.push_str(line);
                    part.1.push('\n');
                }
            }
        }
        let (_, head) = parts.remove(0);
        let (sentence, expected) = head.split_once("\n\n").unwrap_or((&head, ""));
        assert!(sentence.ends_with('.'), "{name} begins with no sentence");
        cases.push(ModuleCase {
            name,
            expected: expected.trim().to_owned(),
            files: parts,
        });
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn read(files: &[(String, String)]) -> RepositoryReading {
    let is_module = |path: &str| path == "go.mod" || path.ends_with("/go.mod");
    let sources: Vec<(&str, &str)> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".go"))
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let modules: Vec<GoMod> = files
        .iter()
        .filter(|(path, _)| is_module(path))
        .map(|(path, text)| GoMod::parse(path.trim_end_matches("go.mod"), text))
        .collect();
    go::read(&sources, &modules)
}

/// The settings of an elector, by their names here.
fn settings(one: &SourceElector) -> [(&'static str, &SharedTerm); 10] {
    [
        ("switch", &one.enable),
        ("guard", &one.guard),
        ("lease", &one.lease_duration),
        ("renew", &one.renew_deadline),
        ("retry", &one.retry_period),
        ("type", &one.lock_type),
        ("name", &one.lock_name),
        ("namespace", &one.lock_namespace),
        ("identity", &one.identity),
        ("release", &one.release),
    ]
}

/// All that is known, as the head of a case has it. Guards that are always true are left out.
fn shown(reading: &RepositoryReading) -> String {
    let mut text = String::new();
    let at = |place: SourcePosition| format!("{}:{}", reading.path(place), place.line);
    for SourceProgram {
        folder,
        election,
        electors,
        exhausted,
        ..
    } in &reading.programs
    {
        let folder = if folder.is_empty() { "." } else { folder };
        let election = match election {
            SourceElection::Elects => "elects".to_owned(),
            SourceElection::Never => "never elects".to_owned(),
            SourceElection::Unknown(place) => format!("not known, by {}", at(*place)),
        };
        let exhausted = if *exhausted { ", too large" } else { "" };
        writeln!(text, "program {folder}: {election}{exhausted}").unwrap();
        for one in electors {
            let version = one.version.as_deref().unwrap_or("of unknown version");
            let command = match one.command.as_slice() {
                [] => String::new(),
                words => format!(", command {}", words.join(" ")),
            };
            let reached = if one.reached { "" } else { ", not come to" };
            writeln!(text, "elector {} {version}{command}{reached}", at(one.at)).unwrap();
            for (name, term) in settings(one) {
                let value = match default(term) {
                    empty if empty.is_empty() => "(empty)".to_owned(),
                    value => value,
                };
                if name == "guard" && value == "true" {
                    continue;
                }
                let by = by(term);
                let by = match by.as_str() {
                    "" => String::new(),
                    by if by.starts_with('?') => String::new(),
                    by => format!(" by {by}"),
                };
                writeln!(text, "  {name} {value}{by}").unwrap();
            }
            let behaviour = &one.behaviour;
            writeln!(
                text,
                "  loss {:?}, context {:?}",
                behaviour.on_loss, behaviour.context
            )
            .unwrap();
        }
    }
    text.trim().to_owned()
}

#[test]
fn each_module_is_read_as_its_head_says() {
    let mut wrong = String::new();
    for case in cases() {
        let reading = read(&case.files);
        assert_eq!(reading.unread, [], "{}: its Go does not parse", case.name);
        let found = shown(&reading);
        if found != case.expected {
            write!(
                wrong,
                "\n== {}: expected\n{}\n-- found\n{found}\n",
                case.name, case.expected
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Another text of the same kind in the place of a literal; `None` where something else stands.
fn mutated(text: &str, offset: usize) -> Option<String> {
    let (before, rest) = text.split_at(offset);
    let first = rest.chars().next()?;
    let (old, new) = match first {
        '"' | '`' => {
            let end = rest[1..].find(first)? + 2;
            (end, format!("{first}other{first}"))
        }
        '0'..='9' => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            (end, format!("7{}", &rest[..end]))
        }
        't' if rest.starts_with("true") => (4, "false".to_owned()),
        'f' if rest.starts_with("false") => (5, "true".to_owned()),
        _ => return None,
    };
    Some(format!("{before}{new}{}", &rest[old..]))
}

#[test]
fn each_fact_changes_with_the_source_that_states_it() {
    let mut tried = 0;
    for case in cases() {
        let reading = read(&case.files);
        let before = shown(&reading);
        let mut places = Vec::new();
        for one in reading
            .programs
            .iter()
            .flat_map(|program| &program.electors)
        {
            for (name, term) in settings(one) {
                let _all = term.any(&mut |part| {
                    if let Some(place) = part.at
                        && !default(term).starts_with('?')
                    {
                        places.push((name, place));
                    }
                    false
                });
            }
        }
        places.sort_by_key(|(name, place)| (place.file, place.offset, *name));
        places.dedup_by_key(|(_, place)| (place.file, place.offset));
        for (name, place) in places {
            let path = reading.path(place).to_owned();
            let mut files = case.files.clone();
            let file = files.iter_mut().find(|(known, _)| *known == path).unwrap();
            let Some(changed) = mutated(&file.1, place.offset as usize) else {
                continue;
            };
            file.1 = changed;
            tried += 1;
            let after = shown(&read(&files));
            assert_ne!(
                after, before,
                "{}: {name} is the same after a change at {path}:{}:{}",
                case.name, place.line, place.column
            );
        }
    }
    assert!(tried > 40, "only {tried} facts were changed");
}
