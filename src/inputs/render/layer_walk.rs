//! The files of a kustomization and of its bases, and why it must not or cannot be built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use manifest::paths;
use rendering::ChartFile;
use rendering::delivery::KustomizationEdits;
use rendering::kustomize::{KustomizationFile, KustomizeLayer, LayerKind};

use super::super::neighbours::KUSTOMIZATIONS;
use super::disk::FileStore;

/// A build takes no more files, and bases lie no deeper in one another.
const MAX_FILES: usize = 5_000;
const MAX_DEPTH: usize = 32;

/// A file of a build with its name in reports.
pub struct NamedLayer {
    pub name: String,
    pub layer: KustomizeLayer,
}

/// A walk through a kustomization and its bases, in the order in which they act.
pub struct LayerWalk<'s> {
    store: &'s dyn FileStore,
    pub layers: Vec<NamedLayer>,
    /// All files that the build reads.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The folders that were looked at: none is a second time.
    folders: BTreeSet<String>,
    /// Why it cannot be built.
    pub obstacle: Option<String>,
    /// A file lies outside of the folder of the kustomization that names it.
    pub reaches_out: bool,
    /// A file names others in ways of its own.
    has_own_ways: bool,
}

impl<'s> LayerWalk<'s> {
    /// A walk that has not begun.
    pub const fn new(store: &'s dyn FileStore) -> Self {
        Self {
            store,
            layers: Vec::new(),
            files: BTreeMap::new(),
            folders: BTreeSet::new(),
            obstacle: None,
            reaches_out: false,
            has_own_ways: false,
        }
    }

    /// Adds a folder's kustomization and its bases; whether it is a component, `None` if there is none or it was added before.
    pub fn add_root(&mut self, folder: &str, edits: &KustomizationEdits) -> Option<bool> {
        self.add_folder(folder, 0, Some(edits))
    }

    /// Adds a folder for which a kustomization of all its manifests is made, as Flux makes it.
    pub fn add_manifests(&mut self, folder: &str, edits: &KustomizationEdits) {
        let files = match self.store.files(folder) {
            Ok(files) => files,
            Err(why) => return self.hinder(why),
        };
        let built: Vec<&str> = files
            .iter()
            .filter_map(|file| file.path.rsplit_once('/'))
            .filter(|(_, name)| KUSTOMIZATIONS.contains(name))
            .map(|(folder, _)| folder)
            .collect();
        let is_below = |path: &str, folder: &str| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let is_manifest = |file: &&ChartFile| {
            let text = file.text().unwrap_or_default();
            (file.path.ends_with(".yaml") || file.path.ends_with(".yml"))
                && text.contains("apiVersion:")
                && text.contains("kind:")
                && !built.iter().any(|folder| is_below(&file.path, folder))
        };
        let manifests = files
            .iter()
            .filter(is_manifest)
            .map(|file| file.path.as_str());
        let tops = built
            .iter()
            .filter(|one| !built.iter().any(|two| is_below(one, two)));
        let resources: Vec<&str> = manifests.chain(tops.copied()).collect();
        let made = serde_json::json!({ "resources": resources }).to_string();
        let name = join(folder, KUSTOMIZATIONS[0]);
        self.folders.insert(folder.to_owned());
        self.add_kustomization(folder, name, &made, 0, Some(edits));
    }

    /// Adds a folder's kustomization; whether it is a component, `None` if there is none or it was added before.
    fn add_folder(
        &mut self,
        folder: &str,
        depth: usize,
        edits: Option<&KustomizationEdits>,
    ) -> Option<bool> {
        if depth > MAX_DEPTH {
            self.hinder(format!(
                "its bases lie more than {MAX_DEPTH} deep in one another"
            ));
            return None;
        }
        if !self.folders.insert(folder.to_owned()) {
            return None;
        }
        let (name, text) = KUSTOMIZATIONS
            .iter()
            .map(|name| join(folder, name))
            .find_map(|name| Some((name.clone(), self.text(&name)?)))?;
        let is_component = self.add_kustomization(folder, name.clone(), &text, depth, edits)?;
        self.layers.push(NamedLayer {
            name,
            layer: KustomizeLayer {
                kind: LayerKind::Kustomization,
                text,
            },
        });
        Some(is_component)
    }

