//! URIs of files, from the repository's root on.

use engine::has_drive;
pub use engine::path_from_root;
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
    use super::reference;

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
