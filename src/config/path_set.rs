//! Paths below the configuration's folder, by patterns as in a .gitignore.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A set of paths.
#[derive(Clone, Debug)]
pub struct PathSet {
    root: PathBuf,
    patterns: Gitignore,
}

impl PathSet {
    /// Patterns that start at a folder.
    ///
    /// # Errors
    /// The number of the first pattern that is none, and why.
    pub fn new<'p>(
        folder: &Path,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, (usize, String)> {
        let root = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        let mut builder = GitignoreBuilder::new(&root);
        for (at, pattern) in patterns.into_iter().enumerate() {
            builder
                .add_line(None, pattern)
                .map_err(|error| (at, error.to_string()))?;
        }
        let patterns = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { root, patterns })
    }

    /// Whether an absolute path is in the set, by itself or with a folder above it.
    pub fn holds(&self, path: &Path, is_folder: bool) -> bool {
        path.starts_with(&self.root)
            && self
                .patterns
                .matched_path_or_any_parents(path, is_folder)
                .is_ignore()
    }

    /// The pattern that holds an absolute path of a file.
    pub fn pattern_for(&self, path: &Path) -> Option<&str> {
        if !path.starts_with(&self.root) {
            return None;
        }
        match self.patterns.matched_path_or_any_parents(path, false) {
            Match::Ignore(glob) => Some(glob.original()),
            Match::None | Match::Whitelist(_) => None,
        }
    }

    /// Whether a file, by the name reports give it, is in the set.
    pub fn holds_name(&self, name: &str) -> bool {
        let path = Path::new(name);
        fs::canonicalize(path).is_ok_and(|path| self.holds(&path, false))
            || self.holds(&self.root.join(path), false)
    }
}
