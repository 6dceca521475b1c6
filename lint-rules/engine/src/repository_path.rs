//! Paths of files from their repository's root on.

use manifest::paths::within;

/// `name` as given on the command line, from the repository's root on: `./a/../b.yaml` in `deploy/` is
/// `deploy/b.yaml`. Absolute names and those that leave the repository stay as they are.
#[must_use]
pub fn path_from_root(below_root: &str, name: &str) -> String {
    if name.starts_with('/') || has_drive(name) {
        return name.to_owned();
    }
    let whole = format!("{below_root}{name}");
    within("", &whole).unwrap_or_else(|| name.to_owned())
}

/// The path of a file from the root of a repository on, of its name as it counts from `folder`; `None` if it lies
/// outside. Folder and root are absolute.
pub(crate) fn path_in_repository(folder: &str, root: &str, name: &str) -> Option<String> {
    let is_absolute = name.starts_with('/') || has_drive(name);
    let path = match is_absolute {
        true => name.to_owned(),
        false => format!("{folder}/{name}"),
    };
    let (path, root) = (within("", &path)?, within("", root)?);
    let inside = path.strip_prefix(&root)?;
    // Both are without slashes at their ends, so the root `/` is empty.
    match root.is_empty() || inside.is_empty() {
        true => Some(inside.to_owned()),
        false => inside.strip_prefix('/').map(str::to_owned),
    }
}

/// Whether a path with `/` starts at a drive of Windows: `C:/a.yaml`.
#[must_use]
pub fn has_drive(path: &str) -> bool {
    path.get(1..3) == Some(":/") && path.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{path_from_root, path_in_repository};

    #[test]
    fn paths_begin_at_the_root_of_the_repository() {
        assert_eq!(path_from_root("", "./a.yaml"), "a.yaml");
        assert_eq!(path_from_root("deploy/", "a/../b.yaml"), "deploy/b.yaml");
        assert_eq!(path_from_root("deploy/", "../b.yaml"), "b.yaml");
        assert_eq!(path_from_root("", "../b.yaml"), "../b.yaml");
        assert_eq!(path_from_root("deploy/", "/tmp/b.yaml"), "/tmp/b.yaml");
        assert_eq!(path_from_root("deploy/", "C:/b.yaml"), "C:/b.yaml");
    }
    #[test]
    fn a_file_has_one_path_in_its_repository() {
        let from = |folder, name| path_in_repository(folder, "/home/ops", name);
        let expected = Some("deploy/a.yaml".to_owned());
        assert_eq!(from("/home/ops", "deploy/a.yaml"), expected);
        assert_eq!(from("/home/ops/deploy", "a.yaml"), expected);
        assert_eq!(from("/home/ops/src", "../deploy/./a.yaml"), expected);
        assert_eq!(from("/tmp", "/home/ops/deploy/a.yaml"), expected);
        assert_eq!(from("/home", "ops/deploy/a.yaml"), expected);
        assert_eq!(from("/home/ops", "../other/a.yaml"), None);
        assert_eq!(from("/home/ops", "/tmp/a.yaml"), None);
        assert_eq!(from("/home/opsec", "a.yaml"), None);
    }
}
