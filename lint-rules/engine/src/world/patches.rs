//! What the patches of kustomizations put on the command lines of workloads.
//!
//! Patches are not applied. That one of them speaks of an election is enough to know that the workload
//! without it does not tell the whole story.

use super::kustomize::Kustomization;
use super::replaced::{is_inline, is_pattern};
use manifest::text::FileSpan;
use manifest::tree::{Document, Node, ReadLimits, Value};
use manifest::yaml::parse_embedded;
use objects::Workload;
use programs::AddedWord;

/// Kinds whose command lines people patch.
const PATCHED: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];

/// Which container of the workload.
#[derive(Clone, Copy)]
pub(super) struct Position<'n> {
    pub(super) number: usize,
    pub(super) name: &'n str,
}

impl<'w> Kustomization<'w> {
    /// The words that the patches of this kustomization give a container. `document_at` knows the files it
    /// names; those that are workloads are read as such, not here.
    pub(super) fn patched_words(
        &self,
        workload: Workload<'_>,
        position: Position<'_>,
        document_at: impl Fn(&str) -> Option<&'w Document>,
    ) -> Vec<AddedWord> {
        let mut words = Vec::new();
        for field in ["patches", "patchesJson6902"] {
            for patch in self.items(field) {
                let fits = patch
                    .get("target")
                    .is_none_or(|target| selects(target, workload));
                let path = patch.get("path").and_then(Node::as_str);
                if let Some(document) = path.filter(|_| fits).and_then(&document_at) {
                    operations(document, position, &mut words);
                }
                if let Some(text) = patch.get("patch").filter(|_| fits) {
                    read(
                        text,
                        patch.get("target").is_some(),
                        workload,
                        position,
                        &mut words,
                    );
                }
            }
        }
        for text in self.merges() {
            read(text, false, workload, position, &mut words);
        }
        words
    }
}

impl<'w> Kustomization<'w> {
    /// Whether a patch may put words about elections on a command line, told by what costs nothing.
    pub(super) fn may_patch_words(&self) -> bool {
        let inline = ["patches", "patchesJson6902"].map(|field| self.items(field));
        let inline = inline.into_iter().flatten();
        inline
            .filter_map(|patch| patch.get("patch"))
            .chain(self.merges())
            .any(speaks)
            || !self.operation_paths().is_empty()
    }

    /// Strategic merges that stand in the kustomization itself.
    fn merges(&self) -> impl Iterator<Item = Node<'w>> + use<'w> {
        let items = self.items("patchesStrategicMerge");
        items.filter(|item| item.as_str().is_some_and(is_inline))
    }

    /// Files of operations on workloads. kustomize demands a target for them; most patches are about
    /// CustomResourceDefinitions, which nobody reads.
    pub(super) fn operation_paths(&self) -> Vec<&'w str> {
        let patches = ["patches", "patchesJson6902"].map(|field| self.items(field));
        let about_workloads = |patch: &Node<'w>| {
            patch.get("target").is_some_and(|target| {
                let kind = target.get("kind").and_then(Node::as_str);
                kind.is_none_or(|kind| PATCHED.contains(&kind) || is_pattern(kind))
            })
        };
        patches
            .into_iter()
            .flatten()
            .filter(about_workloads)
            .filter_map(|patch| patch.get("path").and_then(Node::as_str))
            .collect()
    }
}

/// Whether a target names a workload; a pattern is taken to fit what it may fit.
fn selects(target: Node<'_>, workload: Workload<'_>) -> bool {
    let text = |field| target.get(field).and_then(Node::as_str);
    let is_kind = |kind: &str| kind == workload.object().kind_word() || is_pattern(kind);
    text("kind").is_none_or(is_kind)
        && text("name").is_none_or(|name| is_pattern(name) || may_name(name, workload))
}

/// Whether a name may be that of a workload by the time of the patch: prefixes and suffixes may be around it.
fn may_name(name: &str, workload: Workload<'_>) -> bool {
    name.contains(workload.object().name().unwrap_or_default())
}

/// Whether a patch may be about elections: most are about other things.
fn speaks(text: Node<'_>) -> bool {
    text.as_str().is_some_and(|text| text.contains("eader"))
}

fn read(
    text: Node<'_>,
    targeted: bool,
    workload: Workload<'_>,
    position: Position<'_>,
    words: &mut Vec<AddedWord>,
) {
    if !speaks(text) {
        return;
    }
    let Ok(document) = parse_embedded(text.document(), text, ReadLimits::default()) else {
        return;
    };
    let root = document.root();
    match root.value() {
        Value::Sequence => operations(&document, position, words),
        Value::Mapping => {
            let object = workload.object();
            let name = root.at(&["metadata", "name"]).and_then(Node::as_str);
            let kind = root.get("kind").and_then(Node::as_str);
            let is_it = name.is_some_and(|name| may_name(name, workload))
                && kind == Some(object.kind_word());
            if targeted || is_it {
                merged(&document, position, words);
            }
        }
        _ => {}
    }
}

/// A JSON patch: operations on `/spec/template/spec/containers/0/args` and below.
fn operations(document: &Document, position: Position<'_>, words: &mut Vec<AddedWord>) {
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
            .filter(|_| number == Some(position.number))
        else {
            continue;
        };
        match parts.next() {
            Some("args" | "command") => collect(value, words),
            // The container as a whole.
            None => collect_of_container(value, words),
            Some(_) => {}
        }
    }
}

/// A strategic merge: the container of that name.
fn merged(document: &Document, position: Position<'_>, words: &mut Vec<AddedWord>) {
    let containers = document
        .root()
        .at(&["spec", "template", "spec", "containers"]);
    for container in containers.into_iter().flat_map(Node::items) {
        if container.get("name").and_then(Node::as_str) != Some(position.name) {
            continue;
        }
        collect_of_container(container, words);
    }
}

fn collect_of_container(container: Node<'_>, words: &mut Vec<AddedWord>) {
    for field in ["command", "args"] {
        if let Some(list) = container.get(field) {
            collect(list, words);
        }
    }
}

fn collect(value: Node<'_>, words: &mut Vec<AddedWord>) {
    let one = value.as_str().map(|_| value);
    for node in one.into_iter().chain(value.items()) {
        let Some(text) = node.as_str() else { continue };
        words.push(AddedWord {
            text: text.to_owned(),
            place: FileSpan {
                file: node.document().file(),
                span: node.span(),
            },
        });
    }
}
