//! Paths of files, written in one way so that they can be compared.

use std::borrow::Cow;

use memchr::memchr_iter;

/// A path without `.`, `..`, doubled slashes and slashes at its ends: `a/./b/../c` is `a/c`.
///
/// A `..` that leads above the top stays.
pub(crate) fn normalize(path: &str) -> Cow<'_, str> {
    let path = path.trim_matches('/');
    if is_normal(path) {
        return Cow::Borrowed(path);
    }
    Cow::Owned(resolve(path.split('/')))
}

/// The normalized path of what a file in a folder names.
pub(crate) fn join(folder: &str, path: &str) -> String {
    // Nearly every path is normal already; only the others are taken apart.
    let (folder, path) = (folder.trim_matches('/'), path.trim_matches('/'));
    if is_normal(folder) && is_normal(path) {
        return match (folder, path) {
            ("", only) | (only, "") => only.to_owned(),
            (folder, path) => [folder, path].join("/"),
        };
    }
    resolve(folder.split('/').chain(path.split('/')))
}

/// The folder of a normalized path, with a slash at its end; empty for the top.
pub(crate) fn folder_of(path: &str) -> &str {
    let end = path.rfind('/').map_or(0, |slash| slash + 1);
    path.get(..end).unwrap_or_default()
}

/// The folders around a folder (with a slash at its end) and itself, from the top: `a/`, `a/b/` of `a/b/`.
pub(crate) fn folders_down_to(folder: &str) -> impl DoubleEndedIterator<Item = &str> {
    folder
        .match_indices('/')
        .filter_map(|(slash, _)| folder.get(..=slash))
}

fn resolve<'p>(segments: impl Iterator<Item = &'p str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in segments {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

/// Whether no segment of a path is empty or begins with a dot.
fn is_normal(path: &str) -> bool {
    let mut after = memchr_iter(b'/', path.as_bytes()).map(|at| path.as_bytes().get(at + 1));
    !path.starts_with('.') && !after.any(|next| matches!(next, Some(b'/' | b'.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved() {
        for (path, expected) in [
            ("a/./b/../c", "a/c"),
            ("/a//b/", "a/b"),
            ("../a/../../b", "../../b"),
            ("a/.hidden", "a/.hidden"),
            ("", ""),
        ] {
            assert_eq!(normalize(path), expected, "{path}");
        }
        assert_eq!(join("a/b", "../c.yaml"), "a/c.yaml");
        assert_eq!(join("", "c.yaml"), "c.yaml");
    }

    #[test]
    fn folders_end_with_a_slash() {
        assert_eq!(folder_of("a/b/c.yaml"), "a/b/");
        assert_eq!(folder_of("c.yaml"), "");
        assert!(folders_down_to("a/b/").eq(["a/", "a/b/"]));
    }
}
