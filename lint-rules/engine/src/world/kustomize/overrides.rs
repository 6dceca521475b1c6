//! Values that kustomizations set by the name of what they are about: numbers of replicas and images.

use std::rc::Rc;

use super::builds::Builds;
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

    /// The image that `images` puts in the place of a written one. `None` if no build does, or if builds differ in
    /// more than tag and digest.
    ///
    /// `name` is an image without tag and digest. `newName` replaces it; `newTag` or `digest` replaces both of the
    /// written ones (kustomize, `api/filters/imagetag/updater.go`).
    pub(crate) fn image(&self, file: FileId, written: &str) -> Option<String> {
        if self.builds.kustomizations().is_empty() {
            return None;
        }
        let written = ImageRef::parse(written);
        let mut found: Option<ImageRef<'_>> = None;
        for (_, entry) in self.entries(file, "images", written.repository) {
            let text = |key| entry.get(key).and_then(Node::scalar_text);
            let new_name = entry.get("newName").and_then(Node::as_str);
            let image = ImageRef {
                repository: new_name.unwrap_or(written.repository),
                tag: text("newTag"),
                digest: text("digest").filter(|digest| !digest.is_empty()),
            };
            found = match found {
                Some(other) if other.repository != image.repository => return None,
                // Any of the overlays may be applied: the version is none of theirs, and with a digest among them
                // it is not the written one either.
                Some(other) => Some(ImageRef {
                    tag: image.tag.filter(|_| other.tag == image.tag),
                    digest: image.digest.or(other.digest),
                    ..image
                }),
                None => Some(image),
            };
        }
        let image = found?;
        let keeps_version = image.tag.is_none() && image.digest.is_none();
        Some(if keeps_version && image.repository == written.repository {
            written.to_string()
        } else {
            image.to_string()
        })
    }
}
