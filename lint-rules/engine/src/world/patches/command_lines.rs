//! The words that patches put on the command lines of workloads.
//!
//! Only JSON patches that `add` or `replace` at `/spec/template/spec/containers/0/args` or below, and merges of
//! containers, are read. A merge in a file of its own is an object of the input and is read as such.

use std::rc::Rc;

use super::super::kustomize::{Builds, Kustomization, KustomizationId, is_inline_merge};
use super::target::{PatchTarget, is_expression};
use manifest::text::FileSpan;
use manifest::tree::{Document, Node, ReadLimits, Value};
use manifest::yaml::parse_embedded;
use objects::Workload;
use programs::AddedWord;

/// Kinds whose command lines people patch.
const PATCHED_KINDS: [&str; 3] = ["Deployment", "StatefulSet", "DaemonSet"];

/// Which container of a workload: its number among those that are no init containers, and its name.
#[derive(Clone, Copy)]
pub(crate) struct ContainerPosition<'n> {
    pub(crate) number: usize,
    pub(crate) name: &'n str,
}

/// The words that patches put on the command lines of workloads.
pub(crate) struct PatchedCommandLines<'w> {
    builds: Rc<Builds<'w>>,
    /// Those whose patches may add words about elections, sorted; most do not.
    adding: Vec<KustomizationId>,
}

impl<'w> PatchedCommandLines<'w> {
    pub(crate) fn of(builds: &Rc<Builds<'w>>) -> Self {
        let all = builds.kustomizations().iter();
        let adding = all.filter(|(_, kustomization)| may_add_words(kustomization));
        Self {
            builds: Rc::clone(builds),
            adding: adding.map(|(id, _)| id).collect(),
        }
    }

    /// The words that the kustomizations which hold a workload put on a container's command line.
    pub(crate) fn words(
        &self,
        workload: Workload<'w>,
        position: ContainerPosition<'_>,
    ) -> Vec<AddedWord> {
        let mut words = Vec::new();
        if self.adding.is_empty() {
            return words;
        }
        let mut container = PatchedContainer {
            workload,
            position,
            words: &mut words,
        };
        for holder in self.builds.holders(workload.object().file()) {
            if self.adding.binary_search(holder).is_ok()
                && let Some(kustomization) = self.builds.kustomizations().get(*holder)
            {
                self.add_words_of(kustomization, &mut container);
            }
        }
        words
    }

    fn add_words_of(
        &self,
        kustomization: &Kustomization<'w>,
        container: &mut PatchedContainer<'w, '_>,
    ) {
        let object = container.workload.object();
        for patch in kustomization.patches() {
            let target = patch.get("target");
            if target.is_some_and(|target| !PatchTarget::selected_by(target).may_be(object)) {
                continue;
            }
            let path = patch.get("path").and_then(Node::as_str);
            let file = path.and_then(|path| self.builds.files().at_path(&kustomization.path(path)));
            let documents = file.map_or(&[][..], |file| self.builds.files().documents(file));
            if let Some(document) = documents.first() {
                container.read_operations(document);
            }
            if let Some(text) = patch.get("patch") {
                container.read_inline(text, target.is_some());
            }
        }
        for text in inline_merges(kustomization) {
            container.read_inline(text, false);
        }
    }
}

/// Whether a patch may put words about elections on a command line, by what costs next to nothing to find out.
fn may_add_words(kustomization: &Kustomization<'_>) -> bool {
    let inline = kustomization.patches();
    let inline = inline.filter_map(|patch| patch.get("patch"));
    let mut inline = inline.chain(inline_merges(kustomization));
    inline.any(mentions_leaders) || kustomization.patches().any(is_operation_on_workload)
}

/// Merges that stand in the kustomization itself.
fn inline_merges<'w>(
    kustomization: &Kustomization<'w>,
) -> impl Iterator<Item = Node<'w>> + use<'w> {
    let merges = kustomization.merges();
    merges.filter(|merge| merge.as_str().is_some_and(is_inline_merge))
}

/// Whether a patch in a file may be a list of operations on a workload: kustomize demands a target for those. Most
/// patches are about CustomResourceDefinitions, which are not read.
fn is_operation_on_workload(patch: Node<'_>) -> bool {
    let is_workload = |kind: &str| PATCHED_KINDS.contains(&kind) || is_expression(kind);
    let is_file = patch
        .get("path")
        .is_some_and(|path| path.as_str().is_some());
    is_file
        && patch.get("target").is_some_and(|target| {
            let kind = target.get("kind").and_then(Node::as_str);
            kind.is_none_or(is_workload)
        })
}

/// Whether a patch may be about elections: most are about other things.
fn mentions_leaders(patch: Node<'_>) -> bool {
    patch.as_str().is_some_and(|text| text.contains("eader"))
}

/// A container with the words that patches add to it.
struct PatchedContainer<'w, 's> {
    workload: Workload<'w>,
    position: ContainerPosition<'s>,
    words: &'s mut Vec<AddedWord>,
}

impl PatchedContainer<'_, '_> {
    /// Reads a patch that stands in the kustomization itself.
    fn read_inline(&mut self, text: Node<'_>, has_target: bool) {
        if !mentions_leaders(text) {
            return;
        }
        let Ok(document) = parse_embedded(text.document(), text, ReadLimits::default()) else {
            return;
        };
        let root = document.root();
        match root.value() {
            Value::Sequence => self.read_operations(&document),
            Value::Mapping => {
                let own = PatchTarget::of_merge(root);
                if has_target || own.is_complete() && own.may_be(self.workload.object()) {
                    self.read_merge(root);
                }
            }
            _ => {}
        }
    }

    /// Reads a JSON patch.
    fn read_operations(&mut self, document: &Document) {
        for operation in document.root().items() {
            let text = |key| operation.get(key).and_then(Node::as_str);
            if !matches!(text("op"), Some("add" | "replace")) {
                continue;
            }
            let path = text("path").unwrap_or_default();
            let Some(rest) = path.strip_prefix("/spec/template/spec/containers/") else {
                continue;
            };
            let mut parts = rest.split('/');
            let number = parts.next().and_then(|number| number.parse().ok());
            let Some(value) = operation
                .get("value")
                .filter(|_| number == Some(self.position.number))
            else {
                continue;
            };
            match parts.next() {
                Some("args" | "command") => self.add_words(value),
                // The container as a whole.
                None => self.add_command_line(value),
                Some(_) => {}
            }
        }
    }

    /// Reads a strategic merge: the container of this name.
    fn read_merge(&mut self, root: Node<'_>) {
        let containers = root.at(&["spec", "template", "spec", "containers"]);
        for container in containers.into_iter().flat_map(Node::items) {
            if container.get("name").and_then(Node::as_str) == Some(self.position.name) {
                self.add_command_line(container);
            }
        }
    }

    fn add_command_line(&mut self, container: Node<'_>) {
        for field in ["command", "args"] {
            if let Some(list) = container.get(field) {
                self.add_words(list);
            }
        }
    }

    fn add_words(&mut self, value: Node<'_>) {
        let single = value.as_str().map(|_| value);
        for node in single.into_iter().chain(value.items()) {
            let Some(text) = node.as_str() else { continue };
            self.words.push(AddedWord {
                text: text.to_owned(),
                place: FileSpan {
                    file: node.document().file(),
                    span: node.span(),
                },
            });
        }
    }
}
