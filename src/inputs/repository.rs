//! Where the run takes place in its repository.

use std::env;
use std::path::{Path, PathBuf};

use crate::file_name::file_name;

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

/// The folder of the run and the root of the repository of a path, both absolute; `None` where there is no repository.
pub fn folder_and_root(path: &Path) -> Option<(String, String)> {
    let here = env::current_dir().ok()?;
    let path = here.join(path);
    let root = root_above(&dunce::canonicalize(&path).unwrap_or(path))?;
    let text = |path: &Path| path.to_str().map(|_| file_name(path));
    Some((text(&here)?, text(&root)?))
}

/// The root of the repository that holds a folder, absolute; `None` where there is none.
pub fn repository_root(folder: &Path) -> Option<PathBuf> {
    let path = env::current_dir().ok()?.join(folder);
    root_above(&dunce::canonicalize(&path).unwrap_or(path))
}

/// The nearest folder upwards with a `.git`, which is a file in worktrees and submodules.
fn root_above(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}
