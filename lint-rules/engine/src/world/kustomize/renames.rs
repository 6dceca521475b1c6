//! What builds change of names and namespaces, and whether they change anything at all of what a file holds.

use std::rc::Rc;

use super::builds::Builds;
use super::index::KustomizationId;
use manifest::text::FileId;

/// What a build puts around a name. The innermost kustomization adds its part first, so the outermost prefix comes
/// first and the outermost suffix last.
#[derive(Debug, Default)]
pub(crate) struct NameAffixes {
    pub(crate) prefix: String,
    pub(crate) suffix: String,
}

impl NameAffixes {
    /// A name before the build, of one after it.
    pub(crate) fn strip<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_prefix(self.prefix.as_str())?
            .strip_suffix(self.suffix.as_str())
    }

    /// A name after the build.
    pub(crate) fn apply(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.suffix)
    }
}

/// What builds change of names and namespaces.
pub(crate) struct Renames<'w> {
    builds: Rc<Builds<'w>>,
}

/// Fields of a kustomization that change what objects are called or hold. Its other fields add objects (`resources`,
/// generators), labels and annotations, or set images and numbers of replicas, which are read for themselves.
const CHANGING_FIELDS: [&str; 10] = [
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

impl<'w> Renames<'w> {
    pub(crate) fn of(builds: &Rc<Builds<'w>>) -> Self {
        Self {
            builds: Rc::clone(builds),
        }
    }

    /// Whether a kustomization that holds a file changes what it holds, not only adds to it.
    pub(crate) fn is_unbuilt(&self, file: FileId) -> bool {
        let holders = self.builds.holders(file).iter();
        holders
            .filter_map(|holder| self.builds.kustomizations().get(*holder))
            .any(|holder| CHANGING_FIELDS.iter().any(|field| holder.has(field)))
    }

    /// The first other namespace into which a build puts what a file holds. `namespace` moves every object of the
    /// build, whatever namespace it names itself.
    pub(crate) fn moved_to(&self, file: FileId, namespace: &str) -> Option<&'w str> {
        let holders = self.builds.holders(file).iter();
        holders
            .filter_map(|holder| self.builds.kustomizations().get(*holder)?.text("namespace"))
            .find(|new| !new.is_empty() && *new != namespace)
    }

    /// What the build of a root puts around the names in a file that it holds; `None` if it changes neither names
    /// nor namespaces.
    pub(crate) fn affixes(&self, root: KustomizationId, file: FileId) -> Option<NameAffixes> {
        let mut path = self.builds.files().path(file);
        let mut affixes = NameAffixes::default();
        let mut has_namespace = false;
        // Kustomizations that take in each other end after as many steps as there are.
        for _ in 0..=self.builds.kustomizations().len() {
            let holders = self.builds.kustomizations().taking(path);
            // Of several ways up, the one that ends in this root.
            let direct = holders.iter().find(|holder| **holder == root);
            let id = *direct.or_else(|| holders.first())?;
            let holder = self.builds.kustomizations().get(id)?;
            let text = |field| holder.text(field).unwrap_or_default();
            affixes.prefix.insert_str(0, text("namePrefix"));
            affixes.suffix.push_str(text("nameSuffix"));
            has_namespace |= holder.has("namespace");
            if id == root {
                break;
            }
            path = holder.folder();
        }
        let has_affix = !affixes.prefix.is_empty() || !affixes.suffix.is_empty();
        (has_namespace || has_affix).then_some(affixes)
    }
}
