//! What kustomizations give a workload in so many words: numbers of replicas and images.

use super::kustomize::{Kustomizations, items};
use super::paths::normal;
use crate::Input;
use election::Scaler;
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use objects::{ImageRef, Object};

impl<'w> Kustomizations<'w> {
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
                        place: Some(FileSpan {
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
    /// none does, or if several differ in more than tag and digest.
    ///
    /// A tag or a digest replaces both of the written ones (kustomize, `api/filters/imagetag/updater.go`).
    pub(super) fn image(&self, input: &Input, file: FileId, written: &str) -> Option<String> {
        if self.list.is_empty() {
            return None;
        }
        let written = ImageRef::parse(written);
        let path = normal("", input.name(file));
        let mut found: Option<ImageRef<'_>> = None;
        for kustomization in self.holders(&path) {
            for entry in items(kustomization.root, "images") {
                if entry.get("name").and_then(Node::as_str) != Some(written.repository) {
                    continue;
                }
                let text = |key| entry.get(key).and_then(Node::scalar_text);
                let new_name = entry.get("newName").and_then(Node::as_str);
                let image = ImageRef {
                    repository: new_name.unwrap_or(written.repository),
                    tag: text("newTag"),
                    digest: text("digest").filter(|digest| !digest.is_empty()),
                };
                found = match found {
                    Some(other) if other.repository != image.repository => return None,
                    // Any of the overlays may be applied: the version is none of theirs, and with a digest
                    // among them it is not the written one either.
                    Some(other) => Some(ImageRef {
                        tag: image.tag.filter(|_| other.tag == image.tag),
                        digest: image.digest.or(other.digest),
                        ..image
                    }),
                    None => Some(image),
                };
            }
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
