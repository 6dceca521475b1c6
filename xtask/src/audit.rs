//! `cargo xtask audit-dialects DIR`: records of Go programs beside the source of their upstreams.
//!
//! DIR holds checkouts in folders called `OWNER+NAME` or `NAME`. A record belongs to the repository that it was read
//! from, or to one that is called as one of its images or commands. What differs is printed with its place.

mod compare;

use std::fs;
use std::path::Path;

use compare::differences;
use go::GoMod;
use go::program::{RepositoryReading, SourceElector, SourceProgram};
use programs::Program;

/// Folders without programs of the repository.
const ASIDE: &[&str] = &["vendor", "testdata", "node_modules", ".git", "third_party"];

/// Names of repositories that say nothing without their owner.
const GENERIC: &[&str] = &[
    "operator",
    "controller",
    "manager",
    "controllers",
    "operators",
];

/// Compares each record with the checkouts of a folder. Differences are printed and no failure.
///
/// # Errors
/// Where the folder cannot be read.
pub fn run(folder: &Path) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let (mut compared, mut differing) = (0, 0);
    for name in names {
        let records: Vec<&Program> = programs::programs()
            .filter(|record| !record.generic && belongs(record, &name))
            .collect();
        if records.is_empty() {
            continue;
        }
        let checkout = folder.join(&name);
        let reading = read(&checkout);
        for record in records {
            if is_of_older_versions(record) {
                println!("{}: {name}: its newest versions were not read", record.id);
                continue;
            }
            match counterpart(record, &reading, repository_name(&name)) {
                Some(found) => {
                    compared += 1;
                    differing += usize::from(print(record, &name, found, &reading));
                }
                None => println!("{}: {name}: no program of it was found", record.id),
            }
        }
    }
    println!("{compared} records compared, {differing} differ");
    Ok(())
}

/// The repository's name in a checkout's folder, without its owner.
fn repository_name(folder: &str) -> &str {
    folder.rsplit('+').next().unwrap_or(folder)
}

/// Whether a record says of the newest versions only that they were not read: a checkout of today is not its source.
fn is_of_older_versions(record: &Program) -> bool {
    let mut rules = record.versions.iter();
    rules.any(|rule| rule.program.is_none() && rule.from.is_some() && rule.before.is_none())
}

/// Whether a record is of the repository in a folder.
fn belongs(record: &Program, folder: &str) -> bool {
    let name = repository_name(folder);
    if let Some(read) = &record.read {
        let of_record = read.repository.rsplit('/').next();
        return of_record == Some(name)
            && (!folder.contains('+') || read.repository.replace('/', "+") == folder);
    }
    if GENERIC.contains(&name) {
        // `owner/operator` is the repository's only if the owner is the same.
        let path = folder.replace('+', "/");
        let mut images = record.recognise.images.iter();
        return path.contains('/') && images.any(|image| **image == *path);
    }
    *record.id == *name || own_names(record).any(|own| own == name)
}

/// The last words of a record's images and the first of its commands.
fn own_names(record: &Program) -> impl Iterator<Item = &str> {
    let images = record.recognise.images.iter();
    let images = images.filter_map(|image| image.rsplit('/').next());
    let commands = record.recognise.commands.iter();
    images.chain(commands.filter_map(|command| command.split(' ').next()))
}

/// The electors of the program that a record describes.
fn counterpart<'r>(
    record: &Program,
    reading: &'r RepositoryReading,
    repository: &str,
) -> Option<Vec<&'r SourceElector>> {
    let may_elect = |program: &&SourceProgram| {
        let mut electors = program.electors.iter();
        electors.any(|one| one.enable.as_truth() != Some(false))
    };
    let all: Vec<&SourceProgram> = reading.programs.iter().filter(may_elect).collect();
    let folder = |program: &SourceProgram| {
        let last = program.folder.rsplit('/').next().unwrap_or_default();
        if last.is_empty() {
            repository.to_owned()
        } else {
            last.to_owned()
        }
    };
    let named = all.iter().find(|program| {
        let name = folder(program);
        let end = record.id.strip_suffix(name.as_str());
        name == *record.id
            || end.is_some_and(|before| before.ends_with('-'))
            || own_names(record).any(|own| own == name)
    });
    let program = match (named, all.as_slice()) {
        (Some(program), _) => program,
        (None, [only]) => only,
        (None, _) => return None,
    };
    let is_on = |one: &&SourceElector| one.enable.as_truth() != Some(false);
    let mut electors: Vec<&SourceElector> = program.electors.iter().filter(is_on).collect();
    // A record of one command is compared with that command's elector.
    let of_command = |one: &&SourceElector| {
        let words = one.command.join(" ");
        let mut commands = record.recognise.commands.iter();
        !words.is_empty()
            && commands.any(|command| {
                command
                    .split_once(' ')
                    .is_some_and(|(_, rest)| rest.starts_with(&words))
            })
    };
    if electors.iter().any(of_command) {
        electors.retain(of_command);
    }
    (!electors.is_empty()).then_some(electors)
}

/// Prints what differs from the elector that is most like the record; whether anything does.
fn print(
    record: &Program,
    checkout: &str,
    electors: Vec<&SourceElector>,
    reading: &RepositoryReading,
) -> bool {
    let compared = electors.iter().map(|one| differences(record, one, reading));
    let Some(least) = compared.min_by_key(Vec::len) else {
        return false;
    };
    for difference in &least {
        println!("{}: {checkout}: {difference}", record.id);
    }
    !least.is_empty()
}

fn read(checkout: &Path) -> RepositoryReading {
    let mut texts = Vec::new();
    collect(checkout, "", &mut texts);
    texts.sort();
    let modules: Vec<GoMod> = texts
        .iter()
        .filter(|(path, _)| path.ends_with("go.mod"))
        .map(|(path, text)| GoMod::parse(path.trim_end_matches("go.mod"), text))
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .filter(|(path, _)| path.ends_with(".go"))
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    go::read(&files, &modules)
}

fn collect(root: &Path, below: &str, texts: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(root.join(below)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && !ASIDE.contains(&name.as_str()) {
            collect(root, &path, texts);
        } else if kind.is_file()
            && (name == "go.mod" || name.ends_with(".go") && !name.ends_with("_test.go"))
            && let Ok(bytes) = fs::read(entry.path())
        {
            texts.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}
