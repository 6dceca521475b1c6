//! Paths of files, written in one way so that they can be compared.

use std::borrow::Cow;

use memchr::memchr_iter;

/// A path without `.`, `..`, doubled slashes and slashes at its ends: `a/./b/../c` is `a/c`.
///
/// A `..` that leads above the top stays.
#[must_use]
pub fn normalize(path: &str) -> Cow<'_, str> {
    let path = path.trim_matches('/');
    if is_normal(path) {
        return Cow::Borrowed(path);
    }
    Cow::Owned(resolve(path.split('/')))
}

/// The normalized path of what a file in a folder names.
#[must_use]
pub fn join(folder: &str, path: &str) -> String {
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

/// The path of what a file in a folder names, with everything counted from one top; `None` if it leads out of that.
#[must_use]
pub fn within(folder: &str, path: &str) -> Option<String> {
    let path = join(folder, path);
    (path != ".." && !path.starts_with("../")).then_some(path)
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
    fn what_leads_out_of_the_top_is_none() {
        for (folder, path, expected) in [
            ("a", "../b", Some("b")),
            ("a/b", "../../c", Some("c")),
            ("a", "../../b", None),
            ("a", "../..", None),
            ("", "..b/c", Some("..b/c")),
            ("", "", Some("")),
        ] {
            assert_eq!(within(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
