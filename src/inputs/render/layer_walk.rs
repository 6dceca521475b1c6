//! The files of a kustomization and of its bases, and why it must not or cannot be built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use rendering::kustomize::{KUSTOMIZATION_NAMES, KustomizationFile, KustomizeLayer, LayerKind};

/// A build takes no more files, and bases lie no deeper in one another.
const MAX_FILES: usize = 5_000;
const MAX_DEPTH: usize = 32;
const MAX_FILE_BYTES: u64 = 32 << 20;

/// A file of a build with its name in reports.
pub struct NamedLayer {
    pub name: String,
    pub layer: KustomizeLayer,
}

/// A walk through a kustomization and its bases, in the order in which they act.
pub struct LayerWalk<'s> {
    /// Nothing outside is read.
    root: &'s Path,
    pub layers: Vec<NamedLayer>,
    /// The folders of the kustomization and of its bases.
    pub folders: BTreeSet<String>,
    /// Why it cannot be built.
    pub obstacle: Option<String>,
}

impl<'s> LayerWalk<'s> {
    /// A walk that has not begun, inside this folder.
    pub const fn new(root: &'s Path) -> Self {
        Self {
            root,
            layers: Vec::new(),
            folders: BTreeSet::new(),
            obstacle: None,
        }
    }

    /// Adds a folder's kustomization; whether it is a component, `None` if there is none.
    pub fn add_folder(&mut self, folder: &str, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            self.hinder(format!(
                "its bases lie more than {MAX_DEPTH} deep in one another"
            ));
            return None;
        }
        if !self.folders.insert(folder.to_owned()) {
            return None;
        }
        let names = KUSTOMIZATION_NAMES.iter().chain(&["Kustomization"]);
        let (name, text) = names
            .map(|name| join(folder, name))
            .find_map(|name| Some((name.clone(), self.text(&name)?)))?;
        let read = KustomizationFile::read(text.as_bytes())?;
        if let Some(remote) = read.remote() {
            self.hinder(format!(
                "{name} takes {remote} from elsewhere, and nothing is fetched: lint the output of `kustomize build`"
            ));
        } else if read.uses_helm {
            self.hinder(format!(
                "{name} has helm fetch and render charts, which is not done here: lint the output of `kustomize build --enable-helm`"
            ));
        }
        for other in &read.others {
            let name = join(folder, other);
            if !self.add_if_folder(&name, depth) {
                let text = self.text(&name).unwrap_or_default();
                self.refuse_urls(&name, &text);
            }
        }
        for text in &read.embedded {
            self.refuse_urls(&name, text);
        }
        for resource in &read.resources {
            let name = join(folder, resource);
            if !self.add_if_folder(&name, depth) {
                self.add(name, LayerKind::Resource);
            }
        }
        for patch in &read.patches {
            self.add(join(folder, patch), LayerKind::Patch);
        }
        for content in &read.contents {
            self.add(join(folder, content), LayerKind::Content);
        }
        self.layers.push(NamedLayer {
            name,
            layer: KustomizeLayer {
                kind: LayerKind::Kustomization,
                text,
            },
        });
        Some(read.is_component)
    }

    /// Adds what is a folder; whether it is one.
    fn add_if_folder(&mut self, name: &str, depth: usize) -> bool {
        let path = path_of(name);
        let is_folder = path.is_dir();
        if is_folder && self.is_outside(path) {
            self.hinder(format!("{name} leads out of the repository"));
        } else if is_folder {
            self.add_folder(name, depth + 1);
        }
        is_folder
    }

    /// What transforms or generates may name files in ways of its own, so any URL in it may be one.
    fn refuse_urls(&mut self, name: &str, text: &str) {
        if text.contains("://") {
            self.hinder(format!(
                "{name} holds a URL, and nothing is fetched: lint the output of `kustomize build`"
            ));
        }
    }

    fn add(&mut self, name: String, kind: LayerKind) {
        if self.layers.len() >= MAX_FILES {
            self.hinder("it is made of too many files".to_owned());
            return;
        }
        if self.is_outside(path_of(&name)) {
            self.hinder(format!("{name} leads out of the repository"));
            return;
        }
        if let Some(text) = self.text(&name) {
            self.layers.push(NamedLayer {
                name,
                layer: KustomizeLayer { kind, text },
            });
        }
    }

    /// The first obstacle is the one that is named.
    fn hinder(&mut self, why: String) {
        self.obstacle.get_or_insert(why);
    }

    /// Whether a path, or what a link there leads to, is outside of the repository. What does not exist is nowhere.
    fn is_outside(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|path| !path.starts_with(self.root))
    }

    fn text(&self, name: &str) -> Option<String> {
        let path = path_of(name);
        let found = fs::metadata(path).ok()?;
        if !found.is_file() || found.len() > MAX_FILE_BYTES || self.is_outside(path) {
            return None;
        }
        fs::read_to_string(path).ok()
    }
}

/// What a kustomization in a folder names, as names in reports are written.
pub fn join(folder: &str, named: &str) -> String {
    let path = Path::new(folder).join(named);
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path: PathBuf = parts.into_iter().collect();
    path.display().to_string()
}

/// The path of a folder or file by its name in reports.
pub fn path_of(folder: &str) -> &Path {
    match folder {
        "" => Path::new("."),
        folder => Path::new(folder),
    }
}
