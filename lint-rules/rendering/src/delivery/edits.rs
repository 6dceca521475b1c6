//! What Flux and Argo CD write into a kustomization before it is built.

use manifest::text::to_index;
use manifest::tree::{Node, Value};
use serde_json::{Map, Value as Json, json};

use super::argo::FillText;
use super::{is_set, items, text_at};
use crate::kustomize::{KustomizeLayer, LayerKind};
use crate::substitution::Variables;
use crate::values_file::{fill_texts, json as json_of};

/// Changes of a kustomization.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KustomizationEdits {
    /// Fields that replace those of the kustomization.
    replaced: Map<String, Json>,
    /// Items that are added to its lists.
    added: Map<String, Json>,
    /// Images, which replace those of the same name.
    images: Vec<Json>,
    /// The text of the object with nothing but these changes, every byte at its own place, and the object's file.
    layer: Option<(manifest::text::FileId, KustomizeLayer)>,
    /// Variables that are filled in after the build.
    pub variables: Option<Variables>,
}

impl KustomizationEdits {
    /// Those of a `Kustomization` of Flux.
    pub(super) fn of_flux(spec: Node<'_>) -> Self {
        let mut this = Self::default();
        for (field, key) in [
            ("targetNamespace", "namespace"),
            ("namePrefix", "namePrefix"),
            ("nameSuffix", "nameSuffix"),
        ] {
            let text = text_at(spec, &[field]);
            this.replaced
                .extend(text.map(|text| (key.to_owned(), text.into())));
        }
        this.add_lists(
            spec,
            &[
                "patches",
                "patchesStrategicMerge",
                "patchesJson6902",
                "components",
            ],
        );
        this.images = items(spec, "images").map(json_of).collect();
        if let Some(labels) = spec.at(&["commonMetadata", "labels"]) {
            let pairs = json!([{"pairs": json_of(labels), "includeSelectors": false}]);
            this.added.insert("labels".to_owned(), pairs);
        }
        this.keep_layer(spec);
        this
    }

    /// Those of an `Application` of Argo CD.
    pub(super) fn of_argo(options: Node<'_>) -> Self {
        let mut this = Self::default();
        for key in ["namespace", "namePrefix", "nameSuffix"] {
            let text = text_at(options, &[key]);
            this.replaced
                .extend(text.map(|text| (key.to_owned(), text.into())));
        }
        for key in ["commonLabels", "commonAnnotations"] {
            if is_set(options, key) {
                let pairs = options.get(key).map(json_of).unwrap_or_default();
                this.added.insert(key.to_owned(), pairs);
            }
        }
        this.add_lists(options, &["patches", "components", "replicas"]);
        for image in items(options, "images").filter_map(Node::as_str) {
            this.images.push(image_of_argo(image));
        }
        this.keep_layer(options);
        this
    }

    /// The same with all texts filled in.
    pub(super) fn filled(mut self, fill: FillText<'_>) -> Result<Self, String> {
        let fields = self.replaced.values_mut().chain(self.added.values_mut());
        for value in fields.chain(&mut self.images) {
            fill_texts(value, fill)?;
        }
        Ok(self)
    }

    fn add_lists(&mut self, holder: Node<'_>, keys: &[&str]) {
        for key in keys {
            let list: Vec<Json> = items(holder, key).map(json_of).collect();
            if !list.is_empty() {
                self.added.insert((*key).to_owned(), Json::Array(list));
            }
        }
    }

    fn keep_layer(&mut self, holder: Node<'_>) {
        let (document, span) = (holder.document(), holder.span());
        if !matches!(holder.value(), Value::Mapping) {
            return;
        }
        let base = to_index(document.span().start);
        let start = to_index(span.start).saturating_sub(base);
        let end = to_index(span.end).saturating_sub(base);
        let mut text = "\n".repeat(base);
        let blank = |text: &str| -> String {
            let bytes = text.bytes();
            bytes
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
                .collect()
        };
        text.push_str(&blank(document.text().get(..start).unwrap_or_default()));
        text.push_str(document.text().get(start..end).unwrap_or_default());
        let kind = LayerKind::Kustomization;
        self.layer = Some((document.file(), KustomizeLayer { kind, text }));
    }

    /// Whether the kustomization and what it gives stay as they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes_nothing() && self.variables.is_none()
    }

    /// Whether the kustomization is built as it is.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.replaced.is_empty() && self.added.is_empty() && self.images.is_empty()
    }

    /// What they are to the build, as one of its files, and the file in which they are written.
    #[must_use]
    pub fn layer(&self) -> Option<&(manifest::text::FileId, KustomizeLayer)> {
        self.layer.as_ref()
    }

    /// A kustomization with these changes, as JSON. An empty text: one that does nothing but these.
    #[must_use]
    pub fn apply(&self, kustomization: &[u8]) -> Option<String> {
        let mut fields = match kustomization {
            [] => Map::new(),
            bytes => {
                match json_of(crate::chart::read_yaml(manifest::text::FileId(0), bytes)?.root()) {
                    Json::Object(fields) => fields,
                    _ => return None,
                }
            }
        };
        fields.extend(self.replaced.clone());
        for (key, added) in &self.added {
            match (fields.get_mut(key), added) {
                (Some(Json::Array(list)), Json::Array(added)) => list.extend(added.iter().cloned()),
                (Some(Json::Object(pairs)), Json::Object(added)) => pairs.extend(added.clone()),
                _ => {
                    fields.insert(key.clone(), added.clone());
                }
            }
        }
        if !self.images.is_empty() {
            let list = fields.entry("images").or_insert_with(|| json!([]));
            if let Json::Array(list) = list {
                let names: Vec<&Json> = self
                    .images
                    .iter()
                    .filter_map(|image| image.get("name"))
                    .collect();
                list.retain(|image| image.get("name").is_none_or(|name| !names.contains(&name)));
                list.extend(self.images.iter().cloned());
            }
        }
        Some(Json::Object(fields).to_string())
    }
}

/// An image as Argo CD takes it: `name=other/name:tag@digest`, or without the first part.
fn image_of_argo(text: &str) -> Json {
    let (name, new) = match text.split_once('=') {
        Some((name, new)) => (Some(name), new),
        None => (None, text),
    };
    let (new, digest) = match new.split_once('@') {
        Some((new, digest)) => (new, Some(digest)),
        None => (new, None),
    };
    let tag_at = new
        .rfind(':')
        .filter(|at| new.rfind('/').is_none_or(|slash| slash < *at));
    let (new, tag) = match tag_at {
        Some(at) => (new.get(..at).unwrap_or_default(), new.get(at + 1..)),
        None => (new, None),
    };
    let mut image = Map::from_iter([("name".to_owned(), name.unwrap_or(new).into())]);
    if name.is_some() {
        image.insert("newName".to_owned(), new.into());
    }
    image.extend(tag.map(|tag| ("newTag".to_owned(), tag.into())));
    image.extend(digest.map(|digest| ("digest".to_owned(), digest.into())));
    Json::Object(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_read_as_argo_cd_writes_them() {
        for (text, image) in [
            ("op:v2", json!({"name": "op", "newTag": "v2"})),
            (
                "op=r.io:5/x/op:v2",
                json!({"name": "op", "newName": "r.io:5/x/op", "newTag": "v2"}),
            ),
            ("r.io:5/op", json!({"name": "r.io:5/op"})),
            (
                "op=x@sha256:1",
                json!({"name": "op", "newName": "x", "digest": "sha256:1"}),
            ),
        ] {
            assert_eq!(image_of_argo(text), image, "{text}");
        }
    }
}
