//! References to container images, such as `registry.example.com:5000/team/manager:v1.2@sha256:…`.

use std::fmt;

/// An image reference taken apart, as it is written.
///
/// `{{ … }}` and `$(…)` count as text: what is inside them separates nothing. No part is checked against the
/// grammar of the OCI distribution specification, for manifests hold references that are still to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImageRef<'i> {
    /// Registry (with its port) and path.
    pub repository: &'i str,
    /// What follows `:` after the path; `None` if nothing does.
    pub tag: Option<&'i str>,
    /// What follows `@`, such as `sha256:…`; `None` if nothing does.
    pub digest: Option<&'i str>,
}

impl<'i> ImageRef<'i> {
    /// Takes a reference apart; blanks around it are left out.
    #[must_use]
    pub fn parse(text: &'i str) -> Self {
        let text = text.trim();
        let (mut colon, mut at_sign) = (None, None);
        for (at, byte) in outside_braces(text) {
            match byte {
                // A colon before a slash is that of a port.
                b'/' => colon = None,
                b':' => colon = colon.or(Some(at)),
                b'@' => {
                    at_sign = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let (named, digest) = split_at(text, at_sign);
        let (repository, tag) = split_at(named, colon);
        Self {
            repository,
            tag: tag.filter(|tag| !tag.is_empty()),
            digest: digest.filter(|digest| !digest.is_empty()),
        }
    }

    /// The segments of the repository, the registry first.
    #[must_use]
    pub fn segments(&self) -> Vec<&'i str> {
        let slashes = outside_braces(self.repository).filter(|(_, byte)| *byte == b'/');
        let ends = slashes.map(|(at, _)| at).chain([self.repository.len()]);
        let mut start = 0;
        ends.filter_map(|end| {
            self.repository
                .get(std::mem::replace(&mut start, end + 1)..end)
        })
        .collect()
    }
}

impl fmt::Display for ImageRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.repository)?;
        if let Some(tag) = self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// What stands before and after the separator at a position; the whole text if there is none.
fn split_at(text: &str, separator: Option<usize>) -> (&str, Option<&str>) {
    let parts = separator.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    parts.map_or((text, None), |(before, after)| (before, Some(after)))
}

/// The bytes outside `{…}` and `(…)` with their positions.
fn outside_braces(text: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut depth = 0_usize;
    text.bytes().enumerate().filter(move |(_, byte)| {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::ImageRef;

    const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015";

    #[test]
    fn a_reference_is_taken_apart() {
        let with_digest = |image: &str| format!("{image}@{DIGEST}");
        for (image, repository, tag, digest) in [
            ("manager", "manager", None, None),
            ("manager:v1.2", "manager", Some("v1.2"), None),
            ("team/manager:1", "team/manager", Some("1"), None),
            (" team/manager:1 ", "team/manager", Some("1"), None),
            // The colon of a port is before the last slash.
            ("host:5000/manager", "host:5000/manager", None, None),
            ("host:5000/a/b:v1", "host:5000/a/b", Some("v1"), None),
            ("[::1]:5000/a:v1", "[::1]:5000/a", Some("v1"), None),
            // Digests, alone and with a tag.
            (&with_digest("manager"), "manager", None, Some(DIGEST)),
            (
                &with_digest("host:5000/a"),
                "host:5000/a",
                None,
                Some(DIGEST),
            ),
            (
                &with_digest("host:5000/a:v1"),
                "host:5000/a",
                Some("v1"),
                Some(DIGEST),
            ),
            // Nothing where something should follow.
            ("manager:", "manager", None, None),
            ("manager@", "manager", None, None),
            ("", "", None, None),
            // What is filled in later is text.
            ("a:${TAG:-1.2}", "a", Some("${TAG:-1.2}"), None),
            (
                "$(HOST:PORT)/a:$(TAG)",
                "$(HOST:PORT)/a",
                Some("$(TAG)"),
                None,
            ),
            (
                "{{ .Values.a }}:{{ .Values.b }}",
                "{{ .Values.a }}",
                Some("{{ .Values.b }}"),
                None,
            ),
            (
                "{{ printf \"%s/%s:%s@%s\" .a .b .c .d }}",
                "{{ printf \"%s/%s:%s@%s\" .a .b .c .d }}",
                None,
                None,
            ),
            (
                "a/{{ .image | default \"b/c:1\" }}:{{ .tag }}",
                "a/{{ .image | default \"b/c:1\" }}",
                Some("{{ .tag }}"),
                None,
            ),
            ("a:{{ .tag", "a", Some("{{ .tag"), None),
        ] {
            let expected = ImageRef {
                repository,
                tag,
                digest,
            };
            assert_eq!(ImageRef::parse(image), expected, "{image}");
        }
    }

    #[test]
    fn a_repository_has_segments() {
        for (image, segments) in [
            ("manager:1", &["manager"][..]),
            (
                "host:5000/team/manager@sha256:0",
                &["host:5000", "team", "manager"],
            ),
            ("a//b", &["a", "", "b"]),
            ("", &[""]),
            ("{{ .a/b }}/c", &["{{ .a/b }}", "c"]),
            ("$(A/B)/c/", &["$(A/B)", "c", ""]),
        ] {
            assert_eq!(ImageRef::parse(image).segments(), segments, "{image}");
        }
    }

    #[test]
    fn a_reference_is_written_as_it_was() {
        for image in [
            "a",
            "host:5000/a:v1",
            "a@sha256:0",
            "host/a:v1@sha256:0",
            "a:$(TAG)",
        ] {
            assert_eq!(ImageRef::parse(image).to_string(), image);
        }
    }
}
