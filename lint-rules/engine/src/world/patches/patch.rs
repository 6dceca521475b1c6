//! The patches of one kustomization.

use super::super::kustomize::{Kustomization, is_inline_merge};
use super::change::{PatchChange, PatchStep};
use super::field_path::steps_of_field_path;
use super::json_patch::changes_of_operations;
use super::object_path::ObjectPath;
use super::strategic_merge::changes_of_merge;
use super::target::PatchTarget;
use manifest::file::{self, ReadOptions};
use manifest::text::FileId;
use manifest::tree::{Document, Node, ReadLimits, Value};
use objects::Object;

/// One patch of a kustomization.
pub(crate) struct Patch {
    target: PatchTarget,
    changes: Vec<PatchChange>,
}

impl Patch {
    /// Everything that a kustomization patches; `fetch` gives the documents of a file that it names.
    ///
    /// `replicas` sets the number of a workload of a name. `replacements`, which may stand in files of their own, write
    /// into `fieldPaths` of what their targets select. `vars` replace `$(NAME)` wherever it is written.
    pub(crate) fn all_of<'w>(
        kustomization: &Kustomization<'w>,
        fetch: impl Fn(&str) -> &'w [Document],
    ) -> Vec<Self> {
        let mut patches = Vec::new();
        for item in kustomization.patches() {
            let target = item.get("target");
            if let Some(text) = item.get("patch").and_then(Node::as_str) {
                patches.extend(Self::of_documents(&inline_documents(text), target));
            } else if let Some(path) = item.get("path").and_then(Node::as_str) {
                patches.extend(Self::of_documents(fetch(path), target));
            }
        }
        for text in kustomization.merges().filter_map(Node::as_str) {
            if is_inline_merge(text) {
                patches.extend(Self::of_documents(&inline_documents(text), None));
            } else {
                patches.extend(Self::of_documents(fetch(text), None));
            }
        }
        let name_of = |item: Node<'w>| item.get("name").and_then(Node::as_str);
        for name in kustomization.items("replicas").filter_map(name_of) {
            patches.push(Self {
                target: PatchTarget::named(name),
                changes: vec![PatchChange::at(["spec", "replicas"].map(PatchStep::key))],
            });
        }
        patches.extend(replacements(kustomization, fetch).flat_map(Self::of_replacement));
        for name in kustomization.items("vars").filter_map(name_of) {
            patches.push(Self {
                target: PatchTarget::default(),
                changes: vec![PatchChange::of_variable(name)],
            });
        }
        patches
    }

    /// The patches in documents: lists of operations or merges.
    fn of_documents(documents: &[Document], target: Option<Node<'_>>) -> Vec<Self> {
        let roots = documents.iter().map(Document::root);
        let patch = |root: Node<'_>| Self {
            target: match target {
                Some(target) => PatchTarget::selected_by(target),
                None => PatchTarget::of_merge(root),
            },
            changes: match root.value() {
                Value::Sequence => changes_of_operations(root),
                _ => changes_of_merge(root),
            },
        };
        roots.map(patch).collect()
    }

    /// One patch for each target of a replacement.
    fn of_replacement(replacement: Node<'_>) -> impl Iterator<Item = Self> {
        let targets = replacement.get("targets").into_iter();
        targets.flat_map(Node::items).map(|target| {
            let paths = target.get("fieldPaths").into_iter().flat_map(Node::items);
            let paths = paths.filter_map(Node::as_str);
            Self {
                target: target
                    .get("select")
                    .map(PatchTarget::selected_by)
                    .unwrap_or_default(),
                changes: paths
                    .map(|path| PatchChange::at(steps_of_field_path(path)))
                    .collect(),
            }
        })
    }

    /// Whether it may change what stands at a path of an object.
    pub(crate) fn may_change(&self, object: Object<'_>, path: &ObjectPath<'_>) -> bool {
        self.target.may_be(object) && self.changes.iter().any(|change| change.touches(path))
    }
}

/// The replacements of a kustomization; a file holds one or a list of them.
fn replacements<'w>(
    kustomization: &Kustomization<'w>,
    fetch: impl Fn(&str) -> &'w [Document],
) -> impl Iterator<Item = Node<'w>> {
    let in_files = kustomization
        .replacement_files()
        .flat_map(fetch)
        .map(Document::root)
        .flat_map(|root| std::iter::once(root).chain(root.items()));
    kustomization.items("replacements").chain(in_files)
}

/// The documents of a patch that stands in the kustomization itself. Places in it do not matter.
fn inline_documents(text: &str) -> Vec<Document> {
    let options = ReadOptions {
        filter: &|_| true,
        explicit: true,
        limits: ReadLimits::default(),
    };
    file::read(FileId(0), text.as_bytes(), &options).documents
}
