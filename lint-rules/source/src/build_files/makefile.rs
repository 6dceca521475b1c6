//! Makefiles: packages that are built, and images with the Dockerfile that each is made of.

use super::go_build::{GoBuild, go_builds};
use super::lines::joined;
use super::variables::{BuildVariables, shell_words};

/// An image that a build file makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImageBuild {
    /// The image, with its tag if one is written.
    pub image: String,
    /// The Dockerfile, relative to the build file's folder; `None`: `Dockerfile` of the context.
    pub dockerfile: Option<String>,
    /// The context's folder.
    pub context: String,
    /// The stage that is asked for.
    pub target: Option<String>,
    /// The line of the build file, from 1.
    pub line: u32,
}

/// What a Makefile builds.
#[derive(Debug, Default)]
pub(crate) struct Makefile {
    /// Programs.
    pub builds: Vec<GoBuild>,
    /// Images.
    pub images: Vec<ImageBuild>,
}

impl Makefile {
    /// Reads a file's text. Lines that are not understood are left out.
    pub(crate) fn parse(text: &str) -> Self {
        Self::of_lines(text, |line| line.starts_with('\t'))
    }

    /// Reads a script of the shell in the same way.
    pub(crate) fn of_script(text: &str) -> Self {
        Self::of_lines(text, |_| true)
    }

    fn of_lines(text: &str, is_command: impl Fn(&str) -> bool) -> Self {
        let mut variables = BuildVariables::default();
        let lines = joined(text, |_| false);
        for (_, line) in &lines {
            if let Some((name, value)) = assignment(line) {
                variables.set(name, value);
            }
        }
        let mut file = Self::default();
        for (number, line) in &lines {
            let may_build = line.contains("build") || line.contains("install");
            if !is_command(line) || !may_build {
                continue;
            }
            let words = shell_words(&variables.expand(line.trim().trim_start_matches(['@', '-'])));
            file.builds.extend(go_builds(&words, *number));
            file.images.extend(image_build(&words, *number));
        }
        file
    }
}

/// `NAME = value`, `NAME := value`, `NAME ?= value`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(['\t', '#']) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches(['?', ':', '+']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|character| character.is_alphanumeric() || "_-.".contains(character))
    };
    let value = value.split(" #").next().unwrap_or(value);
    is_name(name).then_some((name, value))
}

/// `docker build -t IMAGE -f FILE CONTEXT`, and what takes the same words.
fn image_build(words: &[String], line: u32) -> Option<ImageBuild> {
    let start = words.iter().position(|word| word == "build")?;
    let named = words.get(..start)?.iter().any(|word| {
        [
            "docker",
            "podman",
            "buildah",
            "nerdctl",
            "CONTAINER",
            "buildx",
            "DOCKER",
        ]
        .iter()
        .any(|tool| word.contains(tool))
    });
    if !named {
        return None;
    }
    let (mut image, mut dockerfile, mut target, mut context) = (None, None, None, None);
    let mut rest = words.iter().skip(start + 1);
    while let Some(word) = rest.next() {
        if matches!(word.as_str(), "&&" | "||" | ";" | "|") {
            break;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with('-') => (name, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let mut value = || value.clone().or_else(|| rest.next().cloned());
        match name {
            "-t" | "--tag" => image = image.or(value()),
            "-f" | "--file" => dockerfile = value(),
            "--target" => target = value(),
            "--build-arg" | "--platform" | "--label" | "--output" | "--progress" | "--builder"
            | "--cache-from" | "--cache-to" | "--network" | "--secret" | "--iidfile"
            | "--annotation" => drop(value()),
            name if name.starts_with('-') => {}
            folder => context = Some(folder.to_owned()),
        }
    }
    if dockerfile.as_deref() == Some("-") {
        // `cat FILE | docker build -f -`
        let cat = words.iter().position(|word| word == "cat");
        dockerfile = cat.and_then(|at| words.get(at + 1).cloned());
    }
    Some(ImageBuild {
        image: image?,
        dockerfile,
        context: context.unwrap_or_else(|| ".".to_owned()),
        target,
        line,
    })
}
