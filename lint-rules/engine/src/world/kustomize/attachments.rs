//! Files that kustomizations need and that no walk finds, because they are no manifests.

use std::collections::HashSet;

use super::kustomization::{Kustomization, texts};
use crate::input::Input;
use crate::input_file::InputFile;
use manifest::paths::normalize;

/// Files that kustomizations of the input put into ConfigMaps or patch with and whose content the input does not
/// hold: normalized paths, each as often as it is named.
#[must_use]
pub fn wanted_attachments(input: &Input) -> Vec<String> {
    let mut wanted: Vec<String> = Vec::new();
    for file in input.files() {
        let path = normalize(&file.name);
        if let Some(kustomization) = Kustomization::of(&path, &file.reading.documents) {
            let files = named_files(&kustomization);
            wanted.extend(files.map(|file| kustomization.path(file)));
        }
    }
    if wanted.is_empty() {
        return wanted;
    }
    // A file of the input without an object was read, and nothing of it was kept.
    let is_kept = |file: &&InputFile| !file.reading.documents.is_empty() || file.attached;
    let kept: HashSet<_> = input
        .files()
        .iter()
        .filter(is_kept)
        .map(|file| normalize(&file.name))
        .collect();
    wanted.retain(|path| !kept.contains(path.as_str()));
    wanted
}

/// The files that a kustomization reads and that may be no manifests, as written. An entry of a generator may give
/// its file another key: `key=path`.
fn named_files<'w>(kustomization: &Kustomization<'w>) -> impl Iterator<Item = &'w str> {
    let sources = kustomization.generators().flat_map(|generator| {
        let files = texts(generator, "files").chain(texts(generator, "envs"));
        files.map(|file| file.split_once('=').map_or(file, |(_, path)| path))
    });
    sources
        .chain(kustomization.patch_files())
        .chain(kustomization.replacement_files())
}
