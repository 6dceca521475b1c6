//! Where the tokens of a build were written.
//!
//! Kustomize says nothing of that and writes everything anew. So a token is looked for where it can only come from: at its
//! own path in the patches of its object, the last first, in the object itself, and in the fields of the kustomizations
//! that change such tokens. One that stands nowhere is given the nearest node around it in its object.

use manifest::text::Span;
use manifest::tree::{Document, Node, Value};

use super::layers::{LayerDocument, LayerKind, LayerPlace, LayerSet};

/// Deeper nodes are not looked at.
const MAX_DEPTH: usize = 64;

/// A token of a build and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenOrigin {
    /// The token in the build's output.
    pub span: Span,
    /// The number of the file.
    pub file: usize,
    /// Its place there.
    pub source: Span,
}

/// A step to a node, with what finds it in another document.
#[derive(Clone, Copy, Debug)]
enum NodeStep<'d> {
    Key(&'d str),
    Item { number: usize, node: Node<'d> },
}

/// The tokens of a document of a build with their origins.
#[must_use]
pub fn token_origins(document: &Document, layers: &LayerSet) -> Vec<TokenOrigin> {
    let root = document.root();
    let object = RenderedObject::of(root);
    let base = object.base_document(layers);
    let mut search = OriginSearch {
        own: object.patches(layers).chain(base).collect(),
        layers,
        object,
        base,
        found: Vec::new(),
    };
    search.walk(root, &mut Vec::new());
    search.found.sort_by_key(|origin| origin.span);
    search.found
}

/// What tells an object from others.
struct RenderedObject<'d> {
    kind: &'d str,
    name: &'d str,
}

impl<'d> RenderedObject<'d> {
    fn of(root: Node<'d>) -> Self {
        let text = |node: Option<Node<'d>>| node.and_then(Node::as_str).unwrap_or_default();
        Self {
            kind: text(root.get("kind")),
            name: text(root.at(&["metadata", "name"])),
        }
    }

    /// The object of this kind whose name is the longest part of this one: prefixes, suffixes and hashes are added.
    fn base_document<'s>(&self, layers: &'s LayerSet) -> Option<&'s LayerDocument> {
        let resources = layers.documents.iter();
        let resources = resources.filter(|one| one.kind == LayerKind::Resource);
        let named = resources.filter_map(|one| {
            let object = RenderedObject::of(one.document.root());
            let fits = object.kind == self.kind
                && !object.name.is_empty()
                && self.name.contains(object.name);
            fits.then_some((object.name.len(), one))
        });
        named.max_by_key(|(length, _)| *length).map(|(_, one)| one)
    }

    /// The patches of this object, the last that acts first.
    fn patches<'s>(&self, layers: &'s LayerSet) -> impl Iterator<Item = &'s LayerDocument> {
        let patches = layers.documents.iter().rev();
        patches.filter(|one| {
            let object = RenderedObject::of(one.document.root());
            one.kind == LayerKind::Patch
                && object.kind == self.kind
                && self.name.contains(object.name)
        })
    }
}

struct OriginSearch<'s, 'd> {
    layers: &'s LayerSet,
    object: RenderedObject<'d>,
    /// The object before anything changed it.
    base: Option<&'s LayerDocument>,
    /// The patches of the object and the object itself, the last that acts first.
    own: Vec<&'s LayerDocument>,
    found: Vec<TokenOrigin>,
}

impl<'s, 'd> OriginSearch<'s, 'd> {
    fn walk(&mut self, node: Node<'d>, path: &mut Vec<NodeStep<'d>>) {
        if path.len() > MAX_DEPTH {
            return;
        }
        match node.value() {
            Value::Mapping => {
                for entry in node.entries() {
                    path.push(NodeStep::Key(entry.key));
                    if let Some(place) = self.key_place(path) {
                        self.add(entry.key_span, place);
                    }
                    self.walk(entry.value, path);
                    path.pop();
                }
            }
            Value::Sequence => {
                for (number, item) in node.items().enumerate() {
                    path.push(NodeStep::Item { number, node: item });
                    self.walk(item, path);
                    path.pop();
                }
            }
            _ => {
                let Some(text) = node.scalar_text() else {
                    return;
                };
                if let Some(place) = self.value_place(path, text) {
                    self.add(node.span(), place);
                }
            }
        }
    }

