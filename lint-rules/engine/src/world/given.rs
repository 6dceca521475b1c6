//! What kustomizations give a workload in so many words: numbers of replicas and images.

use super::kustomize::{Kustomizations, items};
use super::paths::normal;
use crate::Input;
use election::Scaler;
use manifest::text::{FileId, FileSpan};
use manifest::tree::Node;
use objects::Object;

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
}

/// An image as its name and the rest (`:tag`, `@digest` or both).
fn split_image(image: &str) -> (&str, &str) {
    let from = image.rfind('/').map_or(0, |slash| slash + 1);
    let last = image.get(from..).unwrap_or_default();
    let at = last.find([':', '@']).map_or(image.len(), |at| from + at);
    image.split_at(at)
}
