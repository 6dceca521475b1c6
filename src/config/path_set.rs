//! Paths below the configuration's folder, by patterns as in a .gitignore.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::selectors::ExcludePattern;

/// A set of paths.
#[derive(Clone, Debug)]
pub struct PathSet {
    parts: Vec<PathPatterns>,
}

/// Patterns that start at one folder.
#[derive(Clone, Debug)]
struct PathPatterns {
    root: PathBuf,
    patterns: Gitignore,
    /// They hold for files that the command line names, too.
    with_named: bool,
    /// Where they are written, as reports say it.
    source: &'static str,
}

impl PathSet {
    /// Patterns that start at a folder. `source`: where they are written, as reports say it.
    ///
    /// # Errors
    /// The number of the first pattern that is none, and why.
    pub fn new<'p>(
        folder: &Path,
        patterns: impl IntoIterator<Item = &'p str>,
        source: &'static str,
    ) -> Result<Self, (usize, String)> {
        let root = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let mut builder = GitignoreBuilder::new(&root);
        for (at, pattern) in patterns.into_iter().enumerate() {
            builder
                .add_line(None, pattern)
                .map_err(|error| (at, error.to_string()))?;
        }
        let patterns = builder.build().map_err(|error| (0, error.to_string()))?;
        let part = PathPatterns {
            root,
            patterns,
            with_named: false,
            source,
        };
        Ok(Self { parts: vec![part] })
    }

    /// The same for files that the command line names, too.
    #[must_use]
    pub fn with_named(mut self) -> Self {
        for part in &mut self.parts {
            part.with_named = true;
        }
        self
    }

    /// The paths of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }

    /// Whether an absolute path is in the set, by itself or with a folder above it.
    pub fn holds(&self, path: &Path, is_folder: bool) -> bool {
        let found = |part: &PathPatterns| part.pattern_for(path, is_folder).is_some();
        self.parts.iter().any(found)
    }

    /// Whether the absolute path of a file that the command line names is in the set.
    pub fn holds_named(&self, path: &Path) -> bool {
        let mut parts = self.parts.iter().filter(|part| part.with_named);
        parts.any(|part| part.pattern_for(path, false).is_some())
    }

    /// The pattern that holds an absolute path of a file, and where it is written.
    pub fn pattern_for(&self, path: &Path) -> Option<(&str, &'static str)> {
        let mut parts = self.parts.iter();
        parts.find_map(|part| Some((part.pattern_for(path, false)?, part.source)))
    }

    /// Whether a file, by the name reports give it, is in the set.
    pub fn holds_name(&self, name: &str) -> bool {
        let path = Path::new(name);
        let below_root = |part: &PathPatterns| {
            let path = part.root.join(path);
            part.pattern_for(&path, false).is_some()
        };
        fs::canonicalize(path).is_ok_and(|path| self.holds(&path, false))
            || self.parts.iter().any(below_root)
    }
}

impl PathPatterns {
    fn pattern_for(&self, path: &Path, is_folder: bool) -> Option<&str> {
        if !path.starts_with(&self.root) {
            return None;
        }
        match self.patterns.matched_path_or_any_parents(path, is_folder) {
            Match::Ignore(glob) => Some(glob.original()),
            Match::None | Match::Whitelist(_) => None,
        }
    }
}

/// The paths that patterns of the command line leave out, from the current folder on, named files included.
pub fn excluded_by(patterns: &[ExcludePattern]) -> Option<PathSet> {
    if patterns.is_empty() {
        return None;
    }
    let texts = patterns.iter().map(|pattern| pattern.text());
    // Each was one when it was parsed.
    let set = PathSet::new(Path::new("."), texts, "`--exclude`").ok()?;
    Some(set.with_named())
}