    /// Adds what a kustomization names; whether it is a component, `None` if it cannot be read.
    fn add_kustomization(
        &mut self,
        folder: &str,
        name: String,
        text: &str,
        depth: usize,
        edits: Option<&KustomizationEdits>,
    ) -> Option<bool> {
        let edits = edits.filter(|edits| !edits.changes_nothing());
        let edited = match edits {
            Some(edits) => edits.apply(text.as_bytes())?,
            None => text.to_owned(),
        };
        self.files.insert(name.clone(), edited.clone().into_bytes());
        let read = KustomizationFile::read(edited.as_bytes())?;
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
        if !(read.others.is_empty() && read.embedded.is_empty()) {
            self.has_own_ways = true;
            self.add_all_below(folder);
        }
        for resource in &read.resources {
            let name = join(folder, resource);
            if !self.add_if_folder(&name, depth) {
                self.add(folder, name, LayerKind::Resource);
            }
        }
        for patch in &read.patches {
            self.add(folder, join(folder, patch), LayerKind::Patch);
        }
        for content in &read.contents {
            self.add(folder, join(folder, content), LayerKind::Content);
        }
        Some(read.is_component)
    }

    /// Adds what a kustomization in a folder names if it is a folder; whether it is one.
    fn add_if_folder(&mut self, name: &str, depth: usize) -> bool {
        let is_folder = self.store.is_folder(name);
        if is_folder && self.store.is_outside(name) {
            self.hinder(format!("{name} leads out of the repository"));
        } else if is_folder {
            self.add_folder(name, depth + 1, None);
        }
        is_folder
    }

    /// What transforms or generates names files in ways of its own, so the build gets all that its folder holds.
    fn add_all_below(&mut self, folder: &str) {
        match self.store.files(folder) {
            Ok(files) => {
                let named = files.into_iter();
                let named = named.map(|file| (join(folder, &file.path), file.bytes));
                self.files.extend(named);
            }
            Err(why) => self.hinder(why),
        }
    }

    /// What transforms or generates may name files in ways of its own, so any URL in it may be one.
    fn refuse_urls(&mut self, name: &str, text: &str) {
        if text.contains("://") {
            self.hinder(format!(
                "{name} holds a URL, and nothing is fetched: lint the output of `kustomize build`"
            ));
        }
    }

    fn add(&mut self, folder: &str, name: String, kind: LayerKind) {
        self.reaches_out |= !Path::new(&name).starts_with(folder);
        if self.layers.len() >= MAX_FILES {
            self.hinder("it is made of too many files".to_owned());
            return;
        }
        if self.store.is_outside(&name) {
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

    /// Says that files may lie anywhere in the repository, which is not so where they are named in unknown ways.
    pub fn allow_reaching_out(&mut self) {
        if self.reaches_out && self.has_own_ways {
            self.hinder(
                "it takes files from outside of its folder, and names others in its transformers or generators"
                    .to_owned(),
            );
        }
    }

    /// The first obstacle is the one that is named.
    fn hinder(&mut self, why: String) {
        self.obstacle.get_or_insert(why);
    }

    /// The text of a file, which becomes one of the build's.
    fn text(&mut self, name: &str) -> Option<String> {
        let bytes = self.store.bytes(name)?;
        let text = String::from_utf8(bytes.clone()).ok();
        self.files.insert(name.to_owned(), bytes);
        text
    }
}

/// What a kustomization in a folder names, as names in reports are written.
pub fn join(folder: &str, named: &str) -> String {
    let folder = if named.starts_with('/') { "" } else { folder };
    let mut path = paths::join(folder, named);
    if folder.starts_with('/') || named.starts_with('/') {
        path.insert(0, '/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined() {
        for (folder, named, joined) in [
            ("", "", ""),
            ("", "a.yaml", "a.yaml"),
            ("a", "", "a"),
            ("a/", "", "a"),
            ("a", "b.c", "a/b.c"),
            ("/a/b", "c/d", "/a/b/c/d"),
            ("a", "/b", "/b"),
            ("/", "a", "/a"),
            ("a/b", "../c", "a/c"),
            ("a", "../../c", "../c"),
            ("../a", "./b//c/", "../a/b/c"),
            ("a/.b", "c", "a/.b/c"),
        ] {
            assert_eq!(join(folder, named), joined, "{folder} {named}");
        }
    }
}
