//! `go.mod`: the module's path and the versions of what it requires.

/// A module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoMod {
    /// Folder of the file, relative to the repository, without a slash at its end; empty for the root.
    pub folder: String,
    /// The module's path; empty where no `go.mod` names one.
    pub path: String,
    /// Required modules with their versions, after `replace`.
    pub versions: Vec<(String, String)>,
}

impl GoMod {
    /// Reads a file's text. Lines that are not understood are passed by.
    #[must_use]
    pub fn parse(folder: &str, text: &str) -> Self {
        let mut module = Self {
            folder: folder.trim_matches('/').to_owned(),
            ..Self::default()
        };
        let mut replaced: Vec<(String, String)> = Vec::new();
        let mut block = "";
        for line in text.lines() {
            let line = line.split("//").next().unwrap_or_default().trim();
            let mut words = line.split_whitespace();
            let first = words.next().unwrap_or_default();
            if !block.is_empty() && first == ")" {
                block = "";
                continue;
            }
            let (verb, words): (&str, Vec<&str>) = if block.is_empty() {
                if line.ends_with('(') {
                    block = first;
                    continue;
                }
                (first, words.collect())
            } else {
                (block, line.split_whitespace().collect())
            };
            match (verb, words.as_slice()) {
                ("module", [path, ..]) => module.path = unquoted(path),
                ("require", [path, version, ..]) => {
                    module
                        .versions
                        .push((unquoted(path), (*version).to_owned()));
                }
                ("replace", words) => {
                    let arrow = words.iter().position(|word| *word == "=>");
                    let (old, new) = words.split_at(arrow.unwrap_or(words.len()));
                    if let (Some(old), [_, new, version]) = (old.first(), new)
                        && (old == new || !new.starts_with('.'))
                    {
                        replaced.push((unquoted(old), (*version).to_owned()));
                    }
                }
                _ => {}
            }
        }
        for (path, version) in replaced {
            match module.versions.iter_mut().find(|(known, _)| *known == path) {
                Some((_, known)) => *known = version,
                None => module.versions.push((path, version)),
            }
        }
        module
    }

    /// The version of a required module.
    #[must_use]
    pub fn version(&self, path: &str) -> Option<&str> {
        let found = self.versions.iter().find(|(known, _)| known == path)?;
        Some(&found.1)
    }

    /// The minor version of a required module of major version 0 (or of any, as `major, minor`).
    pub(crate) fn minor(&self, path: &str) -> Option<(u32, u32)> {
        let version = self.version(path)?.strip_prefix('v')?;
        let mut numbers = version.split(['.', '-', '+']);
        let major = numbers.next()?.parse().ok()?;
        Some((major, numbers.next()?.parse().ok()?))
    }

    /// The patch number of a required module; `None` of a version that lies between two.
    pub(crate) fn patch(&self, path: &str) -> Option<u32> {
        let version = self.version(path)?;
        version.split('.').nth(2)?.parse().ok()
    }
}

fn unquoted(word: &str) -> String {
    word.trim_matches(['"', '`']).to_owned()
}
