//! What builds change of names and namespaces, and whether they change anything at all of what a file holds.

use std::rc::Rc;

use super::builds::Builds;
use super::index::KustomizationId;
use super::kustomization::Kustomization;
use manifest::text::{FileId, FileSpan};

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

/// Those of them that change nothing but what objects are called and the namespace.
const PLAIN_FIELDS: [&str; 3] = ["namePrefix", "nameSuffix", "namespace"];

/// A namespace into which a build puts its objects, and where it is written.
#[derive(Clone, Copy)]
pub(crate) struct MovedNamespace<'w> {
    pub(crate) name: &'w str,
    pub(crate) place: FileSpan,
}

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

    /// The namespace into which the build of a root puts what a file holds, if that is certain: nothing else in the
    /// build changes names or namespaces, and all that it takes in is in the input.
    pub(crate) fn surely_moved_to(
        &self,
        root: KustomizationId,
        file: FileId,
    ) -> Option<MovedNamespace<'w>> {
        if self.builds.outside_source(file).is_some() {
            return None;
        }
        let parts = self.builds.parts_of(root);
        let mut inner: Vec<&Kustomization<'w>> = Vec::new();
        for holder in self.builds.holders(file) {
            let kustomization = self.builds.kustomizations().get(*holder)?;
            let changes = |field: &&&str| !PLAIN_FIELDS.contains(*field);
            let mut changing = CHANGING_FIELDS.iter().filter(changes);
            if parts.contains(holder) && changing.any(|field| kustomization.has(field)) {
                return None;
            }
            if *holder != root && parts.contains(holder) && kustomization.has("namespace") {
                inner.push(kustomization);
            }
        }
        let outermost = self.builds.kustomizations().get(root)?;
        // The outermost one has the last word; which of several inner ones is the outer is not looked into.
        let deciding = match (outermost.has("namespace"), inner.as_slice()) {
            (true, _) => outermost,
            (false, [only]) => only,
            (false, _) => return None,
        };
        Some(MovedNamespace {
            name: deciding.text("namespace").filter(|name| !name.is_empty())?,
            place: deciding.place("namespace")?,
        })
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
