//! Strategic merge patches: a part of an object that is laid over the whole one.
//!
//! Mappings are merged key by key; `null` removes a key. The items of some lists are merged by their `name`; every
//! other list is replaced as a whole. `$patch: replace` or `$patch: delete` in a mapping or in an item changes all of
//! it, and an item that is nothing but `$patch: replace` has the others replace the list.

use super::change::{PatchChange, PatchStep};
use manifest::tree::{Node, Value};

/// Lists of pods whose items are merged by `name` (`patchMergeKey` in k8s.io/api/core/v1). `ports` (by
/// `containerPort`) and `volumeMounts` (by `mountPath`) are taken to be replaced as a whole.
const LISTS_MERGED_BY_NAME: [&str; 5] = [
    "containers",
    "initContainers",
    "ephemeralContainers",
    "env",
    "volumes",
];

/// The changes that a merge makes to the object it names.
pub(crate) fn changes_of_merge(patch: Node<'_>) -> Vec<PatchChange> {
    let mut changes = Vec::new();
    collect(patch, &mut Vec::new(), &mut changes);
    changes
}

/// `path`: the keys that lead to a node, from the patch or from the item of a list that it is in.
fn collect<'d>(node: Node<'d>, path: &mut Vec<&'d str>, changes: &mut Vec<PatchChange>) {
    let here = |path: &[&str]| PatchChange::at(path.iter().map(|part| PatchStep::key(part)));
    match node.value() {
        Value::Mapping if node.get("$patch").is_none() => {
            for entry in node.entries() {
                if !is_identity(path, entry.key) {
                    path.push(entry.key);
                    collect(entry.value, path, changes);
                    path.pop();
                }
            }
        }
        Value::Sequence if is_merged_by_name(node, path) => {
            for item in node.items() {
                let Some(name) = item.get("name").and_then(Node::as_str) else {
                    continue;
                };
                for change in changes_of_item(item) {
                    let mut whole = here(path);
                    whole.path.push(PatchStep::Named(name.into()));
                    whole.path.extend(change.path);
                    whole.texts = change.texts;
                    changes.push(whole);
                }
            }
        }
        _ => changes.push(here(path).to(node)),
    }
}

/// Whether a key names the object, which is no change of it.
fn is_identity(path: &[&str], key: &str) -> bool {
    match path {
        [] => matches!(key, "apiVersion" | "kind"),
        ["metadata"] => matches!(key, "name" | "namespace"),
        _ => false,
    }
}

fn is_merged_by_name(list: Node<'_>, path: &[&str]) -> bool {
    let replaces_list = |item: Node<'_>| item.get("name").is_none() && item.get("$patch").is_some();
    let last = path.last();
    last.is_some_and(|last| LISTS_MERGED_BY_NAME.contains(last)) && !list.items().any(replaces_list)
}

fn changes_of_item(item: Node<'_>) -> Vec<PatchChange> {
    if item.get("$patch").is_some() {
        return vec![PatchChange::at([])];
    }
    let mut changes = Vec::new();
    for entry in item.entries().filter(|entry| entry.key != "name") {
        collect(entry.value, &mut vec![entry.key], &mut changes);
    }
    changes
}
