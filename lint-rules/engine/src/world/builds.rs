//! Which kustomizations build a file, through which others, and whether something else comes with it.

use std::collections::HashSet;

use super::kustomize::{Kustomization, Kustomizations};
use super::paths::normal;
use crate::Input;
use manifest::text::FileId;
use manifest::tree::Node;

/// What kustomizations put around names.
#[derive(Debug, Default)]
pub(super) struct Renaming {
    pub(super) prefix: String,
    pub(super) suffix: String,
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

    /// The first other namespace that a kustomization which holds a file gives to all it holds.
    pub(super) fn moved_to(&self, input: &Input, file: FileId, namespace: &str) -> Option<&str> {
        if self.list.is_empty() {
            return None;
        }
        let path = normal("", input.name(file));
        let holders = self.holders(&path).into_iter();
        holders
            .filter_map(|holder| holder.root.get("namespace")?.as_str())
            .find(|given| !given.is_empty() && *given != namespace)
    }

    /// The kustomizations that hold a file, directly or through others, in order.
    pub(super) fn holders(&self, path: &str) -> Vec<&Kustomization<'w>> {
        self.holding(path)
            .into_iter()
            .filter_map(|at| self.list.get(at))
            .collect()
    }

    /// As [`Self::holders`]: where in the list they are.
    pub(super) fn holding(&self, path: &str) -> Vec<usize> {
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
    pub(super) fn parts_of(&self, root: usize) -> &[usize] {
        let Some(kustomization) = self.list.get(root) else {
            return &[];
        };
        kustomization
            .parts
            .get_or_init(|| self.gather(root, &["resources", "bases", "components"]))
    }

    pub(super) fn gather(&self, root: usize, fields: &[&str]) -> Vec<usize> {
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
}
