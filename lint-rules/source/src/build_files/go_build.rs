//! `go build` on a line of shell.

use super::file_name;

/// A package that is built under a file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoBuild {
    /// The file name of the program.
    pub output: String,
    /// The package as written: a folder, a file of it, or an import path. Empty: the folder where it is built.
    pub package: String,
    /// The line of the build file, from 1.
    pub line: u32,
}

/// Options of `go build` whose value is the next word.
const WITH_VALUE: &[&str] = &[
    "-o",
    "-p",
    "-asmflags",
    "-buildmode",
    "-buildvcs",
    "-compiler",
    "-gccgoflags",
    "-gcflags",
    "-installsuffix",
    "-ldflags",
    "-mod",
    "-modfile",
    "-overlay",
    "-pgo",
    "-pkgdir",
    "-tags",
    "-toolexec",
    "-C",
];

/// The builds in the words of a line of shell.
pub(super) fn go_builds(words: &[String], line: u32) -> Vec<GoBuild> {
    let mut found = Vec::new();
    // The folder that `cd` leads to; `None`: one that is not known.
    let mut folder = Some(String::new());
    let is_end = |word: &String| matches!(word.as_str(), "&&" | "||" | ";" | "|" | "&");
    for command in words.split(is_end) {
        if let [cd, to] = command
            && cd == "cd"
        {
            let is_known = !to.starts_with('/') && !to.contains('$') && !to.contains("..");
            folder = folder
                .filter(|_| is_known)
                .map(|before| format!("{before}{to}/"));
        }
        // A Makefile's `$(GO)` is Go, too.
        let start = command.windows(2).position(|pair| {
            let [program, verb] = pair else { return false };
            matches!(file_name(program), "go" | "$(GO)" | "${GO}" | "$(GOCMD)")
                && (verb == "build" || verb == "install")
        });
        let Some(start) = start else { continue };
        let (mut output, mut packages) = (None, Vec::new());
        let mut rest = command.iter().skip(start + 2);
        while let Some(word) = rest.next() {
            let word = word.as_str();
            let name = word.strip_prefix('-').unwrap_or(word);
            if let Some(value) = word.strip_prefix("-o=").or(word.strip_prefix("--o=")) {
                output = Some(value.to_owned());
            } else if WITH_VALUE.contains(&word) || WITH_VALUE.contains(&name) {
                let value = rest.next();
                if word.ends_with("-o") {
                    output = value.cloned();
                }
            } else if !word.starts_with('-') {
                packages.push(word.to_owned());
            }
        }
        let below = |build: GoBuild| {
            let folder = folder.as_deref()?;
            Some(GoBuild {
                package: format!("{folder}{}", build.package)
                    .trim_end_matches('/')
                    .to_owned(),
                ..build
            })
        };
        found.extend(build(output, packages, line).and_then(below));
    }
    found
}

fn build(output: Option<String>, packages: Vec<String>, line: u32) -> Option<GoBuild> {
    let package = match packages.as_slice() {
        [] => String::new(),
        // Several files of one package.
        [first, rest @ ..] => {
            let is_file = |name: &String| name.ends_with(".go");
            if !rest.is_empty() && !packages.iter().all(is_file) {
                return None;
            }
            first.clone()
        }
    };
    // What is not known, or whole trees.
    if package.contains('$') || package.contains("...") {
        return None;
    }
    let package = match package.strip_suffix(".go") {
        Some(_) => package
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| folder.to_owned()),
        None => package,
    };
    let package = package
        .trim_start_matches("./")
        .trim_end_matches('/')
        .to_owned();
    let package = if package == "." {
        String::new()
    } else {
        package
    };
    let output = output.unwrap_or_else(|| package.clone());
    let name = file_name(&output);
    if name.is_empty() || name.contains('$') || output.ends_with('/') {
        return None;
    }
    Some(GoBuild {
        output: name.to_owned(),
        package,
        line,
    })
}