    fn add(&mut self, span: Span, place: LayerPlace) {
        self.found.push(TokenOrigin {
            span,
            file: place.file,
            source: place.span,
        });
    }

    /// Where a key is written.
    fn key_place(&self, path: &[NodeStep<'d>]) -> Option<LayerPlace> {
        let (NodeStep::Key(key), above) = path.split_last()? else {
            return None;
        };
        self.own.iter().find_map(|one| {
            let entry = self.follow(one, above)?.entry(key)?;
            Some(LayerPlace {
                file: one.file,
                span: entry.key_span,
            })
        })
    }

    /// Where a value is written.
    fn value_place(&self, path: &[NodeStep<'d>], text: &str) -> Option<LayerPlace> {
        // A patch repeats what finds the place that it changes, so that the object itself says it.
        let base = self.base.filter(|_| finds_its_object(path));
        let mut holders = base.into_iter().chain(self.own.iter().copied());
        let same = holders.find_map(|one| {
            let node = self.follow(one, path)?;
            (self.layers.becomes(node.scalar_text(), text)).then(|| place(one, node))
        });
        same.or_else(|| self.in_json_patch(path, text))
            .or_else(|| self.in_kustomization(path, text))
            .or_else(|| self.around(path))
    }

    /// In an operation of a JSON patch on such a path.
    fn in_json_patch(&self, path: &[NodeStep<'d>], text: &str) -> Option<LayerPlace> {
        let last_key = path.iter().rev().find_map(|step| match step {
            NodeStep::Key(key) => Some(*key),
            NodeStep::Item { .. } => None,
        })?;
        let patches = self.layers.documents.iter().rev();
        let lists = patches.filter(|one| {
            one.kind == LayerKind::Patch && matches!(one.document.root().value(), Value::Sequence)
        });
        lists
            .flat_map(|one| one.document.root().items().map(move |item| (one, item)))
            .find_map(|(one, operation)| {
                let pointer = operation.get("path")?.as_str()?;
                let value = operation.get("value")?;
                let has_key = pointer
                    .split('/')
                    .any(|step| step.replace("~1", "/").replace("~0", "~") == last_key);
                let found = scalar_in(value, text, (!has_key).then_some(last_key))?;
                Some(place(one, found))
            })
    }

    /// In a field of a kustomization that changes such tokens.
    fn in_kustomization(&self, path: &[NodeStep<'d>], text: &str) -> Option<LayerPlace> {
        let NodeStep::Key(key) = path.last()? else {
            return None;
        };
        let files = self.layers.documents.iter().rev();
        let mut files = files.filter(|one| one.kind == LayerKind::Kustomization);
        files.find_map(|one| {
            let root = one.document.root();
            let found = match *key {
                // The second is Flux's name for it.
                "namespace" => ["namespace", "targetNamespace"]
                    .iter()
                    .filter_map(|key| root.get(key))
                    .find(|node| node.as_str() == Some(text)),
                "replicas" => root
                    .get("replicas")
                    .into_iter()
                    .flat_map(Node::items)
                    .filter(|item| {
                        text_at(*item, "name").is_some_and(|name| self.object.name.contains(name))
                    })
                    .filter_map(|item| item.get("count"))
                    .find(|count| count.scalar_text() == Some(text)),
                "image" => root
                    .get("images")
                    .into_iter()
                    .flat_map(Node::items)
                    .filter(|item| {
                        let name = text_at(*item, "newName").or_else(|| text_at(*item, "name"));
                        name.is_some_and(|name| text.starts_with(name))
                    })
                    .filter_map(|item| item.get("newTag").or_else(|| item.get("newName")))
                    .find(|new| new.scalar_text().is_some_and(|new| text.contains(new))),
                _ => generated(root, self.object.name, key, text),
            };
            found.map(|node| place(one, node))
        })
    }

    /// The node at a path of another document. Items of lists are found by their names, those that are texts by themselves.
    fn follow<'n>(&self, document: &'n LayerDocument, path: &[NodeStep<'d>]) -> Option<Node<'n>> {
        let root = document.document.root();
        path.iter().try_fold(root, |node, step| match step {
            NodeStep::Key(key) => node.get(key),
            NodeStep::Item { number, node: item } => {
                let name =
                    |node: Node<'_>| node.get("name").and_then(Node::as_str).map(str::to_owned);
                match item.value() {
                    Value::Mapping => match name(*item) {
                        Some(own) => node.items().find(|one| name(*one).as_ref() == Some(&own)),
                        None => node.items().nth(*number),
                    },
                    Value::Sequence => node.items().nth(*number),
                    _ => {
                        let text = item.scalar_text().unwrap_or_default();
                        let mut items = node.items();
                        items.find(|one| self.layers.becomes(one.scalar_text(), text))
                    }
                }
            }
        })
    }

    /// The nearest node around it in its object.
    fn around(&self, path: &[NodeStep<'d>]) -> Option<LayerPlace> {
        let base = self.base?;
        (0..=path.len()).rev().find_map(|length| {
            let above = path.get(..length)?;
            let (last, rest) = above.split_last()?;
            let NodeStep::Key(key) = last else {
                return None;
            };
            let entry = self.follow(base, rest)?.entry(key)?;
            Some(LayerPlace {
                file: base.file,
                span: entry.key_span,
            })
        })
    }
}

fn text_at<'n>(node: Node<'n>, key: &str) -> Option<&'n str> {
    node.get(key)?.as_str()
}

/// Whether a value is one by which a patch finds what it changes: the object's kind and name, the name of an item.
fn finds_its_object(path: &[NodeStep<'_>]) -> bool {
    matches!(
        path,
        [NodeStep::Key("apiVersion" | "kind")]
            | [
                NodeStep::Key("metadata"),
                NodeStep::Key("name" | "namespace")
            ]
            | [.., NodeStep::Item { .. }, NodeStep::Key("name")]
    )
}

fn place(one: &LayerDocument, node: Node<'_>) -> LayerPlace {
    LayerPlace {
        file: one.file,
        span: node.span(),
    }
}

/// A scalar of this text in a value; where a key is given, at that key.
fn scalar_in<'n>(value: Node<'n>, text: &str, key: Option<&str>) -> Option<Node<'n>> {
    match value.value() {
        Value::Mapping => value.entries().find_map(|entry| {
            let key = key.filter(|key| *key != entry.key);
            scalar_in(entry.value, text, key)
        }),
        Value::Sequence => value.items().find_map(|item| scalar_in(item, text, key)),
        _ => (key.is_none() && value.scalar_text() == Some(text)).then_some(value),
    }
}

/// The literal of a generator that gives a key of a ConfigMap.
fn generated<'n>(root: Node<'n>, name: &str, key: &str, text: &str) -> Option<Node<'n>> {
    let generators = root
        .get("configMapGenerator")
        .into_iter()
        .flat_map(Node::items);
    let mut own = generators.filter(|one| {
        let own = one.get("name").and_then(Node::as_str);
        own.is_some_and(|own| name.contains(own))
    });
    own.find_map(|generator| {
        let literals = generator.get("literals").into_iter().flat_map(Node::items);
        literals.into_iter().find(|literal| {
            let pair = literal.as_str().and_then(|literal| literal.split_once('='));
            pair.is_some_and(|(own, value)| own == key && value.trim_matches(['"', '\'']) == text)
        })
    })
}

#[cfg(test)]
mod tests;
