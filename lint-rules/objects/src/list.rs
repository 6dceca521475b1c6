//! The objects of a document: itself, or the items of a list, a template, or a ClusterServiceVersion.

use super::object::Object;
use manifest::tree::{Document, Node, Value};

/// A list inside a list, which kubectl refuses.
#[derive(Clone, Copy)]
pub struct NestedList<'d>(pub Node<'d>);

/// The objects of a document, in order; the second part is a list inside a list, if there is one.
#[must_use]
pub fn objects_of(document: &Document) -> (Vec<Object<'_>>, Option<NestedList<'_>>) {
    let mut objects = Vec::new();
    let root = document.root();
    let nested = collect(root, None, 0, &mut objects);
    (objects, nested)
}

/// The kind of a document that is one object and holds no others, as far as it is written; `None`: it may hold some.
#[must_use]
pub fn kind_if_alone(document: &Document) -> Option<&str> {
    let root = document.root();
    let kind = text(root, "kind")?;
    (root.get("items").is_none() && !holds_others(kind)).then_some(kind)
}

/// Whether objects of a kind hold others elsewhere than in a list.
fn holds_others(kind: &str) -> bool {
    matches!(kind, "Template" | "ClusterServiceVersion")
}

/// A `kind` and `apiVersion` that items may inherit.
type Inherited<'d> = (&'d str, &'d str);

fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key)
        .and_then(Node::as_str)
        .filter(|text| !text.is_empty())
}

fn collect<'d>(
    node: Node<'d>,
    inherited: Option<Inherited<'d>>,
    depth: u8,
    objects: &mut Vec<Object<'d>>,
) -> Option<NestedList<'d>> {
    if !matches!(node.value(), Value::Mapping) {
        return None;
    }
    let own = (text(node, "apiVersion"), text(node, "kind"));
    let (api_version, kind) = match (own, inherited) {
        ((None, None), Some((api_version, kind))) => (api_version, kind),
        ((api_version, kind), _) => (api_version.unwrap_or_default(), kind.unwrap_or_default()),
    };
    // Any object with a non-null top-level `items` is a list, whatever its kind (apimachinery 1.36).
    if let Some(items) = node
        .get("items")
        .filter(|items| matches!(items.value(), Value::Sequence))
    {
        if depth > 0 {
            return Some(NestedList(node));
        }
        let item_kind = kind.strip_suffix("List").unwrap_or(kind);
        let mut nested = None;
        for item in items.items() {
            let found = collect(item, Some((api_version, item_kind)), depth + 1, objects);
            nested = nested.or(found);
        }
        return nested;
    }
    match kind {
        "Template" if node.get("objects").is_some() => {
            for item in node.get("objects").into_iter().flat_map(Node::items) {
                // A template may hold a list: OpenShift's own processing flattens it.
                let _ = collect(item, None, 0, objects);
            }
        }
        "ClusterServiceVersion" => {
            objects.push(Object::new(node, api_version, kind));
            let deployments = node.at(&["spec", "install", "spec", "deployments"]);
            for deployment in deployments.into_iter().flat_map(Node::items) {
                objects.push(Object::inside(deployment, node, "apps/v1", "Deployment"));
            }
        }
        _ => objects.push(Object::new(node, api_version, kind)),
    }
    None
}
