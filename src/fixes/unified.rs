//! Changes as a unified diff, as `git apply` and `patch -p1` take it.

use similar::TextDiff;

use super::file::FixableFile;

/// Lines around a change.
const CONTEXT_LINES: usize = 3;

/// The change of one file.
pub fn diff(file: &FixableFile) -> String {
    let name = file.name.replace('\\', "/");
    let (old, new) = match name.starts_with('/') {
        true => (name.clone(), name),
        false => (format!("a/{name}"), format!("b/{name}")),
    };
    TextDiff::from_lines(&file.original, &file.text)
        .unified_diff()
        .context_radius(CONTEXT_LINES)
        .header(&old, &new)
        .to_string()
}
