//! The folder that a named file belongs to: what lies beside a file decides what is found in it.

use std::path::{Path, PathBuf};

use super::is_stdin;

/// What makes a folder a chart.
const CHART: &str = "Chart.yaml";
/// What makes it a kustomization, in the order in which kustomize looks for it.
pub(super) const KUSTOMIZATIONS: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The paths, with the folder that it belongs to in the place of each file.
pub fn folders_of(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = paths.iter().map(|path| folder_of(path)).collect();
    folders.sort();
    folders.dedup();
    folders
}

/// The folder of a file; the outermost chart or kustomization around it, of a kustomization with those beside it, which may
/// build upon it. A hidden file, as tools have them, stands alone.
fn folder_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    if is_stdin(path) || path.is_dir() || name.to_string_lossy().starts_with('.') {
        return path.to_path_buf();
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    let mut found = parent;
    for folder in parent.ancestors() {
        if folder.join(CHART).is_file() {
            found = folder;
        } else if KUSTOMIZATIONS
            .iter()
            .any(|name| folder.join(name).is_file())
        {
            found = folder.parent().unwrap_or(folder);
        }
    }
    match found.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => found.to_path_buf(),
    }
}
