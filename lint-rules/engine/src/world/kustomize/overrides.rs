//! Values that kustomizations set by the name of what they are about: numbers of replicas and images.

use std::collections::HashSet;
use std::rc::Rc;

use super::builds::Builds;
use super::index::KustomizationId;
use super::kustomization::Kustomization;
use election::Scaler;
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use objects::{ImageRef, Object};

/// The fields `replicas` and `images` of all kustomizations.
pub(crate) struct Overrides<'w> {
    builds: Rc<Builds<'w>>,
}

impl<'w> Overrides<'w> {
    pub(crate) fn of(builds: &Rc<Builds<'w>>) -> Self {
        Self {
            builds: Rc::clone(builds),
        }
    }

    /// The entries for a name in a list of the kustomizations that hold a file.
    fn entries<'s>(
        &'s self,
        file: FileId,
        field: &'static str,
        name: &'s str,
    ) -> impl Iterator<Item = (&'s Kustomization<'w>, Node<'w>)> {
        let holders = self.builds.holders(file).iter();
        holders
            .filter_map(|holder| self.builds.kustomizations().get(*holder))
            .flat_map(move |holder| holder.items(field).map(move |entry| (holder, entry)))
            .filter(move |(_, entry)| entry.get("name").and_then(Node::as_str) == Some(name))
    }

    /// The number of pods that `replicas` gives a workload; the smallest where builds differ. `name` is the one
    /// before any prefix is added.
    pub(crate) fn replicas(&self, object: Object<'w>) -> Option<Scaler> {
        let entries = self.entries(object.file(), "replicas", object.name()?);
        let counts = entries.filter_map(|(kustomization, entry)| {
            let node = entry.get("count")?;
            let minimum = u32::try_from(node.as_i64()?).ok()?;
            Some((minimum, node, kustomization))
        });
        // `min_by_key` takes the first of equals.
        let (minimum, node, kustomization) = counts.min_by_key(|(minimum, ..)| *minimum)?;
        Some(Scaler {
            minimum,
            place: Some(FileSpan {
                file: node.document().file(),
                span: node.span(),
            }),
            text: format!("count: {minimum}"),
            name: format!("kustomization {}", kustomization.folder()),
        })
    }

    /// The images that builds put in the place of a written one, each once and the written one first if it may run;
    /// none if no build replaces it.
    ///
    /// `name` is an image without tag and digest. `newName` replaces it; `newTag` or `digest` replaces both of the
    /// written ones, which stay where neither is given (kustomize, `api/filters/imagetag/updater.go`).
    pub(crate) fn images(&self, file: FileId, written: &'w str) -> Vec<ImageRef<'w>> {
        if self.builds.kustomizations().is_empty() {
            return Vec::new();
        }
        let written = ImageRef::parse(written);
        let entries = self.entries(file, "images", written.repository);
        let mut possible: Vec<ImageRef<'w>> = entries
            .map(|(_, entry)| {
                let text = |key| entry.get(key).and_then(Node::scalar_text);
                let tag = text("newTag").filter(|tag| !tag.is_empty());
                let digest = text("digest").filter(|digest| !digest.is_empty());
                let new_name = entry.get("newName").and_then(Node::as_str);
                let (tag, digest) = match (tag, digest) {
                    (None, None) => (written.tag, written.digest),
                    replaced => replaced,
                };
                ImageRef {
                    repository: new_name.unwrap_or(written.repository),
                    tag,
                    digest,
                }
            })
            .collect();
        if possible.is_empty() {
            return possible;
        }
        let names_image = |root: &KustomizationId| {
            let parts = self.builds.parts_of(*root).iter();
            parts
                .filter_map(|part| self.builds.kustomizations().get(*part))
                .flat_map(|part| part.items("images"))
                .any(|entry| entry.get("name").and_then(Node::as_str) == Some(written.repository))
        };
        // What one of the builds leaves as it is written may run, too.
        if !self.builds.roots(file).iter().all(names_image) {
            possible.insert(0, written);
        }
        let mut known = HashSet::new();
        possible.retain(|image| known.insert(*image));
        possible
    }

    /// What [`Self::images`] have in common: of different versions none, of different repositories the written one.
    /// `None` if no build replaces the image.
    pub(crate) fn image(&self, file: FileId, written: &'w str) -> Option<String> {
        let possible = self.images(file, written);
        let (first, others) = possible.split_first()?;
        let agree = |is_alike: fn(&ImageRef<'_>, &ImageRef<'_>) -> bool| {
            others.iter().all(|other| is_alike(first, other))
        };
        let repository = match agree(|a, b| a.repository == b.repository) {
            true => first.repository,
            false => ImageRef::parse(written).repository,
        };
        let image = ImageRef {
            repository,
            tag: first.tag.filter(|_| agree(|a, b| a.tag == b.tag)),
            digest: first.digest.filter(|_| agree(|a, b| a.digest == b.digest)),
        };
        Some(image.to_string())
    }
}
