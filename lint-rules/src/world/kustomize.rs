//! Kustomizations, as far as they say what a workload will be: generated ConfigMaps, replicas, patches.
//!
//! Nothing is built here. What a kustomization still changes is known to be unknown.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::nearness::Folder;
use super::patches::Position;
use super::replaced::{Patch, Spot, is_inline, patches_of};
use crate::election::Scaler;
use crate::engine::Input;
use crate::objects::{Object, Workload};
use crate::programs::{AddedWord, ConfigEntry, ConfigMap, Content, Unknown};
use crate::source::{FileId, Place};
use crate::yaml::{Node, Value};

/// One kustomization file.
pub(super) struct Kustomization<'w> {
    folder: String,
    root: Node<'w>,
    /// The files it is built from, once somebody has asked.
    files: OnceCell<Vec<FileId>>,
    /// The kustomizations it is built from, itself among them, likewise.
    parts: OnceCell<Vec<usize>>,
    /// What it patches, likewise.
    patches: OnceCell<Vec<Patch>>,
}

/// What kustomizations put around names.
#[derive(Debug, Default)]
pub(super) struct Renaming {
    pub(super) prefix: String,
    pub(super) suffix: String,
}

/// How many builds of a file change a place of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changing<'k> {
    pub(super) builds: usize,
    pub(super) changed: usize,
    /// The folder of the first that does.
    pub(super) by: Option<&'k str>,
}

impl Changing<'_> {
    pub(super) fn in_every_build(self, what: &str) -> Option<Unknown> {
        (self.changed == self.builds)
            .then(|| self.in_some_build(what))
            .flatten()
    }

    pub(super) fn in_some_build(self, what: &str) -> Option<Unknown> {
        let by = match self.by? {
            "" => "the kustomization of the top folder".to_owned(),
            folder => format!("kustomization {folder}/"),
        };
        Some(Unknown {
            code: "kustomize-not-built",
            reason: format!("{by} patches {what}: lint what `kubectl kustomize` prints"),
            place: None,
        })
    }
}

/// All kustomizations of an input.
pub(super) struct Kustomizations<'w> {
    list: Vec<Kustomization<'w>>,
    /// Where in `list` the kustomizations of a folder are.
    by_folder: HashMap<String, Vec<usize>>,
    /// Where in `list` the kustomizations are that name a file or folder, each once.
    naming: HashMap<String, Vec<usize>>,
    by_path: HashMap<String, FileId>,
    patches: HashSet<String>,
    /// Whether the patches of any may put words on a command line; those of most do not.
    patches_words: bool,
}

/// `a/./b/../c` as `a/c`.
pub(super) fn normal(folder: &str, path: &str) -> String {
    // Nearly every path is written as it is meant; the others are taken apart.
    let (folder, path) = (folder.trim_matches('/'), path.trim_matches('/'));
    if is_plain(folder) && is_plain(path) {
        return match (folder, path) {
            ("", only) | (only, "") => only.to_owned(),
            (folder, path) => [folder, path].join("/"),
        };
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether no part of a path is empty or begins with a dot.
fn is_plain(path: &str) -> bool {
    !path.starts_with('.')
        && !path
            .as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, b"//" | b"/."))
}

