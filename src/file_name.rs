//! The names that reports give to files.

use std::path::{MAIN_SEPARATOR, Path};

/// The name of the file at a path. `/` parts its folders on every system, as it does in the engine, in patterns and
/// in fingerprints: what is ignored on one system is ignored on another.
pub fn file_name(path: &Path) -> String {
    // Nearly every path is text, and to see that costs less than to show it.
    let name = path
        .to_str()
        .map_or_else(|| path.display().to_string(), str::to_owned);
    match MAIN_SEPARATOR {
        '/' => name,
        separator => name.replace(separator, "/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_parted_by_slashes() {
        let path: std::path::PathBuf = ["deploy", "base", "a.yaml"].iter().collect();
        assert_eq!(file_name(&path), "deploy/base/a.yaml");
    }
}
