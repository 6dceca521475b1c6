//! Kustomizations, as far as they say what a workload will be: which there are, and what they name.
//!
//! Nothing is built here. What a kustomization still changes is known to be unknown: which builds hold a file is
//! in `builds`, what they change in `changing`, what they surely give in `given` and `generated`.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::paths::normal;
use super::replaced::{Patch, is_inline};
use crate::Input;
use manifest::text::FileId;
use manifest::tree::{Node, Value};

/// One kustomization file.
pub(super) struct Kustomization<'w> {
    pub(super) folder: String,
    pub(super) root: Node<'w>,
    /// The files it is built from, once somebody has asked.
    pub(super) files: OnceCell<Vec<FileId>>,
    /// The kustomizations it is built from, itself among them, likewise.
    pub(super) parts: OnceCell<Vec<usize>>,
    /// What it patches, likewise.
    pub(super) patches: OnceCell<Vec<Patch>>,
}

/// All kustomizations of an input.
pub(super) struct Kustomizations<'w> {
    pub(super) list: Vec<Kustomization<'w>>,
    /// Where in `list` the kustomizations of a folder are.
    pub(super) by_folder: HashMap<String, Vec<usize>>,
    /// Where in `list` the kustomizations are that name a file or folder, each once.
    pub(super) naming: HashMap<String, Vec<usize>>,
    pub(super) by_path: HashMap<String, FileId>,
    patches: HashSet<String>,
    /// Whether the patches of any may put words on a command line; those of most do not.
    pub(super) patches_words: bool,
}

impl<'w> Kustomizations<'w> {
    pub(super) fn of(input: &'w Input) -> Self {
        let mut list = Vec::new();
        for file in input.files() {
            let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
            if matches!(
                name,
                "kustomization.yaml" | "kustomization.yml" | "Kustomization"
            ) && let Some(document) = file.reading.documents.first()
            {
                list.push(Kustomization {
                    folder: normal(folder, ""),
                    root: document.root(),
                    files: OnceCell::new(),
                    parts: OnceCell::new(),
                    patches: OnceCell::new(),
                });
            }
        }
        let mut by_path = HashMap::new();
        // Paths are looked up for what kustomizations name, and most inputs have none.
        if !list.is_empty() {
            for (id, file) in input.numbered() {
                by_path.insert(normal("", &file.name), id);
            }
        }
        let mut patches = HashSet::new();
        let mut by_folder: HashMap<String, Vec<usize>> = HashMap::new();
        let mut naming: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, kustomization) in list.iter().enumerate() {
            for path in kustomization.patch_paths() {
                patches.insert(normal(&kustomization.folder, path));
            }
            let own = by_folder.entry(kustomization.folder.clone());
            own.or_default().push(at);
            for field in ["resources", "bases", "components"] {
                for resource in kustomization.texts(field) {
                    let named = naming.entry(normal(&kustomization.folder, resource));
                    let named = named.or_default();
                    if named.last() != Some(&at) {
                        named.push(at);
                    }
                }
            }
        }
        let patches_words = list.iter().any(Kustomization::may_patch_words);
        Self {
            list,
            by_folder,
            naming,
            by_path,
            patches,
            patches_words,
        }
    }

    /// Whether the input has none.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a file is a patch of some kustomization.
    pub(super) fn is_patch(&self, input: &Input, file: FileId) -> bool {
        !self.patches.is_empty() && self.patches.contains(&normal("", input.name(file)))
    }

    /// Files that kustomizations name and that are not kept, as paths beside the input's own names: those that
    /// go into ConfigMaps, and patches that are no objects.
    pub(super) fn named_files(&self, input: &Input) -> Vec<String> {
        let mut files = Vec::new();
        let mut want = |full: String| {
            // A file of the input without an object was read and not kept.
            let kept = self.by_path.get(&full).and_then(|id| {
                let file = input.file(*id)?;
                Some(!file.reading.documents.is_empty() || file.attached)
            });
            if kept != Some(true) {
                files.push(full);
            }
        };
        for kustomization in &self.list {
            for generator in kustomization.generators() {
                for file in texts(generator, "files").chain(texts(generator, "envs")) {
                    let path = file.split_once('=').map_or(file, |(_, path)| path);
                    want(normal(&kustomization.folder, path));
                }
            }
            // JSON patches and replacements are no objects.
            let replacements = kustomization.items("replacements");
            let replacements =
                replacements.filter_map(|one| one.get("path").and_then(Node::as_str));
            for path in kustomization.patch_paths().into_iter().chain(replacements) {
                want(normal(&kustomization.folder, path));
            }
        }
        files
    }
}

pub(super) fn items<'w>(node: Node<'w>, field: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
    node.get(field).into_iter().flat_map(Node::items)
}

pub(super) fn texts<'w>(node: Node<'w>, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
    node.get(field)
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|item| item.as_str())
}

impl<'w> Kustomization<'w> {
    pub(super) fn items(&self, field: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
        items(self.root, field)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.root.get(field).is_some_and(|node| !node.is_null())
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        let root = self.root;
        ["resources", "bases", "components"]
            .into_iter()
            .flat_map(move |field| texts(root, field))
    }

    pub(super) fn texts(&self, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
        texts(self.root, field)
    }

    pub(super) fn generators(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        self.root
            .get("configMapGenerator")
            .into_iter()
            .flat_map(Node::items)
    }

    pub(super) fn patch_paths(&self) -> Vec<&'w str> {
        let mut paths: Vec<&str> = self
            .texts("patchesStrategicMerge")
            .filter(|text| !is_inline(text))
            .collect();
        for field in ["patches", "patchesJson6902"] {
            for patch in self.root.get(field).into_iter().flat_map(Node::items) {
                if matches!(patch.value(), Value::Mapping) {
                    paths.extend(patch.get("path").and_then(Node::as_str));
                }
            }
        }
        paths
    }
}