/// Fields of a kustomization that change what other objects are called or hold.
const CHANGING: &[&str] = &[
    "namePrefix",
    "nameSuffix",
    "namespace",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "replacements",
    "vars",
    "components",
    "transformers",
];

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

    /// Whether a file lies beside a kustomization and no kustomization takes it, as one that is commented out.
    pub(super) fn leaves_out(&self, input: &Input, file: FileId) -> bool {
        let path = normal("", input.name(file));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.by_folder.contains_key(folder) && !self.naming.contains_key(&path)
    }

    /// Whether a kustomization that holds a file, directly or through others, changes more than it adds.
    pub(super) fn changes(&self, input: &Input, file: FileId) -> bool {
        if self.list.is_empty() {
            return false;
        }
        let path = normal("", input.name(file));
        self.holders(&path)
            .into_iter()
            .any(|kustomization| CHANGING.iter().any(|field| kustomization.has(field)))
    }

    /// The kustomizations that hold a file, directly or through others, in order.
    fn holders(&self, path: &str) -> Vec<&Kustomization<'w>> {
        self.holding(path)
            .into_iter()
            .filter_map(|at| self.list.get(at))
            .collect()
    }

    /// As [`Self::holders`]: where in the list they are.
    fn holding(&self, path: &str) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut open = vec![path];
        while let Some(path) = open.pop() {
            for at in self.naming.get(path).into_iter().flatten() {
                if !found.contains(at) {
                    found.push(*at);
                    open.extend(self.list.get(*at).map(|holder| holder.folder.as_str()));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The kustomizations that hold a file, directly or through others, and that no other one holds.
    pub(super) fn roots(&self, input: &Input, file: FileId) -> Vec<usize> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let path = normal("", input.name(file));
        let mut seen: Vec<usize> = Vec::new();
        let mut roots = Vec::new();
        let mut open = vec![path.as_str()];
        while let Some(path) = open.pop() {
            for at in self.naming.get(path).into_iter().flatten() {
                if seen.contains(at) {
                    continue;
                }
                seen.push(*at);
                let Some(holder) = self.list.get(*at) else {
                    continue;
                };
                if self.naming.contains_key(&holder.folder) {
                    open.push(&holder.folder);
                } else {
                    roots.push(*at);
                }
            }
        }
        roots.sort_unstable();
        roots
    }

    /// What a kustomization does to the names in a file that it holds, together with all that lie
    /// between; `None` if it changes neither names nor namespaces.
    pub(super) fn renaming(&self, root: usize, input: &Input, file: FileId) -> Option<Renaming> {
        let path = normal("", input.name(file));
        let mut here = path.as_str();
        let mut change = Renaming::default();
        let mut namespace = false;
        for _ in 0..=self.list.len() {
            let holders = self.naming.get(here)?;
            // Of several ways up, the one that ends in this root.
            let direct = holders.iter().find(|at| **at == root);
            let at = *direct.or_else(|| holders.first())?;
            let holder = self.list.get(at)?;
            let text = |field| holder.root.get(field).and_then(Node::as_str);
            change
                .prefix
                .insert_str(0, text("namePrefix").unwrap_or_default());
            change
                .suffix
                .push_str(text("nameSuffix").unwrap_or_default());
            namespace |= holder.has("namespace");
            if at == root {
                break;
            }
            here = &holder.folder;
        }
        let changes = namespace || !change.prefix.is_empty() || !change.suffix.is_empty();
        changes.then_some(change)
    }

    /// What the patches of the kustomizations that hold a workload put on a container's command line.
    pub(super) fn patched_words(
        &self,
        input: &'w Input,
        workload: Workload<'w>,
        position: Position<'_>,
    ) -> Vec<AddedWord> {
        if !self.patches_words {
            return Vec::new();
        }
        let path = normal("", input.name(workload.object().file()));
        let holders = self.holders(&path).into_iter();
        holders
            .filter(|holder| holder.may_patch_words())
            .flat_map(|holder| {
                holder.patched_words(workload, position, |path| {
                    let id = self.by_path.get(&normal(&holder.folder, path))?;
                    input.file(*id)?.reading.documents.first()
                })
            })
            .collect()
    }

    /// The folder of a kustomization.
    pub(super) fn folder_of(&self, at: usize) -> &str {
        self.list
            .get(at)
            .map_or("", |kustomization| kustomization.folder.as_str())
    }

    /// The files that a kustomization is built from, directly or through others, sorted.
    pub(super) fn files_of(&self, root: usize) -> &[FileId] {
        let Some(kustomization) = self.list.get(root) else {
            return &[];
        };
        kustomization.files.get_or_init(|| self.gather_files(root))
    }

    fn gather_files(&self, root: usize) -> Vec<FileId> {
        let mut files = Vec::new();
        for part in self.parts_of(root) {
            let Some(kustomization) = self.list.get(*part) else {
                continue;
            };
            for resource in kustomization.resources() {
                let full = normal(&kustomization.folder, resource);
                files.extend(self.by_path.get(&full).copied());
            }
        }
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The kustomizations that one is built from, directly or through others, and itself, sorted.
    fn parts_of(&self, root: usize) -> &[usize] {
        let Some(kustomization) = self.list.get(root) else {
            return &[];
        };
        kustomization
            .parts
            .get_or_init(|| self.gather(root, &["resources", "bases", "components"]))
    }

    fn gather(&self, root: usize, fields: &[&str]) -> Vec<usize> {
        let mut seen = HashSet::from([root]);
        let mut open = vec![root];
        while let Some(kustomization) = open.pop().and_then(|at| self.list.get(at)) {
            for field in fields {
                for resource in kustomization.texts(field) {
                    let full = normal(&kustomization.folder, resource);
                    for inner in self.by_folder.get(&full).into_iter().flatten() {
                        if seen.insert(*inner) {
                            open.push(*inner);
                        }
                    }
                }
            }
        }
        let mut seen: Vec<usize> = seen.into_iter().collect();
        seen.sort_unstable();
        seen
    }

    /// Which of the builds of an object's file may change what stands at a place of it.
    pub(super) fn changing(
        &self,
        input: &'w Input,
        object: Object<'w>,
        spot: &Spot<'_>,
    ) -> Changing<'_> {
        let mut changing = Changing::default();
        if self.list.is_empty() {
            return changing;
        }
        let path = normal("", input.name(object.file()));
        // A component patches what the kustomization holds that names it.
        let mut near: Vec<usize> = self
            .holding(&path)
            .into_iter()
            .flat_map(|holder| self.gather(holder, &["components"]))
            .collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|at_list| {
            let patches = self.patches(input, *at_list);
            patches.iter().any(|patch| patch.may_change(object, spot))
        });
        for root in self.roots(input, object.file()) {
            changing.builds += 1;
            let parts = self.parts_of(root);
            if near.iter().any(|at| parts.binary_search(at).is_ok()) {
                changing.changed += 1;
                changing.by.get_or_insert_with(|| self.folder_of(root));
            }
        }
        changing
    }

    fn patches(&self, input: &'w Input, at: usize) -> &[Patch] {
        let Some(kustomization) = self.list.get(at) else {
            return &[];
        };
        kustomization.patches.get_or_init(|| {
            patches_of(kustomization.root, |path| {
                let id = self.by_path.get(&normal(&kustomization.folder, path));
                let file = id.and_then(|id| input.file(*id));
                file.map_or(&[], |file| &file.reading.documents)
            })
        })
    }

    /// What a build of a file takes from somewhere else than the input, in words: objects may come from there.
    pub(super) fn outside(&self, input: &Input, file: FileId) -> Option<String> {
        self.roots(input, file)
            .into_iter()
            .flat_map(|root| self.parts_of(root))
            .filter_map(|part| self.list.get(*part))
            .find_map(|kustomization| {
                let what = self.outside_of(kustomization)?;
                Some(match kustomization.folder.as_str() {
                    "" => format!("the kustomization of the top folder takes {what}"),
                    folder => format!("kustomization {folder}/ takes {what}"),
                })
            })
    }

    fn outside_of(&self, kustomization: &Kustomization<'w>) -> Option<String> {
        for field in ["helmCharts", "helmChartInflationGenerator", "generators"] {
            if kustomization
                .root
                .get(field)
                .and_then(|node| node.items().next())
                .is_some()
            {
                return Some(format!("objects from `{field}`"));
            }
        }
        let there = |resource: &&str| {
            let full = normal(&kustomization.folder, resource);
            self.by_path.contains_key(&full) || self.by_folder.contains_key(&full)
        };
        let absent = kustomization
            .resources()
            .find(|resource| !there(resource))?;
        Some(format!("`{absent}`, which is not in the input"))
    }

    /// The number of pods that a kustomization's `replicas` gives a workload; the smallest of several.
    pub(super) fn replicas(&self, input: &Input, object: Object<'w>) -> Option<Scaler> {
        let name = object.name()?;
        if self.list.is_empty() {
            return None;
        }
        let path = normal("", input.name(object.file()));
        let mut found: Option<Scaler> = None;
        for kustomization in self.holders(&path) {
            for entry in items(kustomization.root, "replicas") {
                if entry.get("name").and_then(Node::as_str) != Some(name) {
                    continue;
                }
                let Some(node) = entry.get("count") else {
                    continue;
                };
                let count = node.as_i64().and_then(|count| u32::try_from(count).ok());
                let Some(minimum) = count else { continue };
                if found.as_ref().is_none_or(|other| minimum < other.minimum) {
                    found = Some(Scaler {
                        minimum,
                        place: Some(Place {
                            file: node.document().file(),
                            span: node.span(),
                        }),
                        text: format!("count: {minimum}"),
                        name: format!("kustomization {}", kustomization.folder),
                    });
                }
            }
        }
        found
    }

    /// The image that a kustomization's `images` puts in the place of a written one; `None` if
    /// none does, or if several differ in more than the tag.
    pub(super) fn image(&self, input: &Input, file: FileId, written: &str) -> Option<String> {
        if self.list.is_empty() {
            return None;
        }
        let (name, rest) = split_image(written);
        let path = normal("", input.name(file));
        let mut found: Option<(&str, Option<&str>)> = None;
        for kustomization in self.holders(&path) {
            for entry in items(kustomization.root, "images") {
                if entry.get("name").and_then(Node::as_str) != Some(name) {
                    continue;
                }
                let new_name = entry.get("newName").and_then(Node::as_str).unwrap_or(name);
                let tag = entry.get("newTag").and_then(Node::scalar_text);
                match found {
                    Some((other, _)) if other != new_name => return None,
                    Some((_, other_tag)) if other_tag != tag => found = Some((new_name, None)),
                    _ => found = Some((new_name, tag)),
                }
            }
        }
        let (new_name, tag) = found?;
        Some(match tag {
            Some(tag) => format!("{new_name}:{tag}"),
            None if new_name == name => format!("{name}{rest}"),
            None => new_name.to_owned(),
        })
    }

    /// The generated ConfigMap of that name: of a kustomization near the folder, else of those that
    /// hold the file. `Err` with their number if several generate it differently.
    pub(super) fn generated(
        &self,
        input: &'w Input,
        from: Folder<'w>,
        file: FileId,
        name: &str,
    ) -> Result<Option<ConfigMap<'w>>, usize> {
        let named =
            |generator: &Node<'w>| generator.get("name").and_then(Node::as_str) == Some(name);
        for kustomization in self.near(from) {
            if let Some(generator) = kustomization.generators().find(named) {
                // One that holds it may replace what it generates, or merge something into it.
                let above = self.holders(&kustomization.folder);
                let again = above
                    .iter()
                    .filter(|one| one.generators().any(|one| named(&one)));
                return match again.count() {
                    0 => Ok(Some(self.generate(input, kustomization, generator))),
                    others => Err(others + 1),
                };
            }
        }
        if self.list.is_empty() {
            return Ok(None);
        }
        let path = normal("", input.name(file));
        let mut found = Vec::new();
        for kustomization in self.holders(&path) {
            if let Some(generator) = kustomization.generators().find(named) {
                found.push(self.generate(input, kustomization, generator));
            }
        }
        if found.len() > 1 {
            Err(found.len())
        } else {
            Ok(found.pop())
        }
    }

    /// Every generated ConfigMap near a folder.
    pub(super) fn all_generated(&self, input: &'w Input, from: Folder<'w>) -> Vec<ConfigMap<'w>> {
        self.near(from)
            .flat_map(|kustomization| kustomization.generators().map(move |g| (kustomization, g)))
            .map(|(kustomization, generator)| self.generate(input, kustomization, generator))
            .collect()
    }

    /// Kustomizations in the folder itself, then in the folder above.
    fn near(&self, from: Folder<'w>) -> impl Iterator<Item = &Kustomization<'w>> {
        let own = normal(from.path(), "");
        let above = normal(from.path(), "..");
        let there = (above != own).then_some(above);
        std::iter::once(own)
            .chain(there)
            .filter_map(|folder| self.by_folder.get(&folder))
            .flatten()
            .filter_map(|at| self.list.get(*at))
    }

    fn generate(
        &self,
        input: &'w Input,
        kustomization: &Kustomization<'w>,
        generator: Node<'w>,
    ) -> ConfigMap<'w> {
        let mut entries = Vec::new();
        for file in texts(generator, "files") {
            let (key, path) = file
                .split_once('=')
                .unwrap_or_else(|| (file.rsplit('/').next().unwrap_or(file), file));
            let full = normal(&kustomization.folder, path);
            let Some(id) = self.by_path.get(&full) else {
                continue;
            };
            let Some(source) = input.file(*id) else {
                continue;
            };
            let content = match &source.text {
                Some(text) => Content::Text {
                    text: Cow::Borrowed(text.as_str()),
                    place: Place {
                        file: *id,
                        span: crate::source::Span::new(0, 0),
                    },
                    exact: true,
                    documents: &source.reading.documents,
                },
                None => Content::Documents {
                    file: *id,
                    documents: &source.reading.documents,
                },
            };
            entries.push(ConfigEntry {
                key: Cow::Borrowed(key),
                content,
            });
        }
        for node in generator.get("literals").into_iter().flat_map(Node::items) {
            let Some((key, value)) = node.as_str().and_then(|text| text.split_once('=')) else {
                continue;
            };
            let place = Place {
                file: node.document().file(),
                span: node.span(),
            };
            entries.push(ConfigEntry {
                key: Cow::Borrowed(key),
                content: Content::Text {
                    text: Cow::Borrowed(value),
                    place,
                    exact: false,
                    documents: &[],
                },
            });
        }
        ConfigMap { entries }
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

/// An image as its name and the rest (`:tag`, `@digest` or both).
fn split_image(image: &str) -> (&str, &str) {
    let from = image.rfind('/').map_or(0, |slash| slash + 1);
    let last = image.get(from..).unwrap_or_default();
    let at = last.find([':', '@']).map_or(image.len(), |at| from + at);
    image.split_at(at)
}

fn items<'w>(node: Node<'w>, field: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
    node.get(field).into_iter().flat_map(Node::items)
}

fn texts<'w>(node: Node<'w>, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
    node.get(field)
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|item| item.as_str())
}

impl<'w> Kustomization<'w> {
    pub(super) fn items(&self, field: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
        items(self.root, field)
    }

    fn has(&self, field: &str) -> bool {
        self.root.get(field).is_some_and(|node| !node.is_null())
    }

    fn resources(&self) -> impl Iterator<Item = &'w str> + use<'w> {
        let root = self.root;
        ["resources", "bases", "components"]
            .into_iter()
            .flat_map(move |field| texts(root, field))
    }

    fn texts(&self, field: &str) -> impl Iterator<Item = &'w str> + use<'w> {
        texts(self.root, field)
    }

    fn generators(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        self.root
            .get("configMapGenerator")
            .into_iter()
            .flat_map(Node::items)
    }

    fn patch_paths(&self) -> Vec<&'w str> {
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
