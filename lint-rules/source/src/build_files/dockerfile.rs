//! Dockerfiles and Containerfiles: stages, what they build and copy, what they start.

use super::file_name;
use super::go_build::{GoBuild, go_builds};
use super::lines::joined;
use super::variables::{BuildVariables, shell_words};

/// A file that builds images.
#[derive(Debug, Default)]
pub(crate) struct Dockerfile {
    /// The stages that say what starts, in order.
    pub stages: Vec<ImageStage>,
    /// What it builds.
    pub builds: Vec<GoBuild>,
    /// File names that change when something is copied: the old one, the new one.
    renamed: Vec<(String, String)>,
}

/// A stage of which an image may be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ImageStage {
    /// Its name.
    pub name: Option<String>,
    /// It is the file's last stage, of which the image is made unless another is asked for.
    pub is_last: bool,
    /// What it starts.
    pub entrypoint: Vec<String>,
    /// The words that follow unless the container has its own.
    pub cmd: Vec<String>,
    /// The variables that it sets, where a container does not set them itself.
    pub env: Vec<(String, String)>,
    /// A shell runs it, so that a container's arguments do not come to the program.
    pub is_shell: bool,
    /// The line of ENTRYPOINT or CMD.
    pub line: u32,
}

impl ImageStage {
    /// Sets the variables of an `ENV`. An argument of the build may have another value than its default, so it stays as
    /// it is written.
    fn set_env(&mut self, rest: &str) {
        let mut before = BuildVariables::default();
        for (name, value) in &self.env {
            before.set(name, value);
        }
        for (name, value) in variables_of(&before.expand(rest)) {
            self.env.retain(|(known, _)| *known != name);
            self.env.push((name, value));
        }
    }
}

impl Dockerfile {
    /// Reads a file's text. Lines that are not understood are left out.
    pub(crate) fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut variables = BuildVariables::default();
        let mut stages: Vec<ImageStage> = Vec::new();
        // What it builds is another repository's then.
        let clones = text.contains("git clone");
        let is_comment = |line: &str| line.trim_start().starts_with('#') || line.trim().is_empty();
        for (line, instruction) in joined(text, is_comment) {
            let instruction = instruction.trim();
            let (word, rest) = instruction
                .split_once(char::is_whitespace)
                .unwrap_or((instruction, ""));
            let rest = rest.trim();
            match word.to_ascii_uppercase().as_str() {
                "ARG" => {
                    if let Some((name, value)) = rest.split_once('=') {
                        variables.set(name.trim(), unquoted(value));
                    }
                }
                "ENV" => {
                    for (name, value) in variables_of(&variables.expand(rest)) {
                        variables.set(&name, &value);
                    }
                    if let Some(stage) = stages.last_mut() {
                        stage.set_env(rest);
                    }
                }
                "FROM" => stages.push(from(rest, &stages, &variables)),
                "RUN" => {
                    let words = shell_words(&variables.expand(rest));
                    if !clones {
                        file.builds.extend(go_builds(&words, line));
                    }
                }
                "COPY" | "ADD" => file.copy(&variables.expand(rest)),
                "ENTRYPOINT" | "CMD" => {
                    let Some(stage) = stages.last_mut() else {
                        continue;
                    };
                    let (words, is_shell) = start_words(&variables.expand(rest));
                    stage.line = line;
                    if word.eq_ignore_ascii_case("ENTRYPOINT") {
                        stage.is_shell = is_shell;
                        stage.entrypoint = words;
                        // Docker forgets the CMD of the image below.
                        stage.cmd.clear();
                    } else {
                        stage.cmd = words;
                        stage.is_shell |= is_shell && stage.entrypoint.is_empty();
                    }
                }
                _ => {}
            }
        }
        if let Some(last) = stages.last_mut() {
            last.is_last = true;
        }
        file.stages = stages;
        file.stages
            .retain(|stage| stage.is_last || !stage.entrypoint.is_empty() || !stage.cmd.is_empty());
        file
    }

    fn copy(&mut self, rest: &str) {
        let words: Vec<String> = shell_words(rest)
            .into_iter()
            .filter(|word| !word.starts_with("--"))
            .collect();
        if let [from, to] = words.as_slice() {
            let (old, new) = (file_name(from), file_name(to));
            if !to.ends_with('/') && to != "." && old != new && !new.is_empty() {
                self.renamed.push((old.to_owned(), new.to_owned()));
            }
        }
    }

    /// Whether it builds the file itself that has this name in the image.
    pub(crate) fn builds_itself(&self, name: &str) -> bool {
        let built_as = self.built_as(name);
        self.builds.iter().any(|build| build.output == built_as)
    }

    /// The name under which a file was built that has this name in the image.
    pub(crate) fn built_as<'f>(&'f self, name: &'f str) -> &'f str {
        if self.builds.iter().any(|build| build.output == name) {
            return name;
        }
        let renamed = self.renamed.iter().find(|(_, new)| new == name);
        renamed.map_or(name, |(old, _)| old)
    }
}

/// A new stage: what it starts is what the stage below it starts.
fn from(rest: &str, stages: &[ImageStage], variables: &BuildVariables) -> ImageStage {
    let rest = variables.expand(rest);
    let words: Vec<&str> = rest
        .split_whitespace()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let (base, name) = match words.as_slice() {
        [base, word, name, ..] if word.eq_ignore_ascii_case("as") => (*base, Some(*name)),
        [base, ..] => (*base, None),
        [] => ("", None),
    };
    let below = stages
        .iter()
        .rev()
        .find(|stage| stage.name.as_deref() == Some(base));
    ImageStage {
        name: name.map(str::to_owned),
        is_last: false,
        ..below.cloned().unwrap_or_default()
    }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// `A=1 B="2 3"`, or `A 1 2`, which is one variable.
fn variables_of(rest: &str) -> Vec<(String, String)> {
    let words = shell_words(rest);
    let is_list = words.first().is_some_and(|first| first.contains('='));
    if is_list {
        let pairs = words.iter().filter_map(|word| word.split_once('='));
        return pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
    }
    let pair = rest.split_once(char::is_whitespace);
    let pair = pair.map(|(name, value)| (name.to_owned(), unquoted(value).to_owned()));
    pair.into_iter().collect()
}

/// The words of ENTRYPOINT and CMD, and whether a shell runs them.
fn start_words(rest: &str) -> (Vec<String>, bool) {
    if let Some(mut words) = json_strings(rest.trim()) {
        words.retain(|word| !word.is_empty());
        return (words, false);
    }
    let mut words = shell_words(rest);
    if words.first().is_some_and(|word| word == "exec") {
        words.remove(0);
    }
    (words, true)
}

/// The texts of a list such as `["/op", "--a=1,2"]`; `None`: it is none, and a shell reads it.
fn json_strings(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    let mut words = Vec::new();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('"')?;
        let (mut word, mut end, mut escaped) = (String::new(), None, false);
        for (at, character) in inner.char_indices() {
            match character {
                _ if escaped => {
                    word.push(character);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    end = Some(at);
                    break;
                }
                _ => word.push(character),
            }
        }
        words.push(word);
        rest = inner.get(end? + 1..)?.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(more) => more.trim_start(),
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(words)
}
