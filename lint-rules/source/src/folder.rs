//! What is read of a folder: Go files, `go.mod` files, build files.

use go::GoText;

/// The files of one folder of the input. Paths are relative to it, with `/`.
#[derive(Debug, Default)]
pub struct SourceFolder<'r> {
    /// What the names of its files begin with in reports: empty, or a path with a slash at its end.
    pub prefix: String,
    /// Go files: path and text. Of those that no program needs the head is enough.
    pub files: Vec<(String, GoText<'r>)>,
    /// `go.mod` files: path and text.
    pub modules: Vec<(String, String)>,
    /// Build files.
    pub build_files: Vec<BuildFile>,
    /// Paths of files that could not be read or are too large.
    pub unread: Vec<String>,
}

/// A file that says how programs and images are built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The kinds of build files that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuildFileKind {
    /// Dockerfile or Containerfile.
    Image,
    /// Makefile.
    Make,
    /// A script of the shell.
    Script,
    /// skaffold, goreleaser or ko.
    Yaml,
}

impl BuildFileKind {
    /// The kind that a file's name tells.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        let is_yaml = lower.ends_with(".yaml") || lower.ends_with(".yml");
        let makes_image = |word: &str| {
            lower == word
                || lower.starts_with(&format!("{word}."))
                || lower.starts_with(&format!("{word}-"))
                || lower.ends_with(&format!(".{word}"))
        };
        if is_yaml {
            let builds = lower.starts_with("skaffold")
                || lower.starts_with(".goreleaser")
                || lower.starts_with("goreleaser")
                || lower.starts_with(".ko.");
            return builds.then_some(Self::Yaml);
        }
        if lower.ends_with(".go") || lower.ends_with(".dockerignore") {
            return None;
        }
        if makes_image("dockerfile") || makes_image("containerfile") {
            return Some(Self::Image);
        }
        if matches!(name, "Makefile" | "makefile" | "GNUmakefile") || lower.ends_with(".mk") {
            return Some(Self::Make);
        }
        lower.ends_with(".sh").then_some(Self::Script)
    }
}

/// Whether a file's name is that of a build file that is read.
#[must_use]
pub fn is_build_file(path: &str) -> bool {
    BuildFileKind::of(path).is_some()
}
