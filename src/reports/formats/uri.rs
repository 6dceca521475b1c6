//! Paths and URIs of files, from the repository's root on.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What RFC 3986 does not allow in a path, and what would end it.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// `name` as given on the command line, from the repository's root on: `./a/../b.yaml` in `deploy/` is
/// `deploy/b.yaml`. Absolute names and those that leave the repository stay as they are.
pub fn path_from_root(below_root: &str, name: &str) -> String {
    let name = name.replace('\\', "/");
    if name.starts_with('/') || has_drive(&name) {
        return name;
    }
    let whole = format!("{below_root}{name}");
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return name;
                }
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Whether a path with `/` starts at a drive of Windows: `C:/a.yaml`.
fn has_drive(path: &str) -> bool {
    path.get(1..3) == Some(":/") && path.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// A path as a URI reference: relative, or `file://` for an absolute one.
pub fn reference(path: &str) -> String {
    let encoded = utf8_percent_encode(path, NOT_IN_PATH).to_string();
    match path.strip_prefix('/') {
        Some(_) => format!("file://{encoded}"),
        None if has_drive(path) => format!("file:///{encoded}"),
        // A colon in the first segment would make it a scheme.
        None => match encoded
            .split_once('/')
            .map_or(encoded.as_str(), |(first, _)| first)
        {
            first if first.contains(':') => format!("./{encoded}"),
            _ => encoded,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{path_from_root, reference};

    #[test]
    fn paths_begin_at_the_root_of_the_repository() {
        assert_eq!(path_from_root("", "./a.yaml"), "a.yaml");
        assert_eq!(path_from_root("deploy/", "a/../b.yaml"), "deploy/b.yaml");
        assert_eq!(path_from_root("deploy/", "../b.yaml"), "b.yaml");
        assert_eq!(path_from_root("", "../b.yaml"), "../b.yaml");
        assert_eq!(path_from_root("deploy/", "/tmp/b.yaml"), "/tmp/b.yaml");
        assert_eq!(path_from_root("", "a\\b.yaml"), "a/b.yaml");
    }

    #[test]
    fn references_are_encoded() {
        assert_eq!(reference("a b/c#d.yaml"), "a%20b/c%23d.yaml");
        assert_eq!(reference("/tmp/a.yaml"), "file:///tmp/a.yaml");
        assert_eq!(reference("<stdin>"), "%3Cstdin%3E");
        assert_eq!(reference("a:b.yaml"), "./a:b.yaml");
        assert_eq!(reference("d/a:b.yaml"), "d/a:b.yaml");
        assert_eq!(reference("C:/a.yaml"), "file:///C:/a.yaml");
    }
}
