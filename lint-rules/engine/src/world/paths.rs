//! Paths of kustomizations, beside the names of the input's files.

/// `a/./b/../c` as `a/c`.
pub(super) fn normal(folder: &str, path: &str) -> String {
    // Nearly every path is written as it is meant; the others are taken apart.
    let (folder, path) = (folder.trim_matches('/'), path.trim_matches('/'));
    if is_plain(folder) && is_plain(path) {
        return match (folder, path) {
            ("", only) | (only, "") => only.to_owned(),
            (folder, path) => [folder, path].join("/"),
        };
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether no part of a path is empty or begins with a dot.
fn is_plain(path: &str) -> bool {
    !path.starts_with('.')
        && !path
            .as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, b"//" | b"/."))
}
