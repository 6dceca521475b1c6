//! Where the run takes place in its repository.

use std::env;
use std::path::{Path, PathBuf};

/// The folder of the run below the root of its repository, such as `deploy/`; empty at the root, or where there
/// is no repository.
pub fn folder_below_root() -> String {
    let Ok(here) = env::current_dir() else {
        return String::new();
    };
    let Some(root) = root_above(&here) else {
        return String::new();
    };
    let below = here.strip_prefix(&root).unwrap_or(Path::new(""));
    let mut text = String::new();
    for part in below.components() {
        text.push_str(&part.as_os_str().to_string_lossy());
        text.push('/');
    }
    text
}

/// The nearest folder upwards with a `.git`, which is a file in worktrees and submodules.
fn root_above(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}
