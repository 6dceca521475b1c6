//! Files that an object of the input names and that no walk finds, because they are no
//! manifests: those from which a kustomization makes a ConfigMap.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use engine::{self, Input, InputFile};
use manifest::paths::normalize;
use manifest::tree::ReadLimits;

use super::read::{FileBytes, bytes_of};
use crate::file_name::file_name;

/// Reads what files of the input name; `fetch` gets a file's bytes. What is not there is left out: the
/// engine knows what it asked for.
pub fn read(input: &mut Input, max_file_bytes: u64, fetch: &dyn Fn(&Path) -> Option<Vec<u8>>) {
    let wanted = engine::wanted_attachments(input);
    if wanted.is_empty() {
        return;
    }
    let folders = Folders::of(input);
    let located = wanted.iter().filter_map(|name| folders.locate(name));
    let mut paths: Vec<PathBuf> = located.collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let Some(bytes) = fetch(&path) else {
            continue;
        };
        let most = usize::try_from(max_file_bytes).unwrap_or(usize::MAX);
        let limits = ReadLimits {
            bytes: most,
            ..ReadLimits::default()
        };
        let name = file_name(&path);
        let file = engine::read_attachment(input.next_id(), &name, &bytes, limits);
        input.attach(file);
    }
}

/// The bytes of a regular file that is not too large.
pub fn bytes_of_file(path: &Path, max_file_bytes: u64) -> Option<Vec<u8>> {
    if !path.is_file() {
        return None;
    }
    match bytes_of(File::open(path).ok()?, max_file_bytes).ok()? {
        FileBytes::Whole(bytes) => Some(bytes),
        FileBytes::TooLarge => None,
    }
}

/// The folders of an input's files, by the names that the engine gives them.
struct Folders<'i>(HashMap<String, &'i Path>);

impl<'i> Folders<'i> {
    fn of(input: &'i Input) -> Self {
        let folder = |file: &'i InputFile| Path::new(&file.name).parent();
        let mut folders: Vec<&Path> = input.files().iter().filter_map(folder).collect();
        // Most files stand beside others of their folder.
        folders.dedup();
        Self(
            folders
                .into_iter()
                .map(|path| (normalize(&path.to_string_lossy()).into_owned(), path))
                .collect(),
        )
    }

    /// The path of a wanted file, which the engine names without `.`, `..` and a leading `/`. It
    /// must lie in or below the folder of a file of the input: kustomize demands that, too.
    fn locate(&self, wanted: &str) -> Option<PathBuf> {
        let above = wanted.rmatch_indices('/');
        let named = above.map(|(at, _)| (wanted.get(..at), wanted.get(at + 1..)));
        named
            .filter_map(|(folder, rest)| folder.zip(rest))
            .chain([("", wanted)])
            .filter(|(_, rest)| !rest.starts_with(".."))
            .find_map(|(plain, rest)| Some(self.0.get(plain)?.join(rest)))
    }
}

#[cfg(test)]
mod tests {
    use manifest::file::ParsedFile;

    use super::*;

    #[test]
    fn nothing_outside_the_folders_is_read() {
        let check = |file: &str, cases: &[(&str, Option<&str>)]| {
            let file = InputFile {
                name: file.to_owned(),
                reading: ParsedFile::default(),
                text: None,
                attached: false,
            };
            let input = Input::new(vec![file]);
            for (name, expected) in cases {
                let located = Folders::of(&input).locate(name);
                assert_eq!(located, expected.map(PathBuf::from), "{name}");
            }
        };
        check(
            "a/kustomization.yaml",
            &[
                ("a/x.conf", Some("a/x.conf")),
                ("a/b/x", Some("a/b/x")),
                ("ab/x", None),
                ("x", None),
            ],
        );
        check(
            "./a/kustomization.yaml",
            &[("a/x.conf", Some("./a/x.conf"))],
        );
        check(
            "kustomization.yaml",
            &[("x.conf", Some("x.conf")), ("../x.conf", None)],
        );
        check(
            "../a/kustomization.yaml",
            &[("../a/x.conf", Some("../a/x.conf")), ("../x", None)],
        );
        check(
            "/a/kustomization.yaml",
            &[("a/x.conf", Some("/a/x.conf")), ("etc/passwd", None)],
        );
    }
}
